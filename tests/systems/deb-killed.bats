# variants: dyn
# initwright-compat, with its maintainer scripts and dpkg itself killed at each call that changes a file: no name is ever without its
# file, and what was begun can be completed or taken back.
load ../harness/lib
load deb

# each of these commands kills the script that calls it, and sometimes dpkg too, when its turn has come
killers() {
	local name
	mkdir -p /tmp/killers
	for name in dpkg-divert ln mv rm; do
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
