# variants: dyn
# A real sysvinit as process 1: it starts our service on the way up and stops it on the way down.
load ../harness/lib

DEBS=$TOP/build/debs-sysvinit

# lay PACKAGE...: their files over this root, without what dpkg would do besides
lay() {
	local deb dir layer=/tmp/layer
	for deb in "$DEBS"/*.deb; do dpkg-deb -x "$deb" "$layer"; done
	for dir in "$layer"/*; do
		mkdir -p "/${dir##*/}"
		cp -a --remove-destination "$dir/." "/${dir##*/}/"
	done
}

setup() {
	require_throwaway
	if [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages of sysvinit are not there" >&2; return 1; }
		skip "the packages of sysvinit are not there: make check-systems as root on Debian"
	fi
	rm -rf /etc/rc?.d /etc/init.d /etc/rcS.d
	lay
	mkdir -p /etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d /etc/rc6.d /usr/lib/initwright
	cp "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -s initwright "/usr/lib/initwright/$name"; done
	cp "$EXAMPLED" /usr/sbin/
	printf 'id:2:initdefault:\nl0:0:wait:/etc/init.d/rc 0\nl2:2:wait:/etc/init.d/rc 2\nl3:3:wait:/etc/init.d/rc 3\n' >/etc/inittab
	: >/dev/console
	start_syslogd
}

teardown() {
	[ -z "${BOOT:-}" ] || kill -KILL "$BOOT" 2>/dev/null || :
	stop_syslogd
}

script() { # NAME COMMANDS
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: %s\n# Default-Start:\n# Default-Stop:\n### END INIT INFO\n%s\n' "$1" "$2" >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}

# what tells the test how far it is; made last, so that nobody renumbers it
boot() {
	script up2 'echo $PREVLEVEL $RUNLEVEL >/run/up'
	ln -s ../init.d/up2 /etc/rc2.d/S99up2
	# rc does not start again what the level before started
	script up3 'echo $PREVLEVEL $RUNLEVEL >/run/up'
	ln -s ../init.d/up3 /etc/rc3.d/S99up3
	script end 'readlink /proc/[0-9]*/exe >/run/left; halt -d -f'
	ln -s ../init.d/end /etc/rc0.d/K99end
	# rc goes by the numbers, one script after the other
	: >/etc/init.d/.legacy-bootordering
	unshare --pid --fork --kill-child --mount-proc /sbin/init >/tmp/console 2>&1 3>&- &
	BOOT=$!
	wait_for test -s /run/up
	INIT=$(pgrep -P "$BOOT")
}

inside() { nsenter -t "$INIT" -p -m -- "$@"; }

@test "a service is started at boot, lives through a change of runlevel, and is stopped at halt" {
	expect 0 initgen -o /etc/init.d/exampled "$TOP/init.d/exampled.service"
	expect 0 update-rc.d exampled defaults
	boot
	same "N 2" "$(cat /run/up)"
	expect 0 inside service exampled status
	has "$output" "exampled is running, pid "
	local first=$output
	rm /run/up
	inside telinit 3
	wait_for test -s /run/up
	same "2 3" "$(cat /run/up)"
	expect 0 inside service exampled status
	same "${first%%, for*}" "${output%%, for*}"
	inside telinit 0
	wait_for gone "$BOOT"
	BOOT=
	# the last script that ran found neither the daemon nor its keeper
	[ -s /run/left ]
	! grep -qE 'exampled|initwright' /run/left
	grep -q 'exampled\[[0-9]*\]: ending on signal 15' "$SYSLOG"
}
