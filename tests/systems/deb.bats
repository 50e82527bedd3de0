# variants: dyn
# The packages of debian/, installed, upgraded, downgraded, exchanged, removed and purged in a copy of this Debian: services stay up,
# and nothing is left.
load ../harness/lib
load deb

@test "two builds are the same, byte for byte" {
	mkdir again
	build_in "$PWD/again"
	for deb in "$DEBS"/*.deb "$DEBS"/*.tar.xz; do cmp "$deb" "again/${deb##*/}"; done
	rm -rf again
}

@test "lintian has nothing to say" {
	command -v lintian >/dev/null || skip "no lintian"
	same "" "$(lintian --pedantic --allow-root "$DEBS"/*.changes)"
}

@test "each name is on the PATH or named with the package that has it too, and has its page and completion" {
	for package in initwright initwright-static; do
		one $package
		for name in $(/usr/lib/initwright/initwright --list); do
			share=/usr/share bash=bash-completion/completions zsh=zsh/vendor-completions fish=fish/vendor_completions.d
			if grep -qE "^$name [a-z]" "$TOP/debian/aside"; then
				case $(readlink "/usr/sbin/$name") in */initwright/*) echo "$name is on the PATH" >&2; return 1 ;; esac
				page=$(man -w 8initwright "$name")
				share=/usr/lib/initwright/completion bash=bash zsh=zsh fish=fish
			else
				same /usr/lib/initwright/initwright "$(readlink -f "/usr/sbin/$name")"
				page=$(man -w 8 "$name")
			fi
			dpkg -S "$page" | grep -q "^$package: "
			zcat "$page" | grep -q -e "$name"
			grep -qs " $name\$" "$share/$bash/$name" "$share/$bash/$name.bash"
			grep -q "^#compdef $name\$" "$share/$zsh/_$name"
			grep -q "^complete -c $name " "$share/$fish/$name.fish"
		done
		# and no row without its name
		same "" "$(sed -n 's/^\([^# ]*\) .*/\1/p' "$TOP/debian/aside" | sort | comm -23 - <(/usr/lib/initwright/initwright --list | sort))"
		expect 0 initwright --list
		has "$output" svrun
	done
	# shells can read what is there for them
	for shell in bash zsh fish; do
		command -v $shell >/dev/null || continue
		find /usr/share/bash-completion /usr/share/zsh/vendor-completions /usr/share/fish/vendor_completions.d /usr/lib/initwright/completion \
			-path "*$shell*" -type f | while read -r file; do
			case $(dpkg -S "$file" 2>/dev/null) in initwright*) expect 0 $shell -n "$file" ;; esac
		done
	done
	# bash-completion has these itself
	for name in chkconfig invoke-rc.d update-rc.d; do same "" "$(grep -lx "/usr/share/bash-completion/completions/$name" /var/lib/dpkg/info/initwright*.list)"; done
}

@test "the tests of debian/tests pass" {
	export AUTOPKGTEST_TMP=$BATS_TEST_TMPDIR PATH=/usr/sbin:/usr/bin:/sbin:/bin
	one initwright
	expect 0 sh "$TOP/debian/tests/life"
	one initwright-static
	expect 0 sh "$TOP/debian/tests/static"
	one initwright-compat
	expect 0 sh "$TOP/debian/tests/compat"
}

@test "services stay up through upgrade, downgrade, exchange, removal and purge" {
	one initwright
	sleeper
	before=$(stat -c %i /usr/lib/initwright/initwright)
	pkg -i "$NEXT/initwright.deb"
	[ "$before" != "$(stat -c %i /usr/lib/initwright/initwright)" ]
	still_up
	expect 0 "$SCRIPT" restart
	expect 0 "$SCRIPT" status
	MAIN=$(echo "$output" | sed -n 's/.*pid \([0-9]*\).*/\1/p')
	one initwright
	still_up
	one initwright-static
	still_up
	same "" "$(readelf -lW /usr/lib/initwright/initwright | grep INTERP)"
	one initwright
	still_up
	pkg --remove initwright
	alive "$MAIN"
	has "$(cat "$BATS_TEST_TMPDIR/dpkg")" "$SCRIPT is run by initwright"
	one initwright
	still_up
	pkg --purge initwright
	alive "$MAIN"
	[ ! -e /usr/lib/initwright ]
	# it is known again when the package is back
	one initwright
	still_up
	expect 1 test -e /run/initwright/.purged
	# of what does not run nothing is left
	mkdir /run/initwright/failed
	sed 's/^state=.*/state=failed/; s/^keeper=.*/keeper=1/' /run/initwright/sleeper/record >/run/initwright/failed/record
	: >/run/initwright/.boot
	pkg --purge initwright
	alive "$MAIN"
	expect 1 test -e /run/initwright/failed
	# the keeper needs no program to end its service, and takes all that is left away
	kill -TERM "$(pids_of svkeeper)"
	wait_for gone "$MAIN"
	wait_for none_of svkeeper
	expect 1 test -e /run/initwright
	expect 1 grep initwright /proc/mounts
}

