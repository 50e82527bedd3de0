# variants: dyn
# Every service unit of some two hundred Debian packages (corpus.packages, unpacked, not installed): initgen reads each, for each target.
# What must hold for each script: five shells read it, checkbashisms and shellcheck have nothing to say.
load ../harness/lib

DEBS=$TOP/build/debs-corpus
# of a hundred units, so many are honoured as a whole by svrun at least
WHOLE=99

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

# lint OPTIONS FILE...  (checkbashisms is slower with each file that it gets at once)
lint() {
	local options=$1
	shift
	printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -n 1 checkbashisms
	# shellcheck disable=SC2086
	printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -n 10 shellcheck -s sh $options
}

# A script cannot change the root, nor make a user that cannot be called as the service: those are refused, and said so.
as_script() { # TARGET
	generate "$1"
	! grep -vE ': (DynamicUser=: no user can be called as the service: name a User= in a drop-in|RootDirectory=: a script cannot start it in another root)$' "$OUT/$1.refused" >&2
	[ "$(wc -l <"$OUT/$1.refused")" -lt $((${#UNIT[@]} / 100)) ]
	five_shells "$OUT/$1"/*
	# the linters take a second for each: some scripts whole here, what differs from unit to unit below
	local some
	mapfile -t some < <(printf '%s\n' "$OUT/$1"/* | awk 'NR % 20 == 1')
	lint "" "${some[@]}"
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

@test "portable: a script of each, and linters and five shells have nothing to say" {
	as_script portable
	local f
	mkdir "$OUT/own"
	for f in "$OUT"/portable/*; do
		awk '/^PATH=/ { skip = 1 } /^# --- what the unit says/ { skip = 0 } !skip' "$f" >"$OUT/own/${f##*/}"
	done
	grep -q '^run_start() {' "$OUT/own/${f##*/}"
	lint "-e SC2034,SC2154" "$OUT"/own/*
}

@test "debian: a script of each, and linters and five shells have nothing to say" { as_script debian; }
@test "rhel: a script of each, and linters and five shells have nothing to say" { as_script rhel; }
@test "suse: a script of each, and linters and five shells have nothing to say" { as_script suse; }
@test "busybox: a script of each, and linters and five shells have nothing to say" { as_script busybox; }
