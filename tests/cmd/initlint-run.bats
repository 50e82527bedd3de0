# initlint --run: what scripts do, found by doing it in a copy of the system that is thrown away.
load ../harness/lib
load ../boot/lint
load ../boot/run

setup() { run_setup; }

# all of the script's findings, sorted, one a line
finds_run() { # NAME EXPECTED [OPTION]...
	local name=$1 want=$2
	shift 2
	tried "$name" "$@"
	same "$(sort <<<"$want")" "$(sed -E "s,^\./$name:([0-9]+:)* [a-z]*: ,," <<<"$output" | sort)"
}

@test "a good script: start-stop-daemon" {
	script demo <<'X'
start) start-stop-daemon --start --oknodo --background --make-pidfile --pidfile /run/demo.pid --exec /bin/sleep -- 4711 ;;
stop) start-stop-daemon --stop --oknodo --remove-pidfile --retry TERM/30/KILL/5 --pidfile /run/demo.pid --exec /bin/sleep ;;
restart|force-reload) "$0" stop && "$0" start ;;
try-restart) ! "$0" status || "$0" restart ;;
status) start-stop-daemon --status --pidfile /run/demo.pid --exec /bin/sleep ;;
X
	expect 0 initlint --run ./demo
	same "" "$output$stderr"
	expect 0 initlint --run --json ./demo
	same "[]" "$output"
	none_of sleep || [ -z "$(pgrep -f 'sleep 4711')" ]
	[ ! -e /run/demo.pid ]
	[ ! -e /etc/init.d/demo ]
}

@test "a good script: a native service, in another language" {
	{
		printf '%s\n' "#!$BIN/svrun" "$HEADER" '[Unit]' 'Description=demo' '[Service]' "ExecStart=/bin/sleep 4712"
	} >native
	sed -i 's/: *demo/: native/' native
	chmod 755 native
	expect 0 initlint --run ./native
	same "" "$output$stderr"
}

@test "wrong codes" {
	{
		printf '%s\n' '#!/bin/sh' "${HEADER//demo/codes}" 'case "$1" in
start) [ ! -e /run/codes.pid ] || exit 1; sleep 4711 >/dev/null 2>&1 & echo $! >/run/codes.pid ;;
stop) [ -e /run/codes.pid ] || exit 1; kill -9 $(cat /run/codes.pid); while pidof sleep >/dev/null; do :; done; rm /run/codes.pid ;;
restart) "$0" stop; "$0" start; exit 4 ;;
force-reload) exit 1 ;;
status) [ -e /run/codes.pid ] ;;
*) echo Usage; exit 1 ;;
esac'
	} >codes
	chmod 755 codes
	finds_run codes "called without an action, or with one that there is not, it ends with 1; 1 is SUSE's, the LSB has 2 or 3 [run-usage]
status before any start ends with 1; there is neither pidfile nor lock file: 3 is right [run-status]
stop before any start ends with 1; 0 is right [run-code]
start of what runs ends with 1; 0 is right [run-code]
force-reload ends with 1; 0 is right [run-code]
restart ends with 4; 0 is right [run-code]
status after a stop ends with 1; there is neither pidfile nor lock file: 3 is right [run-status]
stop of what is stopped ends with 1; 0 is right [run-code]
status after the daemon was killed ends with 0; 1 is right, there is a pidfile [run-status]
start after the daemon was killed ends with 1, and nothing runs: what was left behind is in the way [run-code]"
	sed -i 's,^case,[ ! -r /etc/rc.status ] || . /etc/rc.status\n&,' codes
	tried codes
	lacks "$output" run-usage
}

@test "a start that hangs: told, with what it printed, and ended" {
	script demo <<'X'
start) echo "here we go"; sleep 4711 ;;
stop) pkill sleep; : ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	finds_run demo "start does not end within 1s [run-late]" --timeout 1s
	expect 1 initlint --run --timeout 1s ./demo
	has "$output" "    output: here we go"
	same "here we go" "$(initlint --run --timeout 1s --json ./demo | python3 -c 'import json,sys; print(*[f["output"].strip() for f in json.load(sys.stdin) if f["code"] == "run-late"])')"
}

@test "a daemon that prints when its starter has ended" {
	script demo <<'X'
start) pidof demo-d >/dev/null || { /bin/sh /run/demo-d & until pidof -x demo-d >/dev/null; do :; done; } ;;
stop) pkill -x sleep; : ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	sed -i 's,^start).*,start) pidof sleep >/dev/null || { (until [ -e /run/ended ]; do :; done; echo late; exec sleep 4711) \& } ;;,; s,^status),status) : >/run/ended;,' demo
	sed -i 's,^stop).*,stop) rm -f /run/ended; while pkill -9 -x sleep; do :; done ;;,' demo
	finds_run demo ""
}

