# variants: dyn static
# A real sysvinit as process 1, with Debian's own boot scripts, and our rc in the place of Debian's rc and startpar: up, from one
# runlevel to another, and down, whatever the .depend files are like.
load ../harness/lib
load ../boot/tree
load sysv

setup() {
	sysv_setup
	{
		echo id:2:initdefault:
		echo si::sysinit:/usr/lib/initwright/rcS
		for l in 0 2 3 6; do echo "l$l:$l:wait:/usr/lib/initwright/rc $l"; done
	} >/etc/inittab
	: >/etc/fstab
	# the test's own files are in /tmp
	echo TMPTIME=infinite >/etc/default/rcS
	ROOT=
	# not those that would change the machine's clock and kernel, or remount this root
	local safe="bootlogs bootmisc.sh checkfs.sh hostname.sh mountall.sh mountall-bootclean.sh mountnfs.sh mountnfs-bootclean.sh rc.local rmnologin sendsigs umountnfs.sh"
	for s in /etc/init.d/*; do
		case " $safe " in *" ${s##*/} "*) update-rc.d "${s##*/}" defaults ;; *) rm "$s" ;; esac
	done
	printf '#!/bin/sh\nexit 0\n' >/etc/rc.local
	chmod 755 /etc/rc.local
	# what a system has more: two daemons, one of ours that logs to its output; each level says when it is reached; the last script ends the machine
	expect 0 initgen -o /etc/init.d/exampled "$TOP/init.d/exampled.service"
	job talker 'case $1 in start) (while :; do echo still here; sleep 0.1; done) & ;; esac'
	job dbus-like "echo \$1 >>/run/dbus-like" 'Required-Start: $remote_fs' 'Required-Stop: $remote_fs'
	job needs-dbus "echo \$1 >>/run/needs-dbus; [ \$1 = stop ] || [ -s /run/dbus-like ] || echo too early >>/run/wrong" "Required-Start: dbus-like" "Required-Stop: dbus-like"
	job only3 'echo $1 >>/run/only3' "Default-Start: 3" "Default-Stop: 0 2"
	job up 'echo $PREVLEVEL $RUNLEVEL >/run/up' 'Required-Start: $all' "Default-Start: 2" "Default-Stop:"
	job up3 'echo $PREVLEVEL $RUNLEVEL >/run/up' 'Required-Start: $all' "Default-Start: 3" "Default-Stop:"
	job zend 'readlink /proc/[0-9]*/exe >/tmp/left; halt -d -f' "Default-Start:" "Default-Stop: 0" "X-Stop-After: sendsigs umountnfs.sh"
	for s in exampled talker dbus-like needs-dbus only3 up up3 zend; do expect 0 update-rc.d $s defaults; done
}
teardown() { sysv_teardown; }

job() { # NAME COMMANDS [KEY: VALUE]...
	local name=$1 what=$2
	shift 2
	script "$name" "$@"
	sed -i '$d' "/etc/init.d/$name"
	printf '%s\n' "$what" >>"/etc/init.d/$name"
}

# lacks FILE REGEXP
lacks() {
	if grep -E "$2" "$1" >&2; then return 1; fi
}

# through runlevels 2 and 3 to the end
through() {
	rm -f /tmp/left
	boot
	wait_for -t 60 test -s /run/up
	INIT=$(pgrep -P "$BOOT")
	same "N 2" "$(cat /run/up)"
	expect 0 inside service exampled status
	same start "$(cat /run/needs-dbus)"
	[ ! -e /run/only3 ]
	[ ! -e /run/wrong ]
	rm /run/up
	inside telinit 3
	wait_for -t 60 test -s /run/up
	same "2 3" "$(cat /run/up)"
	same start "$(cat /run/only3)"
	# what ran goes on running, and is not started again
	expect 0 inside service exampled status
	same start "$(cat /run/needs-dbus)"
	rm /run/up
	inside telinit 2
	wait_for -t 60 grep -qx stop /run/only3
	# rc recorded its runs; daemons that print on had somebody to print to
	wait_for grep -q '^run 3 2' /run/initwright/.boot
	grep -q '^run S N' /run/initwright/.boot
	expect 0 inside bootchart
	has "$output" "runlevel 2: "
	inside telinit 0
	wait_for -t 60 gone "$BOOT"
	BOOT=
	same $'start\nstop' "$(cat /run/needs-dbus)"
	same $'start\nstop' "$(cat /run/dbus-like)"
	# the last script that ran found no daemon
	[ -s /tmp/left ]
	lacks /tmp/left exampled
	lacks /tmp/console 'rc: (failed|unable|a loop)'
}

@test "up, through runlevels, and down, by its own links" {
	through
}

@test "the same with .depend files that are cut off, empty, and missing" {
	truncate -s 100 /etc/init.d/.depend.start /etc/init.d/.depend.boot /etc/init.d/.depend.stop
	through
}

@test "the same with empty .depend files" {
	: >/etc/init.d/.depend.start
	: >/etc/init.d/.depend.boot
	rm /etc/init.d/.depend.stop
	through
}

@test "a script that hangs does not keep the machine from coming up" {
	job hangs 'sleep 1000 & wait' 'Required-Start: $remote_fs' 'Required-Stop: $remote_fs'
	expect 0 update-rc.d hangs defaults
	sed -i 's,initwright/rc ,&--timeout 500ms ,' /etc/inittab
	boot
	wait_for -t 60 test -s /run/up
	wait_for -t 60 grep -q 'rc: failed in runlevel 2: hangs (no end within 500ms)' /tmp/console
}