@test "a service that fails after the purge leaves nothing either" {
	one initwright
	sleeper
	pkg --purge initwright
	alive "$MAIN"
	kill -KILL "$MAIN"
	wait_for none_of svkeeper
	expect 1 test -e /run/initwright
}

@test "purge leaves nothing" {
	tree >before
	one initwright
	sleeper
	expect 0 "$SCRIPT" stop
	rm "$SCRIPT"
	# what the tools for links keep beside the scripts
	: >/etc/init.d/.initwright.lock
	pkg --purge initwright
	unchanged
	[ ! -e /run/initwright ]
	! grep -q initwright /proc/mounts
}

@test "compat takes the names over, follows upgrades, and gives them back" {
	tree >before
	one initwright initwright-compat
	for name in start-stop-daemon update-rc.d invoke-rc.d service insserv; do
		PATH=/usr/sbin:/sbin expect 0 $name --version
		has "$output" initwright
	done
	same /usr/lib/initwright/lib/lsb/init-functions "$(readlink /lib/lsb/init-functions)"
	[ ! -e /sbin/start-stop-daemon.initwright ]
	# an upgrade of what was diverted goes to where it is now
	version_of_dpkg=$(dpkg-query -W -f '${Version}' dpkg)
	/sbin/start-stop-daemon.distrib --version | grep -q "$version_of_dpkg"
	# itself upgraded, and then with other names
	sleeper
	one initwright-compat
	dir=$(mktemp -d)
	dpkg-deb -R "$DEBS"/initwright-compat_0*.deb "$dir"
	sed -i 's/^Version: .*/Version: 9.0/' "$dir/DEBIAN/control"
	sed -i '/sbin\/service /d; $a /usr/sbin/initorder-too /usr/lib/initwright/initorder' "$dir/usr/share/initwright-compat/names"
	(cd "$dir" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
	dpkg-deb -b --root-owner-group "$dir" "$NEXT/compat.deb" >/dev/null
	rm -rf "$dir"
	pkg -i "$NEXT/compat.deb"
	[ ! -L /usr/sbin/service ]
	[ -x /usr/sbin/initorder-too ]
	one initwright-compat
	[ -L /usr/sbin/service ]
	[ ! -e /usr/sbin/initorder-too ]
	still_up
	# the other build, under the links
	one initwright-static
	still_up
	start-stop-daemon --version | grep -q initwright
	# apt goes another way than dpkg: it removes the one first
	get install "$DEBS"/initwright_0*.deb
	start-stop-daemon --version | grep -q initwright
	same "" "$(dpkg -l initwright-compat | grep -v ^ii | sed -n '6,$p')"
	still_up
	expect 0 "$SCRIPT" stop
	rm "$SCRIPT"
	pkg --purge initwright-compat initwright
	unchanged
}

# repack PACKAGE VERSION MARK: the package as it is installed here, without its scripts; behind those of its files that are taken over
# is a mark, unless that is empty.  It is in $NEXT/PACKAGE-VERSION.deb
repack() {
	local dir file
	dir=$(mktemp -d)
	mkdir "$dir/DEBIAN"
	{ dpkg -L "$1" | grep -v '^/\.$' | while read -r file; do [ ! -e "$file" ] || [ -d "$file" ] || echo "$file"; done; } |
		tar -C / --no-recursion -T - -cf - 2>/dev/null | tar -C "$dir" -xf -
	dpkg-query -s "$1" | sed -e '/^Status:/d' -e '/^Conffiles:/,/^[^ ]/{/^Conffiles:/d; /^ /d}' -e "s/^Version: .*/Version: $2/" >"$dir/DEBIAN/control"
	cp "/var/lib/dpkg/info/$1.conffiles" "$dir/DEBIAN/conffiles" 2>/dev/null || :
	[ -z "$3" ] || for file in $(names); do
		for file in "$dir$file" "$dir/usr$file"; do [ ! -f "$file" ] || [ -L "$file" ] || echo "# $3" >>"$file"; done
	done
	dpkg-deb -b "$dir" "$NEXT/$1-$2.deb" >/dev/null
	rm -rf "$dir"
}

@test "compat: what the names belong to is upgraded, downgraded, installed and removed meanwhile" {
	for p in dpkg init-system-helpers sysvinit-utils; do
		repack $p "$(dpkg-query -W -f '${Version}' $p)" ''
		repack $p 99 mark
	done
	# as it is after a downgrade, without ours
	pkg --force-downgrade -i "$NEXT"/{dpkg,init-system-helpers,sysvinit-utils}-[!9]*.deb
	tree >before
	dpkg --verify >verified || :
	one initwright initwright-compat
	same "$(cat verified)" "$(dpkg --verify)"
	pkg -i "$NEXT"/{dpkg,init-system-helpers,sysvinit-utils}-99.deb
	for name in /sbin/start-stop-daemon /usr/sbin/service /lib/lsb/init-functions; do
		tail -n 1 $name.distrib | grep -qa '# mark$'
		has "$(readlink $name)" /usr/lib/initwright/
	done
	same "$(cat verified)" "$(dpkg --verify)"
	# nothing of them is lost when we go
	pkg --purge initwright-compat
	for name in /sbin/start-stop-daemon /usr/sbin/service /lib/lsb/init-functions; do
		tail -n 1 $name | grep -qa '# mark$'
		[ ! -e $name.distrib ]
	done
	one initwright-compat
	# by a path that was not diverted, for /sbin was no link then: what dpkg put there is the newer one
	dpkg-divert --quiet --package initwright-compat --no-rename --remove /usr/sbin/start-stop-daemon
	cp -a /sbin/start-stop-daemon.distrib newer
	echo "# newer" >>newer
	mv newer /usr/sbin/start-stop-daemon
	one initwright-compat
	has "$(readlink /usr/sbin/start-stop-daemon)" /usr/lib/initwright/
	tail -n 1 /sbin/start-stop-daemon.distrib | grep -qa '^# newer$'
	mv /sbin/start-stop-daemon.distrib newest
	cp -a newest /sbin/start-stop-daemon.distrib
	cp -a newest /sbin/start-stop-daemon.new
	echo "# newest" >>/sbin/start-stop-daemon.new
	mv /sbin/start-stop-daemon.new /sbin/start-stop-daemon
	pkg --purge initwright-compat
	tail -n 1 /sbin/start-stop-daemon | grep -qa '^# newest$'
	pkg --force-downgrade -i "$NEXT"/init-system-helpers-1.*.deb
	pkg --force-downgrade -i "$NEXT"/{dpkg,sysvinit-utils}-[!9]*.deb
	pkg --purge initwright
	unchanged
}

@test "compat: what comes while a name is ours goes aside, and what goes does not come back" {
	mkdir -p peer/DEBIAN peer/sbin
	printf '%s\n' 'Package: insserv' 'Version: 1' 'Architecture: all' 'Maintainer: a <a@b>' 'Description: a peer' >peer/DEBIAN/control
	printf '#!/bin/sh\necho theirs\n' >peer/sbin/insserv
	chmod 755 peer/sbin/insserv
	dpkg-deb -b --root-owner-group peer insserv.deb >/dev/null
	tree >before
	one initwright initwright-compat
	pkg -i insserv.deb
	same theirs "$(sh /sbin/insserv.distrib)"
	/sbin/insserv --version | grep -q initwright
	pkg --purge initwright-compat
	same theirs "$(sh /sbin/insserv)"
	one initwright-compat
	pkg --purge insserv
	/sbin/insserv --version | grep -q initwright
	pkg --purge initwright-compat initwright
	[ ! -e /sbin/insserv ] && [ ! -L /sbin/insserv ]
	unchanged
}

@test "what remains of a purge is what the administrator did" {
	tree >before
	one initwright initwright-compat
	sleeper
	/usr/sbin/update-rc.d sleeper defaults
	/usr/sbin/update-rc.d sleeper disable 3
	expect 0 "$SCRIPT" stop
	pkg --purge initwright-compat initwright
	same "$SCRIPT" "$(echo /etc/init.d/*sleeper*)"
	[ -L /etc/rc3.d/K01sleeper ] && [ -L /etc/rc2.d/S01sleeper ]
	rm "$SCRIPT"
	# others' links may have other numbers now
	tree >after
	cmp <(grep -v '^/etc/rc[0-6S].d/' before) <(grep -v '^/etc/rc[0-6S].d/' after) || { diff before after; false; } >&2
	rm /etc/rc?.d/[SK]??sleeper
}

@test "compat gives way to nothing that is not its own" {
	one initwright
	echo theirs >/usr/sbin/service.distrib
	expect 1 pkg -i "$DEBS"/initwright-compat_0*.deb
	grep -q 'service.distrib is in the way' "$BATS_TEST_TMPDIR/dpkg"
	pkg --purge initwright-compat
	same theirs "$(cat /usr/sbin/service.distrib)"
	rm /usr/sbin/service.distrib
}
