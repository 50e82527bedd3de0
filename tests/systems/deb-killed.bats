# variants: dyn
# The packages, with their maintainer scripts and dpkg itself killed at each call that changes a file: no name is ever without its
# file, and what was begun can be completed or taken back.  And each of the ways back that dpkg itself goes when a step fails.
load ../harness/lib
load deb

# each of these commands kills the script that calls it, and sometimes dpkg too, when its turn has come
killers() {
	local name
	mkdir -p /tmp/killers
	for name in dpkg-divert ln mv rm mkdir rmdir umount; do
		cat >"/tmp/killers/$name" <<-SH
			#!/bin/sh
			n=\$(cat /tmp/turn) && echo \$((n - 1)) >/tmp/turn
			[ \$n != 1 ] || { [ ! -e /tmp/dpkg-too ] || kill -KILL \$(cat /tmp/dpkg-too); kill -KILL \$PPID; exit 1; }
			exec $(command -v $name) "\$@"
		SH
		chmod 755 "/tmp/killers/$name"
	done
}

# killed N TOO COMMAND...: run dpkg so that the Nth of these calls kills; was there an Nth?
killed() {
	local n=$1 too=$2
	shift 2
	echo "$n" >/tmp/turn
	rm -f /tmp/dpkg-too
	(
		[ "$too" = no ] || echo $BASHPID >/tmp/dpkg-too
		exec env PATH="/tmp/killers:$PATH" dpkg --force-unsafe-io "$@"
	) >/dev/null 2>&1 3>&- || :
	[ "$(cat /tmp/turn)" -le 0 ]
}

every_name_is_there() {
	local name
	for name in $HAD; do [ -e "$name" ] || { echo "$name is gone" >&2; return 1; }; done
	/sbin/start-stop-daemon --version >/dev/null
}

names_now() { stat -c '%n %F %a %h %s %y' $(names) $(names | sed 's/$/.distrib/') 2>/dev/null || :; }

@test "an installation that is killed anywhere can be completed or purged" {
	one initwright
	killers
	HAD=$(for name in $(names); do [ ! -e "$name" ] || echo "$name"; done)
	tree >before
	names_now >names
	n=1 too=no
	while killed $n $too -i "$DEBS"/initwright-compat_0*.deb; do
		every_name_is_there
		if [ $((n % 3)) = 0 ]; then
			pkg --configure -a
			PATH=/usr/sbin:/sbin expect 0 service --version
			has "$output" initwright
			every_name_is_there
		fi
		pkg --purge initwright-compat
		names_now | cmp - names
		n=$((n + 1))
		[ $too = no ] && too=yes || too=no
	done
	echo "$n calls"
	[ $n -gt 40 ]
	pkg --purge initwright-compat
	tree >after
	cmp before after || { diff before after; false; } >&2
}

@test "a purge that is killed anywhere can be completed" {
	one initwright
	killers
	HAD=$(for name in $(names); do [ ! -e "$name" ] || echo "$name"; done)
	tree >before
	names_now >names
	n=1 too=no
	one initwright-compat
	while killed $n $too --purge initwright-compat; do
		every_name_is_there
		# the other way out: it is installed again
		if [ $((n % 3)) = 0 ]; then
			one initwright-compat
			PATH=/usr/sbin:/sbin expect 0 service --version
			has "$output" initwright
		fi
		pkg --purge initwright-compat
		names_now | cmp - names
		one initwright-compat
		n=$((n + 1))
		[ $too = no ] && too=yes || too=no
	done
	[ $n -gt 20 ]
	tree >after
	cmp before after || { diff before after; false; } >&2
}

# of two packages, in each way that dpkg changes them: until the last of the calls.  Behind each, all that was begun is completed, or all goes
each_call() { # LEAST PREPARE OPTION...
	local least=$1 prepare=$2 n=1 too=no
	shift 2
	$prepare
	while killed $n $too "$@"; do
		every_name_is_there
		alive "$MAIN"
		if [ $((n % 2)) = 0 ]; then
			pkg --configure -a
			PATH=/usr/sbin:/sbin expect 0 start-stop-daemon --version
		fi
		$prepare
		every_name_is_there
		still_up
		n=$((n + 1))
		[ $too = no ] && too=yes || too=no
	done
	echo "$n calls"
	[ $n -gt "$least" ]
}
both() {
	dpkg --force-unsafe-io --force-depends --purge initwright-static >/dev/null 2>&1 3>&- || :
	pkg --force-downgrade -i "$DEBS"/initwright_0*.deb "$DEBS"/initwright-compat_0*.deb
	for name in /sbin/start-stop-daemon /usr/sbin/service; do has "$(readlink $name)" /usr/lib/initwright/; done
}

