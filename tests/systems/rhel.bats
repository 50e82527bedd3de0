# variants: dyn static
# A root shaped as Red Hat's: /etc/rc.d with chkconfig's links, locks of subsystems, scripts that source `functions`.  The functions, rc,
# service and chkconfig are ours, process 1 is a real init.  Up to runlevel 3, from there to 5, and down.
load ../harness/lib
load sysv

setup() {
	sysv_setup
	rm -rf /etc/rc?.d /etc/init.d /etc/rc.d /etc/rc.local /etc/sysconfig /var/lock
	mkdir -p /etc/rc.d/init.d /etc/rc.d/rc{0,1,2,3,4,5,6}.d /etc/sysconfig /var/lock/subsys
	ln -s rc.d/init.d /etc/init.d
	for l in 0 1 2 3 4 5 6; do ln -s rc.d/rc$l.d /etc/rc$l.d; done
	expect 0 make -s -C "$TOP" install-libs BUILD="$([ "$BIN" = "$TOP/build/bin" ] && echo dyn || echo static)" FAMILY=redhat
	for n in chkconfig service; do ln -sf /usr/lib/initwright/$n /sbin/$n; done
	ln -s /usr/lib/initwright/rc /etc/rc.d/rc
	{
		echo id:3:initdefault:
		echo si::sysinit:/etc/rc.d/rc.sysinit
		for l in 0 1 2 3 4 5 6; do echo "l$l:$l:wait:/etc/rc.d/rc $l"; done
	} >/etc/inittab
	printf '#!/bin/bash\n. /etc/rc.d/init.d/functions\nrm -rf /var/lock/subsys/*\n: >/run/utmp\naction "Mounting" true\n' >/etc/rc.d/rc.sysinit
	chmod 755 /etc/rc.d/rc.sysinit
	touch /run/utmp
	daemon_script web "2345 85 15"
	daemon_script log "2345 12 88"
	daemon_script gui "5 90 10"
	# what stops whatever is still there, and what ends the machine: no services, their links are their own
	plain killall 'for l in /var/lock/subsys/*; do [ ! -f "$l" ] || service "${l##*/}" stop; done; true'
	plain halt 'echo "$0 $1"; readlink /proc/[0-9]*/exe >/tmp/left; halt -d -f'
	ln -s ../init.d/killall /etc/rc.d/rc0.d/S00killall
	ln -s ../init.d/halt /etc/rc.d/rc0.d/S01halt
	# the last link of each level leads out of init.d, as Red Hat's does
	printf '#!/bin/sh\ntouch /var/lock/subsys/local\necho "$previous $runlevel" >/run/up\n' >/etc/rc.d/rc.local
	chmod 755 /etc/rc.d/rc.local
	for l in 2 3 5; do ln -s ../rc.local /etc/rc.d/rc$l.d/S99local; done
}
teardown() { sysv_teardown; }

plain() { # NAME COMMANDS
	printf '#!/bin/bash\n. /etc/rc.d/init.d/functions\n%s\n' "$2" >"/etc/rc.d/init.d/$1"
	chmod 755 "/etc/rc.d/init.d/$1"
}

daemon_script() { # NAME "LEVELS START STOP"
	ln -sf /usr/sbin/exampled "/usr/sbin/$1d"
	cat >"/etc/rc.d/init.d/$1" <<END
#!/bin/bash
#
# chkconfig: $2
# description: one of the services of this test
# processname: $1d
# pidfile: /var/run/$1d.pid

. /etc/rc.d/init.d/functions
RETVAL=0
prog=$1d
lockfile=/var/lock/subsys/$1
END
	cat >>"/etc/rc.d/init.d/$1" <<'END'
start() {
	echo -n $"Starting $prog: "
	daemon --pidfile=/var/run/$prog.pid /usr/sbin/$prog --pidfile /var/run/$prog.pid
	RETVAL=$?
	echo
	[ $RETVAL -eq 0 ] && touch $lockfile
	return $RETVAL
}
stop() {
	echo -n $"Stopping $prog: "
	killproc -p /var/run/$prog.pid $prog
	RETVAL=$?
	echo
	[ $RETVAL -eq 0 ] && rm -f $lockfile
	return $RETVAL
}
echo "$prog $1" >>/tmp/calls
case $1 in
start) start ;;
stop) stop ;;
status) status -p /var/run/$prog.pid $prog; RETVAL=$? ;;
restart) stop; start ;;
condrestart) [ ! -e $lockfile ] || { stop; start; } ;;
*) echo $"Usage: $0 {start|stop|status|restart|condrestart}"; RETVAL=2 ;;
esac
exit $RETVAL
END
	chmod 755 "/etc/rc.d/init.d/$1"
}

