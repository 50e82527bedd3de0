# variants: dyn
# A real sysvinit as process 1: it starts our service on the way up and stops it on the way down.
load ../harness/lib
load sysv

setup() {
	sysv_setup
	printf 'id:2:initdefault:\nl0:0:wait:/etc/init.d/rc 0\nl2:2:wait:/etc/init.d/rc 2\nl3:3:wait:/etc/init.d/rc 3\n' >/etc/inittab
	start_syslogd
}

teardown() {
	sysv_teardown
	stop_syslogd
}

script() { # NAME COMMANDS
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: %s\n# Default-Start:\n# Default-Stop:\n### END INIT INFO\n%s\n' "$1" "$2" >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}

# what tells the test how far it is; made last, so that nobody renumbers it
come_up() {
	script up2 'echo $PREVLEVEL $RUNLEVEL >/run/up'
	ln -s ../init.d/up2 /etc/rc2.d/S99up2
	# rc does not start again what the level before started
	script up3 'echo $PREVLEVEL $RUNLEVEL >/run/up'
	ln -s ../init.d/up3 /etc/rc3.d/S99up3
	script end 'readlink /proc/[0-9]*/exe >/run/left; halt -d -f'
	ln -s ../init.d/end /etc/rc0.d/K99end
	# rc goes by the numbers, one script after the other
	: >/etc/init.d/.legacy-bootordering
	boot
	wait_for test -s /run/up
	INIT=$(pgrep -P "$BOOT")
}

@test "a service is started at boot, lives through a change of runlevel, and is stopped at halt" {
	expect 0 initgen -o /etc/init.d/exampled "$TOP/init.d/exampled.service"
	expect 0 update-rc.d exampled defaults
	come_up
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