@test "an upgrade, an exchange and a removal, while a service runs, that are killed anywhere" {
	HAD=$(for name in $(names); do [ ! -e "$name" ] || echo "$name"; done)
	tree >before
	one initwright
	killers
	sleeper
	each_call 0 both -i "$NEXT/initwright.deb" "$NEXT/initwright-compat.deb"
	each_call 0 both -i "$DEBS"/initwright-static_0*.deb
	# as apt does before it unpacks the other
	each_call 20 both --remove --force-depends initwright
	both
	expect 0 "$SCRIPT" stop
	rm "$SCRIPT"
	pkg --purge initwright-compat initwright
	# the scripts of others are killed too
	tree | sed 's/^iF/ii/' >after
	cmp before after || { diff before after; false; } >&2
}

# failing NAME SCRIPT...: initwright-compat 9.0 whose scripts of that name fail
failing() {
	local dir name=$1 script
	shift
	dir=$(mktemp -d)
	dpkg-deb -R "$NEXT/initwright-compat.deb" "$dir"
	for script; do
		printf '#!/bin/sh\necho "$0 $*" >>/tmp/failed\nexit 1\n' >"$dir/DEBIAN/$script"
		chmod 755 "$dir/DEBIAN/$script"
	done
	dpkg-deb -b --root-owner-group "$dir" "/tmp/$name.deb" >/dev/null
	rm -rf "$dir"
}

# refused WHAT OPTION...: dpkg fails, and WHAT was asked of the script that failed; the names are ours as before
refused() {
	local what=$1
	shift
	rm -f /tmp/failed
	if dpkg --force-unsafe-io "$@" >"$BATS_TEST_TMPDIR/dpkg" 2>&1 3>&-; then
		echo "not refused: $*" >&2
		return 1
	fi
	grep -qE "$what" /tmp/failed || { cat "$BATS_TEST_TMPDIR/dpkg" /tmp/failed >&2; return 1; }
	every_name_is_there
	for name in /sbin/start-stop-daemon /usr/sbin/service; do has "$(readlink $name)" /usr/lib/initwright/; done
	same "installed installed" "$(dpkg-query -W -f '${db:Status-Status} ' initwright initwright-compat | xargs)"
}

@test "each way back of dpkg's: abort-install, abort-upgrade, failed-upgrade, abort-remove, abort-deconfigure" {
	HAD=$(for name in $(names); do [ ! -e "$name" ] || echo "$name"; done)
	tree >before
	failing preinst preinst
	failing prerm prerm
	# a package of which a file is another package's
	mkdir -p against/DEBIAN
	dpkg-deb -R "$NEXT/initwright-compat.deb" clash
	mkdir -p clash/usr/bin
	cp /usr/bin/dpkg clash/usr/bin/
	dpkg-deb -b --root-owner-group clash clash.deb >/dev/null
	printf '%s\n' 'Package: against' 'Version: 1' 'Architecture: all' 'Maintainer: a <a@b>' 'Conflicts: initwright' 'Description: an opponent' >against/DEBIAN/control
	printf '#!/bin/sh\necho "$0 $*" >>/tmp/failed\nexit 1\n' >against/DEBIAN/preinst
	chmod 755 against/DEBIAN/preinst
	dpkg-deb -b --root-owner-group against against.deb >/dev/null
	one initwright
	# abort-install
	! dpkg --force-unsafe-io -i clash.deb >/dev/null 2>&1 3>&-
	every_name_is_there
	same "" "$(dpkg-divert --list | grep initwright)"
	one initwright-compat
	# abort-upgrade, asked of both versions' scripts
	refused 'preinst upgrade' -i /tmp/preinst.deb
	! dpkg --force-unsafe-io -i clash.deb >/dev/null 2>&1 3>&-
	every_name_is_there
	same ii "$(dpkg-query -W -f '${db:Status-Abbrev}' initwright-compat | xargs)"
	# failed-upgrade: the old prerm fails, and so does the new one; then the new one does not
	one initwright-compat
	cp /var/lib/dpkg/info/initwright-compat.prerm good
	printf '#!/bin/sh\necho "$0 $*" >>/tmp/failed\nexit 1\n' >/var/lib/dpkg/info/initwright-compat.prerm
	refused 'prerm failed-upgrade' -i /tmp/prerm.deb
	pkg -i "$NEXT/initwright-compat.deb"
	has "$(readlink /usr/sbin/service)" /usr/lib/initwright/
	pkg --force-downgrade -i "$DEBS"/initwright-compat_0*.deb
	# abort-remove: at the end of a prerm that has given all back
	for p in initwright-compat initwright; do
		cp /var/lib/dpkg/info/$p.prerm good
		sed -i '$a echo "$0 $*" >>/tmp/failed; exit 1' /var/lib/dpkg/info/$p.prerm
		refused 'prerm remove' --remove --force-depends $p
		cp good /var/lib/dpkg/info/$p.prerm
	done
	# abort-deconfigure, of compat, and abort-remove of what it needs
	refused 'preinst install' --auto-deconfigure --force-remove-essential -i against.deb
	pkg --purge initwright-compat initwright
	rm -f /tmp/failed
	unchanged
}