@test "two daemons where there should be one" {
	script demo <<'X'
start) setsid sleep 4711 >/dev/null 2>&1 & up sleep ;;
stop) while pkill -9 -x sleep; do :; done ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	finds_run demo "start of what runs leaves the old process and a new one beside it (sleep) [run-twice]"
}

@test "a stop that stops nothing, a restart that restarts nothing" {
	script demo <<'X'
start) pidof sleep >/dev/null || { sleep 4711 >/dev/null 2>&1 & up sleep; } ;;
stop) : ;;
restart|force-reload) : ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	finds_run demo "restart leaves the process that ran before [run-restart]
stop leaves processes behind: sleep [run-left]"
}

@test "a status that is always 0" {
	script demo <<'X'
start) pidof sleep >/dev/null || { sleep 4711 >/dev/null 2>&1 & up sleep; } ;;
stop) while pkill -9 -x sleep; do :; done ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) exit 0 ;;
X
	finds_run demo "status ends with 0 whether it runs or not [run-status]"
	expect 1 initlint -s --run ./demo
	has "$output" "./demo:15:1: error: status ends with 0 whether it runs or not [run-status]"
}

@test "a start that fails, a start that only says that it worked, one that is not there" {
	script demo <<'X'
start) echo "no such luck" >&2; exit 1 ;;
stop) : ;;
restart|force-reload) exit 1 ;;
status) exit 3 ;;
X
	finds_run demo "start ends with 1, and nothing runs [run-fails]"
	sed -i 's/exit 1 ;;/exit 0 ;;/' demo
	finds_run demo "start ends with 0, and nothing runs [run-nothing]"
	sed -i 's,^case,D=/usr/sbin/demod\n[ -x "$D" ] || exit 0\n&,' demo
	expect 0 initlint -s --run ./demo
	same "./demo: note: /usr/sbin/demod is not installed: start ends with 0 (the LSB has 5, Debian 0) [run-skipped]" "$output"
	expect 0 initlint --run --json ./demo
	has "$output" '"level":"note","code":"run-skipped"'
	printf '#!/nothere/sh\n%s\n' "${HEADER//demo/broken}" >broken
	chmod 755 broken
	finds_run broken "it cannot be executed: No such file or directory [run-broken]"
}

@test "a daemon that ends by itself" {
	script demo <<'X'
start) sleep 0.3 & up sleep ;;
stop) : ;;
restart|force-reload) : ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	finds_run demo "start ends with 0, and a moment later nothing runs [run-nothing]"
}

@test "no status action" {
	printf '#!/usr/bin/perl\n%s\n%s\n' "${HEADER//demo/perl}" 'exit 0 if $ARGV[0] =~ /^(stop|start|restart|force-reload)$/; print "usage"; exit 3;' >perl
	chmod 755 perl
	command -v perl >/dev/null || skip "no perl"
	finds_run perl "no status action: it ends with 3, as any unknown one [action-missing]"
}

@test "who kills everything" {
	script demo <<'X'
start) pidof sleep >/dev/null || { sleep 4711 >/dev/null 2>&1 & up sleep; } ;;
stop) kill -9 -1 ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	finds_run demo "stop before any start kills every process that it can, also those that are not its own [run-kills]"
}

@test "nothing is changed outside, whatever a script tries" {
	require_throwaway
	script demo <<'X'
start)
	rm -rf /etc/passwd /usr/share/doc /home /root /var/lib/dpkg "$OUTSIDE"
	echo x >/etc/demo-was-here; echo x >/run/demo-was-here; echo x >/var/tmp/demo-was-here; echo x >/tmp/demo-was-here
	hostname demo-was-here; date -s 2001-01-01; echo 1 >/proc/sys/kernel/sysrq; echo b >/proc/sysrq-trigger
	mknod /dev/sda b 8 0; mount -o remount,rw /proc/sys; reboot -f; swapoff -a; ip link del lo
	kill -9 $(ls /proc | grep -E '^[0-9]{3,}$') -1
	;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	local before after outside=$BATS_TEST_TMPDIR/outside
	mkdir "$outside"
	echo kept >"$outside/file"
	sed -i "s,\$OUTSIDE,$outside," demo
	sleep 4713 3>&- &
	local other=$!
	before=$(hostname; ls /etc /run /var/tmp /tmp; cat /etc/passwd "$outside/file"; ls /home /root -a; ls /usr/share/doc | wc -l; ls /sys/class/net)
	tried demo
	after=$(hostname; ls /etc /run /var/tmp /tmp; cat /etc/passwd "$outside/file"; ls /home /root -a; ls /usr/share/doc | wc -l; ls /sys/class/net)
	same "$before" "$after"
	[ "$(date +%Y)" -gt 2001 ]
	alive "$other"
	kill "$other"
	has "$output" "[run-"
	# no mount of it shows here either
	[ "$(grep -c ' /tmp/root ' /proc/self/mountinfo)" = 0 ]
}