# ran LEVEL PREVIOUS: rc is done with that
ran() { wait_for -t 60 grep -qs "^run $1 $2 " /run/initwright/.boot; }

@test "runlevel 3, service and chkconfig, runlevel 5, halt" {
	rm -f /tmp/calls /tmp/left
	for s in web log gui; do expect 0 chkconfig --add $s; done
	# a native script, and one that initgen made for Red Hat, beside them
	expect 0 initgen -o /etc/rc.d/init.d/native "$TOP/init.d/exampled.service"
	printf '[Unit]\nDescription=Made up\n[Service]\nExecStart=/usr/sbin/madeupd --foreground\nUser=daemon\n[Install]\nWantedBy=multi-user.target\n' >/tmp/madeup.service
	ln -sf exampled /usr/sbin/madeupd
	expect 0 initgen --target rhel -o /etc/rc.d/init.d/madeup /tmp/madeup.service
	for s in native madeup; do expect 0 chkconfig --add $s; done
	boot
	ran 3 N
	same "N 3" "$(cat /run/up)"
	INIT=$(pgrep -P "$BOOT")
	same $'logd start\nwebd start' "$(cat /tmp/calls)"
	for s in log web madeup local; do [ -e /var/lock/subsys/$s ]; done
	[ ! -e /var/lock/subsys/gui ]
	for s in log web native madeup; do expect 0 inside service $s status; done
	expect 3 inside service gui status
	expect 0 inside service web status
	same "webd (pid  $(cat /var/run/webd.pid)) is running..." "$output"
	# by hand
	expect 0 inside service web stop
	[ ! -e /var/lock/subsys/web ]
	expect 3 inside service web status
	expect 0 inside service web condrestart
	expect 3 inside service web status
	expect 0 inside chkconfig web
	expect 0 inside chkconfig web off
	expect 1 inside chkconfig web
	expect 1 inside chkconfig gui
	expect 0 inside chkconfig --list gui
	same $'gui            \t0:off\t1:off\t2:off\t3:off\t4:off\t5:on\t6:off' "$output"
	# another runlevel: what has a lock goes on, what is off stays so
	: >/tmp/calls
	inside telinit 5
	ran 5 3
	# the lock of "local" is there: it is not called again
	same "N 3" "$(cat /run/up)"
	same "guid start" "$(cat /tmp/calls)"
	for s in log gui native madeup; do expect 0 inside service $s status; done
	expect 3 inside service web status
	: >/tmp/calls
	inside telinit 3
	ran 3 5
	same "guid stop" "$(cat /tmp/calls)"
	: >/tmp/calls
	inside telinit 0
	wait_for -t 60 gone "$BOOT"
	BOOT=
	same "logd stop" "$(grep -v status /tmp/calls)"
	# halt is called with its own word, and nothing of ours was left
	grep -q '/etc/rc.d/rc0.d/S01halt start' /tmp/console
	[ -s /tmp/left ]
	lacks /tmp/left 'exampled'
	lacks /tmp/console 'rc: |FAILED'
}

# lacks FILE REGEXP
lacks() {
	if grep -E "$2" "$1" >&2; then return 1; fi
}
