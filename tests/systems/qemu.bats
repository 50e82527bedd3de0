# variants: static
# busybox's init on a machine of its own: our rcS and rcK run what initgen made for busybox, and a native script; services are
# started, looked at and stopped; the machine is switched off in order.
load ../harness/lib
load qemu

unit() { # NAME LINE...
	local name=$1
	shift
	printf '%s\n' '[Unit]' "Description=$name" '[Service]' "$@" >"$BATS_TEST_TMPDIR/$name.service"
}
made() { # NUMBER NAME [OPTION]...: a script of a unit, by number in init.d
	expect 0 initgen "${@:3}" -o "$M/etc/init.d/S$1$2" "$BATS_TEST_TMPDIR/$2.service"
	chmod 755 "$M/etc/init.d/S$1$2"
}

system() { # ARCH
	qemu_setup "$1"
	unit httpd 'ExecStart=/usr/sbin/httpd -f -p 8080 -h /www'
	unit syslogd 'Type=forking' 'ExecStart=/sbin/syslogd' 'PIDFile=/run/syslogd.pid'
	unit native 'ExecStart=/usr/sbin/httpd -f -p 8081 -h /www' 'User=nobody' 'Restart=on-failure' 'RestartSec=100ms'
	made 50 httpd --target busybox
	made 10 syslogd --target busybox
	made 60 native
	unit oomstop 'ExecStart=/bin/sh -c "/usr/bin/tail /dev/zero; echo it goes on >/run/oomstop.on; while :; do sleep 100; done"' \
		'ExecStop=/bin/sh -c "echo $SERVICE_RESULT >/run/oomstop.stop"' 'MemoryMax=8M'
	unit oomkill 'ExecStart=/bin/sh -c "/usr/bin/tail /dev/zero; echo it goes on >/run/oomkill.on; while :; do sleep 100; done"' \
		'ExecStop=/bin/sh -c "echo $SERVICE_RESULT >/run/oomkill.stop"' 'MemoryMax=8M' 'OOMPolicy=kill'
	made 65 oomstop
	made 65 oomkill
	echo "a page" >"$M/www/index.html"
	printf '#!/none\necho "sourced $1" >/dev/console\n' >"$M/etc/init.d/S01first.sh"
	printf '#!/bin/sh\necho "stopped last: $1" >/dev/console\n' >"$M/etc/init.d/S02last"
	# the last one is the test: it has no header, so that it runs when all others have ended
	{
		echo '#!/bin/sh'
		echo '[ "$1" = start ] || exit 0'
		echo 'exec >/dev/console 2>&1'
		declare -f get await machine_test
		echo 'machine_test'
		echo 'poweroff'
	} | sed 's/^\(get\|await\|machine_test\) () *$/\1() /' >"$M/etc/init.d/S99test"
	chmod 755 "$M/etc/init.d/S02last" "$M/etc/init.d/S99test"
}

# --- what runs on the machine, by busybox's shell ---
get() { wget -q -O - "http://127.0.0.1:$1/" 2>/dev/null; }
await() {
	n=0
	until "$@" 2>/dev/null; do
		n=$((n + 1))
		[ $n -lt 300 ] || { echo "FAIL in vain: $*"; return 1; }
		sleep 0.1
	done
}
machine_test() {
	cd /etc/init.d
	# every service runs
	await get 8080 >/dev/null
	[ "$(get 8080)" = "a page" ] || echo "FAIL httpd"
	await get 8081 >/dev/null
	./S60native status || echo "FAIL native status"
	PATH=/usr/lib/initwright:$PATH
	pidcheck --exec /sbin/syslogd /run/syslogd.pid || echo "FAIL syslogd"
	logger "a line" && await grep -q "a line" /var/log/messages || echo "FAIL log"
	# a second start changes nothing
	before=$(ps | grep -c '[h]ttpd -f')
	./S50httpd start || echo "FAIL second start"
	[ "$(ps | grep -c '[h]ttpd -f')" = "$before" ] || echo "FAIL two of them"
	# stopped, and started again
	./S50httpd stop || echo "FAIL stop"
	! get 8080 >/dev/null || echo "FAIL still there"
	./S50httpd start && await get 8080 >/dev/null || echo "FAIL start again"
	./S60native restart && await get 8081 >/dev/null || echo "FAIL restart"
	# killed: the keeper brings it back
	kill -9 "$(ps | awk '/[h]ttpd -f -p 8081/ { print $1; exit }')"
	await get 8081 >/dev/null || echo "FAIL not back"
	./S60native stop || echo "FAIL native stop"
	./S60native status
	[ $? = 3 ] || echo "FAIL status when stopped"
	# memory, by a control group of version 2: one is killed, and the service stopped in order; or all are killed at once
	for name in oomstop oomkill; do
		await grep -q "^state=failed" /run/initwright/S65$name/record || echo "FAIL $name"
		grep -q "^result=oom-kill" /run/initwright/S65$name/record || echo "FAIL the result of $name"
	done
	[ "$(cat /run/oomstop.on /run/oomstop.stop)" = "it goes on
oom-kill" ] || echo "FAIL oomstop"
	[ ! -e /run/oomkill.on ] && [ ! -e /run/oomkill.stop ] || echo "FAIL oomkill"
	[ ! -e /sys/fs/cgroup/initwright/S65oomkill ] || echo "FAIL a group is left"
	echo "TEST DONE on $(uname -m)"
}

# --- and what is seen of it ---
verdict() {
	seen "sourced start" "TEST DONE on $1" "stopped last: stop" "Power down"
	none_of_these 'FAIL|rc[SK]: |panic'
	[ "$(grep -n 'stopped last: stop' "$LOG" | cut -d: -f1)" -lt "$(grep -n 'sourced stop' "$LOG" | cut -d: -f1)" ]
	[ "$(grep -n 'sourced stop' "$LOG" | cut -d: -f1)" -lt "$(grep -n 'Power down' "$LOG" | cut -d: -f1)" ]
}

@test "x86_64: up, services, off" {
	system amd64
	qemu_boot
	verdict x86_64
}

@test "arm64: up, services, off" {
	system arm64
	qemu_boot
	verdict aarch64
}

@test "mipsel: up, services, off" {
	system mipsel
	qemu_boot
	verdict mips
}

@test "armhf: up, services, off" {
	system armhf
	qemu_boot
	verdict armv7l
}