# is there no control group that was left behind?  Other tests may have some of their own
no_groups() {
	local ns=$(readlink /proc/self/ns/pid)
	ns=${ns//[!0-9]}
	! find /sys/fs/cgroup /srv/pids -maxdepth 4 -name "room-$ns-*" 2>/dev/null | grep .
}

@test "more processes than there may be" {
	require_throwaway
	mkdir -p /srv/pids
	mount -t cgroup -o pids cgroup /srv/pids 2>/dev/null || grep -qs pids /sys/fs/cgroup/cgroup.controllers || skip "no limit for processes here"
	script demo <<'X'
start) i=0; while [ $i -lt 4200 ]; do sleep 4711 >/dev/null 2>&1 & i=$((i + 1)); done ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	expect 1 initlint -s --run --timeout 20s ./demo
	has "$output" "[run-"
	expect 1 initlint --run ./demo
	has "$output" "output: "
	same "" "$(pgrep -f 'sleep 4711' || :)"
	wait_for no_groups
	umount /srv/pids 2>/dev/null || :
}

@test "a script that takes itself away" {
	script demo <<'X'
start) rm -f "$0"; sleep 4711 >/dev/null 2>&1 & up sleep ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	finds_run demo "start is done, and then the script cannot be executed any more: No such file or directory [run-broken]"
	[ -s demo ]
}

@test "a script that writes where who tries it keeps what it saw" {
	command -v python3 >/dev/null || skip "no python3"
	script demo <<'X'
start) python3 /var/tmp/demo.py; exit 4 ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	require_throwaway
	cat >/var/tmp/demo.py <<'X'
import re
for line in open('/proc/2/maps'):
    m = re.match(r'([0-9a-f]+)-([0-9a-f]+) rw-s', line)
    if m:
        a, b = int(m[1], 16), int(m[2], 16)
        f = open('/proc/2/mem', 'r+b', 0)
        f.seek(a)
        f.write(b'\x7f' * (b - a))
X
	expect 1 initlint --run --json ./demo
	python3 -c 'import json,sys; assert len(json.load(sys.stdin)) > 3' <<<"$output"
	rm /var/tmp/demo.py
}

@test "killed itself, it leaves nothing running" {
	script demo <<'X'
start) sleep 4714; : ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	initlint --run ./demo 3>&- >/dev/null &
	local pid=$!
	wait_for pgrep -f '^sleep 4714'
	kill -9 "$pid"
	wait "$pid" || :
	gone_now() { ! pgrep -f '^sleep 4714' >/dev/null && no_groups; }
	wait_for gone_now
}

@test "a script by its name, and a tree" {
	require_throwaway
	mkdir -p /etc/init.d
	script demo <<'X'
start) exit 4 ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	mv demo /etc/init.d/demo
	expect 1 initlint -s --run demo
	has "$output" "/etc/init.d/demo:12:1: warning: start ends with 4, and nothing runs [run-fails]"
	rm /etc/init.d/demo
	mkdir -p tree/etc/init.d tree/bin
	cp "$TOP/build/static/bin/initwright" tree/bin/ 2>/dev/null || skip "no static build"
	printf '#!/bin/sh\n# chkconfig: 345 20 80\n' >tree/etc/init.d/x
	chmod 755 tree/etc/init.d/x
	# no shell in there
	expect 1 initlint -s --run --root tree x
	has "$output" "it cannot be executed: No such file or directory [run-broken]"
	[ "$(ls tree)" = $'bin\netc' ]
}

@test "calls that make no sense; not root" {
	expect 2 initlint --timeout 5s ./probe
	expect 2 initlint --run --fix ./probe
	expect 2 initlint --run --timeout 0 ./probe
	expect 2 initlint --run --timeout never ./probe
	expect 2 initlint --run ./nothere
	in_throwaway || skip "another user"
	chmod 755 . ..
	expect 2 setpriv --reuid 65534 --clear-groups "$BIN/initlint" --run ./probe
	has "$stderr" "initlint: unable to run scripts: only root can make a copy of the system for them"
	# root without the right to mount
	expect 2 setpriv --bounding-set -sys_admin --inh-caps -all "$BIN/initlint" --run ./probe
	has "$stderr" "initlint: unable to run ./probe in a copy of the system: unable to make a private pid namespace: Operation not permitted"
}
