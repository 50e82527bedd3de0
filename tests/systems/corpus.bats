# variants: dyn
# Every service unit of some two hundred Debian packages (corpus.packages, unpacked, not installed): initgen reads each, for each target.
# What must hold for each script: five shells read it, checkbashisms and shellcheck have nothing to say.
load ../harness/lib

DEBS=$TOP/build/debs-corpus
# of a hundred units, so many are honoured as a whole by svrun at least
WHOLE=98

setup_file() {
	[ -e "$DEBS/complete" ] || return 0
	export UNITS=$BATS_FILE_TMPDIR/units OUT=$BATS_FILE_TMPDIR/out
	local deb dir
	for deb in "$DEBS"/*.deb; do
		dir=${deb##*/}
		dir=$UNITS/${dir%%_*}
		mkdir -p "$dir"
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --wildcards './lib/systemd/system/*' './usr/lib/systemd/system/*' 2>/dev/null || :
	done
	find "$UNITS" -name '*.service' -type f -size +0 | sort >"$BATS_FILE_TMPDIR/list"
}

setup() {
	if [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages are not there: make check-systems" >&2; return 1; }
		skip "the packages are not there: make check-systems as root on Debian"
	fi
	mapfile -t UNIT <"$BATS_FILE_TMPDIR/list"
}

# instance_of PATH: the name for its script; a template gets an instance
instance_of() {
	local name=${1##*/}
	name=${name%.service}
	case $name in *@) name=${name}one ;; esac
	echo "$name"
}

# generate TARGET: a script of each unit, in $OUT/TARGET/NUMBER-NAME; what is refused in $OUT/TARGET.refused.  What initgen says must
# be a warning or the reason for the refusal, and nothing else.
generate() {
	local i name got said
	mkdir -p "$OUT/$1"
	: >"$OUT/$1.refused"
	for i in "${!UNIT[@]}"; do
		name=$(instance_of "${UNIT[i]}")
		got=0
		initgen -t "$1" -n "$name" -o "$OUT/$1/$i-$name" "${UNIT[i]}" 2>"$OUT/said" 3>&- || got=$?
		said=$(grep -v '^initgen: warning: ' "$OUT/said") || :
		case $got:$said in
		0:) ;;
		6:"initgen: unable to convert "*) printf '%s\n' "$said" >>"$OUT/$1.refused" ;;
		*) printf '%s\n' "$1: status $got for ${UNIT[i]}:" "$said" >&2; return 1 ;;
		esac
	done
}

# five_shells FILE...: all can read it
five_shells() {
	local s
	for s in dash bash "busybox sh" mksh yash; do
		printf '%s\0' "$@" | LC_ALL=C.UTF-8 xargs -0 -P "$(nproc)" -n 1 $s -n
	done
}

# apart TARGET: the lines that each script has for itself, in $OUT/own-TARGET; prints one script of each body that many have in common
apart() {
	mkdir -p "$OUT/own-$1"
	awk -v own="$OUT/own-$1" '
		function finish() {
			if (body == "") exit 1
			if (!(body in seen)) print file
			seen[body] = 1
			close(out)
		}
		FNR == 1 { if (file) finish(); file = FILENAME; out = own "/" file; sub(/.*\//, "", out); out = own "/" out; body = ""; common = 0 }
		/^PATH=\/usr\/local\// { common = 1 }
		/^# --- what the unit says/ { common = 0 }
		common { body = body $0 "\n"; next }
		{ print >out }
		END { finish() }' "$OUT/$1"/*
}

# linted TARGET: the linters see every line of every script; they take a second for a whole one, so of those with the same body one is
# whole.  (checkbashisms is slower with each file that it gets at once.)
linted() {
	local whole
	apart "$1" >"$OUT/$1.whole"
	mapfile -t whole <"$OUT/$1.whole"
	[ "${#whole[@]}" -ge 10 ]
	same "$(ls "$OUT/$1")" "$(ls "$OUT/own-$1")"
	grep -q '^do_start() {' "${whole[0]}"
	grep -q '^run_start() {' "$OUT/own-$1/${whole[0]##*/}"
	printf '%s\0' "${whole[@]}" "$OUT/own-$1"/* | xargs -0 -P "$(nproc)" -n 1 checkbashisms
	printf '%s\0' "${whole[@]}" | xargs -0 -P "$(nproc)" -n 5 shellcheck -s sh
	# what is in a script that is not whole is used, and set, in the rest of it
	printf '%s\0' "$OUT/own-$1"/* | xargs -0 -P "$(nproc)" -n 30 shellcheck -s sh -e SC2034,SC2154
}

# A script cannot change the root, nor make a user that cannot be called as the service: those are refused, and said so.
as_script() { # TARGET
	generate "$1"
	! grep -vE ': (DynamicUser=: no user can be called as the service: name a User= in a drop-in|RootDirectory=: a script cannot start it in another root)$' "$OUT/$1.refused" >&2
	[ "$(wc -l <"$OUT/$1.refused")" -lt $((${#UNIT[@]} / 100)) ]
	five_shells "$OUT/$1"/*
	linted "$1"
}

@test "there are at least 120 packages with units, more than 300 units" {
	[ "$(cut -d/ -f1 <(printf '%s\n' "${UNIT[@]#"$UNITS/"}") | sort -u | wc -l)" -ge 120 ]
	[ "${#UNIT[@]}" -gt 300 ]
}

@test "native: every unit is read, and nearly all are honoured as a whole" {
	expect 0 initgen --check "${UNIT[@]}"
	same "" "$(grep -v '^initgen: warning: ' <<<"$stderr")"
	local summary=${output##*$'\n'} whole units
	echo "# $summary" >&3
	units=${summary#native: } units=${units%% units*}
	whole=${summary#*units: } whole=${whole%% honoured*}
	same "${#UNIT[@]}" "$units"
	has "$summary" " 0 unusable"
	[ $((whole * 100)) -ge $((units * WHOLE)) ]
}

@test "native: a script of each, and svrun reads it" {
	generate native
	same "" "$(<"$OUT/native.refused")"
	local f name
	for f in "$OUT"/native/*; do
		name=${f##*/}
		expect 3 svrun -n "${name#*-}" "$f" status
		sed -n '/^### BEGIN INIT INFO/,/^### END INIT INFO/p' "$f" | grep -c -E '^# (Provides|Required-Start|Required-Stop|Default-Start|Default-Stop|Short-Description):' | grep -qx 6
	done
}

@test "portable: a script of each, and linters and five shells have nothing to say" { as_script portable; }
@test "debian: a script of each, and linters and five shells have nothing to say" { as_script debian; }
@test "rhel: a script of each, and linters and five shells have nothing to say" { as_script rhel; }
@test "suse: a script of each, and linters and five shells have nothing to say" { as_script suse; }
@test "busybox: a script of each, and linters and five shells have nothing to say" { as_script busybox; }

# package NUMBER SCRIPT...: a package that has these, and what policy wants of one that has them
package() {
	local d=$OUT/package/$1 n
	shift
	mkdir -p "$d/DEBIAN" "$d/etc/init.d" "$d/lib/systemd/system" "$d/usr/share/doc/scripts"
	for n; do
		cp "$n" "$d/etc/init.d/$(lsb_name "$n")"
	done
	cd "$d/etc/init.d"
	for n in *; do
		printf '%s\n' '[Unit]' 'Description=x' 'Documentation=man:x(8)' '[Service]' 'ExecStart=/bin/true' '[Install]' 'WantedBy=multi-user.target' \
			>"$d/lib/systemd/system/$n.service"
	done
	printf '/etc/init.d/%s\n' * >"$d/DEBIAN/conffiles"
	hook postinst configure '	update-rc.d NAME defaults >/dev/null' '	invoke-rc.d NAME start || exit $?'
	hook prerm remove '	invoke-rc.d NAME stop || exit $?'
	hook postrm purge '	update-rc.d NAME remove >/dev/null'
	printf '%s\n' 'Package: scripts' 'Version: 1-1' 'Architecture: all' 'Section: admin' 'Priority: optional' 'Depends: sysvinit-utils (>= 3.05-4~)' \
		'Maintainer: A B <a@debian.org>' 'Homepage: https://example.org/' 'Description: one init script of each unit' ' All of them were made by a program.' ' .' ' None was written by hand.' >"$d/DEBIAN/control"
	printf '%s\n' 'scripts (1-1) unstable; urgency=medium' '' '  * Initial release. (Closes: #123456)' '' ' -- A B <a@debian.org>  Mon, 01 Jan 2024 00:00:00 +0000' |
		gzip -9n >"$d/usr/share/doc/scripts/changelog.Debian.gz"
	printf '%s\n' 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/' '' 'Files: *' 'Copyright: 2024 A B' 'License: Expat' ' Permission.' \
		>"$d/usr/share/doc/scripts/copyright"
	cd "$d"
	find etc lib usr -type f -exec md5sum {} + >DEBIAN/md5sums
	chmod -R go-w .
	dpkg-deb --root-owner-group -b . "$d.deb" >/dev/null
}

# what --install calls it, of .../NUMBER-NAME
lsb_name() {
	local n=${1##*/}
	n=${n#*-}
	printf '%s\n' "${n//[!A-Za-z0-9._+-]/-}"
}

# hook NAME ACTION LINE...: a maintainer script, with the lines for each script
hook() {
	local to=$d/DEBIAN/$1 n
	{
		printf '%s\n' '#!/bin/sh' 'set -e' "if [ \"\$1\" = $2 ]; then"
		for n in *; do printf '%s\n' "${@:3}" | sed "s/NAME/$n/"; done
		printf '%s\n' fi 'exit 0'
	} >"$to"
	chmod 755 "$to"
}

@test "debian: lintian has nothing to say" {
	command -v lintian >/dev/null || skip "lintian is not installed"
	local script i
	[ -d "$OUT/debian" ] || generate debian
	script=("$OUT"/debian/*)
	mkdir "$OUT/package"
	# it is slow with many in one
	for ((i = 0; i < ${#script[@]}; i += 30)); do ( package "$i" "${script[@]:i:30}" ); done
	# one that it must find, so that its silence says something
	grep -v '^# Default-Stop' "${script[0]}" >"$OUT/0-bad"
	chmod 755 "$OUT/0-bad"
	( package bad "$OUT/0-bad" )
	printf '%s\0' "$OUT"/package/*.deb | xargs -0 -P "$(nproc)" -n 1 lintian --allow-root --pedantic >"$OUT/lintian.said" 2>&1 || :
	same "W: scripts: init.d-script-missing-lsb-keyword default-stop [etc/init.d/bad]" "$(<"$OUT/lintian.said")"
	same "${#script[@]}" "$(find "$OUT"/package/*/etc/init.d -type f ! -name bad | wc -l)"
}
