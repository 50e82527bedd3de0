# svrun: the life of a service, by its exit codes, its lines and what is left behind.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	RC=/etc/init.d/exd
	RUN=/run/initwright/exd
	start_syslogd
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of exampled) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	stop_syslogd
	rm -rf /etc/init.d/ex* /run/initwright /etc/initwright
}

# unit LINE...: a native script $RC with these lines
unit() {
	mkdir -p /etc/init.d
	{
		printf '#!%s/svrun\n### BEGIN INIT INFO\n# Provides: exd\n### END INIT INFO\n[Service]\n' "$BIN"
		printf '%s\n' "$@"
	} >"$RC"
	chmod 755 "$RC"
}

keeper() { sed -n 's/^keeper=//p' "$RUN/record"; }
main() { sed -n 's/^main=//p' "$RUN/record"; }
# another PID: is there a main process that is not that one?
another() { [ "$(main)" -gt 1 ] && [ "$(main)" != "$1" ] && grep -q '^state=running' "$RUN/record"; }
nothing_left() {
	wait_for none_of exampled
	wait_for none_of svkeeper
	[ ! -e "$RUN" ]
}

@test "start, status, second start, restart, stop, second stop" {
	unit "Type=simple" "ExecStart=$EXAMPLED -f"
	expect 3 "$RC" status
	same "exd is not running" "$output"
	expect 0 "$RC" start
	has "$output" "exd started, pid $(main)"
	alive "$(main)"
	expect 0 "$RC" status
	has "$output" "exd is running, pid $(main)"
	first=$(main)
	expect 0 "$RC" start
	same "exd is already running, pid $first" "$output"
	same "$first" "$(main)"
	expect 0 "$RC" restart
	[ "$(main)" != "$first" ]
	gone "$first"
	expect 0 "$RC" stop
	same "exd stopped" "$output"
	nothing_left
	expect 3 "$RC" status
	expect 0 "$RC" stop
	same "exd is not running" "$output"
}

@test "a forking daemon is followed by its pidfile, or guessed without one" {
	unit "Type=forking" "PIDFile=/run/exd.pid" "ExecStart=$EXAMPLED -p /run/exd.pid"
	expect 0 "$RC" start
	same "$(</run/exd.pid)" "$(main)"
	expect 0 "$RC" stop
	[ ! -e /run/exd.pid ]
	nothing_left
	unit "Type=forking" "ExecStart=$EXAMPLED -p /run/other.pid"
	expect 0 "$RC" start
	same "$(</run/other.pid)" "$(main)"
	expect 0 "$RC" stop
	nothing_left
}

watches_nothing() { ! readlink /proc/"$(keeper)"/fd/* | grep inotify; }

@test "a pidfile that comes when the start has returned is awaited, and no longer watched then" {
	cat >/tmp/late <<-'END'
		#!/bin/sh
		parent=$$
		(
			read -r me rest </proc/self/stat
			while [ -d /proc/$parent ]; do :; done
			echo "$me" >/run/late.pid
			exec sleep 600
		) &
	END
	chmod 755 /tmp/late
	unit "Type=forking" "PIDFile=/run/late.pid" "ExecStart=/tmp/late"
	for _ in 1 2 3; do
		expect 0 "$RC" start
		same "$(</run/late.pid)" "$(main)"
		wait_for watches_nothing
		expect 0 "$RC" stop
	done
	rm /tmp/late
}

@test "a notify daemon is up when it says so" {
	unit "Type=notify" "ExecStart=$EXAMPLED -f --notify --start-delay 300"
	before=${EPOCHREALTIME/[.,]/}
	expect 0 "$RC" start
	[ $((${EPOCHREALTIME/[.,]/} - before)) -ge 300000 ]
	expect 0 "$RC" status
	[[ $output == *": "* ]]
	expect 0 "$RC" stop
	nothing_left
}

@test "a notify daemon that dies before it is ready ends the start at once" {
	unit "Type=notify" "ExecStart=$EXAMPLED -f --notify --before-ready --exit 7"
	expect 1 "$RC" start
	has "$stderr" "unable to start exd: $EXAMPLED exited with status 7"
	nothing_left
}

@test "a notify daemon that never says so is ended when its time is up" {
	unit "Type=notify" "TimeoutStartSec=1" "ExecStart=$EXAMPLED -f --notify --never-ready"
	expect 1 "$RC" start
	has "$stderr" "did not say that it is ready in time"
	nothing_left
}

@test "MAINPID= hands the service over to a child" {
	unit "Type=notify" "NotifyAccess=all" "ExecStart=$EXAMPLED -f --notify --handover -p /run/exd.pid"
	expect 0 "$RC" start
	wait_for test -s /run/exd.pid
	wait_for eval '[ "$(main)" = "$(</run/exd.pid)" ]'
	expect 0 "$RC" status
	expect 0 "$RC" stop
	nothing_left
}

@test "oneshot: done is done, and RemainAfterExit stays up without a process" {
	unit "Type=oneshot" "ExecStart=/bin/touch /tmp/one" "ExecStart=/bin/touch /tmp/two"
	expect 0 "$RC" start
	[ -e /tmp/one ] && [ -e /tmp/two ]
	expect 3 "$RC" status
	unit "Type=oneshot" "RemainAfterExit=yes" "ExecStart=/bin/true" "ExecStop=/bin/touch /tmp/stopped"
	expect 0 "$RC" start
	expect 0 "$RC" status
	expect 0 "$RC" start
	expect 0 "$RC" stop
	[ -e /tmp/stopped ]
	nothing_left
	unit "Type=oneshot" "ExecStart=/bin/false"
	expect 1 "$RC" start
	has "$stderr" "/bin/false exited with status 1"
	nothing_left
}

@test "a killed daemon is dead with status 1, and starts again" {
	unit "ExecStart=$EXAMPLED -f"
	expect 0 "$RC" start
	kill -KILL "$(main)"
	wait_for none_of svkeeper
	expect 1 "$RC" status
	same "exd is dead: the main process was killed by signal 9 (KILL)" "$output"
	expect 0 "$RC" start
	expect 0 "$RC" status
	expect 0 "$RC" stop
	nothing_left
}

@test "reload runs ExecReload with MAINPID" {
	unit "ExecStart=$EXAMPLED -f -s /run/exd.state" "ExecReload=/bin/kill -HUP \$MAINPID"
	expect 7 "$RC" reload
	expect 0 "$RC" start
	wait_for test -s /run/exd.state
	expect 0 "$RC" reload
	wait_for eval '[ "$(cut -d" " -f2 /run/exd.state)" = 1 ]'
	expect 0 "$RC" force-reload
	wait_for eval '[ "$(cut -d" " -f2 /run/exd.state)" = 2 ]'
	expect 0 "$RC" stop
}

@test "without ExecReload reload is not implemented, and force-reload restarts" {
	unit "ExecStart=$EXAMPLED -f"
	expect 0 "$RC" start
	first=$(main)
	expect 3 "$RC" reload
	same "$first" "$(main)"
	expect 0 "$RC" force-reload
	[ "$(main)" != "$first" ]
	expect 0 "$RC" try-restart
	expect 0 "$RC" stop
	expect 0 "$RC" try-restart
	nothing_left
}

@test "a deaf daemon with strays is ended whole" {
	unit "ExecStart=$EXAMPLED -f --deaf --children 3 --strays 3" "TimeoutStopSec=300ms"
	expect 0 "$RC" start
	wait_for eval '[ "$(pids_of exampled | wc -l)" -ge 7 ]'
	expect 0 "$RC" stop
	nothing_left
}

@test "KillMode=process leaves the children, SendSIGKILL=no reports who stayed" {
	unit "ExecStart=$EXAMPLED -f --children 2" "KillMode=process"
	expect 0 "$RC" start
	wait_for eval '[ "$(pids_of exampled | wc -l)" = 3 ]'
	main=$(main)
	expect 0 "$RC" stop
	gone "$main"
	for pid in $(pids_of exampled); do kill -KILL "$pid"; done
	unit "ExecStart=$EXAMPLED -f --deaf" "SendSIGKILL=no" "TimeoutStopSec=200ms"
	expect 0 "$RC" start
	expect 1 "$RC" stop
	has "$stderr" "some of its processes did not end"
}

@test "ExecStartPre and ExecStartPost frame the start; a failing one undoes it" {
	unit "ExecStartPre=/bin/touch /tmp/pre" "ExecStart=$EXAMPLED -f" "ExecStartPost=/bin/touch /tmp/post"
	expect 0 "$RC" start
	[ -e /tmp/pre ] && [ -e /tmp/post ]
	expect 0 "$RC" stop
	unit "ExecStartPre=/bin/sh -c 'echo config is bad; exit 3'" "ExecStart=$EXAMPLED -f"
	expect 1 "$RC" start
	has "$stderr" "/bin/sh exited with status 3: config is bad"
	nothing_left
	unit "ExecStartPre=-/bin/false" "ExecStart=$EXAMPLED -f" "ExecStopPost=/bin/sh -c 'echo \$SERVICE_RESULT \$EXIT_CODE \$EXIT_STATUS >/tmp/result'"
	expect 0 "$RC" start
	kill -ABRT "$(main)"
	wait_for none_of svkeeper
	[[ $(</tmp/result) == @(signal|core-dump)" "@(killed|dumped)" ABRT" ]]
}

@test "conditions that do not hold skip the start; asserts fail it" {
	unit "ExecStart=$EXAMPLED -f"
	sed -i 's|^\[Service\]|[Unit]\nConditionPathExists=/nonexistent\n[Service]|' "$RC"
	expect 0 "$RC" start
	has "$output" "ConditionPathExists=/nonexistent does not hold"
	expect 3 "$RC" status
	sed -i 's|^Condition|Assert|' "$RC"
	expect 6 "$RC" start
	has "$stderr" "AssertPathExists=/nonexistent does not hold"
	nothing_left
}

@test "user, group, groups, umask, cwd, session, signals, descriptors and environment are the clean ones" {
	unit "ExecStart=/bin/sleep 1000" "User=daemon" "Environment=A=1" "UMask=0027" "LimitNOFILE=4096"
	# shellcheck disable=SC2034
	(trap '' INT QUIT; umask 077; cd /tmp; exec 7</dev/null; SECRET=1 expect 0 "$RC" start)
	pid=$(main)
	same "1 1 1 1" "$(snap_get "$pid" uid | tr '\t' ' ')" || snap "$pid"
	same "0027" "$(snap_get "$pid" umask)"
	same "/" "$(snap_get "$pid" cwd)"
	grep -qz '^SECRET' "/proc/$pid/environ" && false
	tr '\0' '\n' <"/proc/$pid/environ" | sort >/tmp/env
	same "A=1
HOME=$(getent passwd daemon | cut -d: -f6)
LANG=C.UTF-8
LOGNAME=daemon
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER=daemon" "$(</tmp/env)"
	same "0 1 2" "$(cd "/proc/$pid/fd" && echo *)"
	grep -q '^Max open files  *4096  *4096' "/proc/$pid/limits"
	same "0000000000001000" "$(sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$pid/status")"
	same "$pid" "$(cut -d' ' -f6 "/proc/$pid/stat")"
}

@test "output goes to the log with the service's tag" {
	unit "ExecStart=$EXAMPLED -f --lines 2"
	expect 0 "$RC" start
	wait_for grep -q "<30>.* exampled\[$(main)\]: " "$SYSLOG"
}

@test "a line's own level counts, and no old line explains a failure" {
	unit "Type=oneshot" "ExecStart=/bin/sh -c 'echo \"<3>bad news\"'"
	expect 0 "$RC" start
	wait_for grep -q "<27>.* sh[^ ]*: bad news" "$SYSLOG"
	unit "ExecStartPre=/bin/echo all is well" "ExecStartPre=/bin/false" "ExecStart=/bin/sleep 9"
	expect 1 "$RC" start
	same "svrun: unable to start exd: /bin/false exited with status 1" "$stderr"
}

@test "ExecStop is not for a service that failed by itself" {
	unit "ExecStart=$EXAMPLED -f" "ExecStop=/bin/touch /tmp/ordered"
	expect 0 "$RC" start
	kill -KILL "$(main)"
	wait_for none_of svkeeper
	[ ! -e /tmp/ordered ]
	expect 0 "$RC" start
	expect 0 "$RC" stop
	[ -e /tmp/ordered ]
}

@test "bad input: one line, the right code, nothing left" {
	one_line() { [ "$(printf '%s\n' "$stderr" | wc -l)" = 1 ] || { echo "$stderr" >&2; return 1; }; }
	unit "ExecStart=/bin/sleep \"60"
	expect 6 "$RC" start
	one_line
	has "$stderr" "$RC:6"
	nothing_left
	unit "ExecStart=/bin/sleep 60" "User=nosuchuser"
	expect 6 "$RC" start
	one_line
	has "$stderr" "unable to start exd: no such user 'nosuchuser'"
	nothing_left
	unit "ExecStart=/nonexistent/daemon"
	expect 5 "$RC" start
	one_line
	has "$stderr" "unable to start exd: unable to execute /nonexistent/daemon: No such file or directory"
	nothing_left
	mkdir /run/dir.pid
	unit "Type=forking" "TimeoutStartSec=500ms" "PIDFile=/run/dir.pid" "ExecStart=$EXAMPLED -p /run/real.pid"
	expect 1 "$RC" start
	one_line
	has "$stderr" "/run/dir.pid"
	nothing_left
	unit "ExecStart=/bin/sleep 60" "EnvironmentFile=/nonexistent"
	expect 6 "$RC" start
	one_line
	nothing_left
	expect 2 "$RC"
	expect 2 "$RC" frobnicate
	expect 2 svrun --nonsense
	expect 2 svrun
}

@test "a read-only /run: one line and nothing left" {
	unit "ExecStart=/bin/sleep 60"
	rm -rf /run/initwright
	unshare -m sh -c 'mount -t tmpfs -o ro none /run && exec "$1" start' - "$RC" >/tmp/out 2>&1 && false
	same 1 "$(wc -l </tmp/out | tr -d ' ')"
	has "$(</tmp/out)" "unable to start exd: unable to make /run/initwright/exd/record: Read-only file system"
}

@test "a full /run: the running service goes on and stops" {
	unit "ExecStart=$EXAMPLED -f"
	unshare -m bash -c '
		mount -t tmpfs -o size=32k none /run && "$1" start || exit 1
		dd if=/dev/zero of=/run/fill bs=1k 2>/dev/null
		"$1" status || exit 2
		"$1" stop || exit 3
		"$1" status; [ $? = 3 ] || exit 4' - "$RC"
	wait_for none_of svkeeper
}

@test "two starts at once start one; both succeed" {
	unit "Type=notify" "ExecStart=$EXAMPLED -f --notify --start-delay 50"
	for _ in 1 2 3 4 5 6 7 8; do
		"$RC" start 3>&- >/tmp/a 2>&1 & a=$!
		"$RC" start 3>&- >/tmp/b 2>&1 & b=$!
		wait $a
		wait $b
		same 1 "$(pids_of exampled | wc -l)"
		expect 0 "$RC" stop
	done
	nothing_left
}

@test "an interrupted start leaves nothing" {
	unit "Type=notify" "ExecStart=$EXAMPLED -f --notify --never-ready"
	"$RC" start 3>&- & starter=$!
	wait_for eval '[ -n "$(pids_of exampled)" ]'
	kill -INT "$starter" || kill -TERM "$starter"
	kill -KILL "$starter" 2>/dev/null || :
	nothing_left
}

@test "a killed keeper loses the service's parent, not the service; stop ends all of it" {
	unit "ExecStart=$EXAMPLED -f --children 2 --strays 1" "TimeoutStopSec=300ms"
	expect 0 "$RC" start
	wait_for eval '[ "$(pids_of exampled | wc -l)" = 4 ]'
	main=$(main)
	kill -KILL "$(keeper)"
	wait_for none_of svkeeper
	expect 0 "$RC" status
	has "$output" "has lost its keeper"
	expect 0 "$RC" start
	has "$output" "already running, pid $main"
	expect 0 "$RC" stop
	gone "$main"
	# without a control group only the main process is known
	if [ -n "$(sed -n 's/^cgroup2 \([^ ]*\).*/\1/p' /proc/mounts)" ]; then wait_for none_of exampled; fi
}

@test "TERM to the keeper stops the service" {
	unit "ExecStart=$EXAMPLED -f"
	expect 0 "$RC" start
	kill -TERM "$(keeper)"
	nothing_left
	expect 3 "$RC" status
}

@test "the keeper outlives a lost /run" {
	unit "ExecStart=$EXAMPLED -f"
	expect 0 "$RC" start
	keeper=$(keeper)
	rm -rf /run/initwright
	alive "$keeper"
	kill -TERM "$keeper"
	wait_for none_of exampled
}

@test "a runlevel link names the service" {
	unit "ExecStart=$EXAMPLED -f"
	mkdir -p /etc/rc2.d
	ln -sfn ../init.d/exd /etc/rc2.d/S20exd
	expect 0 /etc/rc2.d/S20exd start
	expect 0 "$RC" status
	expect 0 /etc/rc2.d/S20exd stop
	rm /etc/rc2.d/S20exd
	nothing_left
}

@test "foreground: output here, orderly end by INT" {
	unit "ExecStart=$EXAMPLED -f --lines 1"
	"$RC" foreground >/tmp/fg 2>&1 3>&- & pid=$!
	wait_for test -s /tmp/fg
	expect 0 "$RC" status
	kill -TERM "$pid"
	wait "$pid"
	nothing_left
	unit "ExecStart=$EXAMPLED -f --exit 9"
	expect 9 "$RC" foreground
	nothing_left
}

@test "explain says what would run, as whom, and what is not honoured" {
	unit "ExecStart=$EXAMPLED -f" "User=daemon" "RestrictFileSystems=ext4"
	expect 0 "$RC" explain
	has "$output" "$EXAMPLED -f"
	has "$output" "daemon (uid 1, gid 1)"
	has "$output" "RestrictFileSystems=ext4 (protects)"
	expect 3 "$RC" status
}

@test "drop-ins count" {
	unit "ExecStart=$EXAMPLED -f"
	mkdir -p /etc/initwright/exd.d
	printf '[Service]\nEnvironment=FROM=dropin\n' >/etc/initwright/exd.d/a.conf
	expect 0 "$RC" start
	grep -qz '^FROM=dropin' "/proc/$(main)/environ"
}

@test "directories are made, owned, named and removed" {
	unit "ExecStart=$EXAMPLED -f" "User=daemon" "RuntimeDirectory=exd exd/sub" "RuntimeDirectoryMode=2750" "StateDirectory=exd"
	expect 0 "$RC" start
	same "2750 daemon daemon" "$(stat -c '%a %U %G' /run/exd)"
	same "755 daemon daemon" "$(stat -c '%a %U %G' /var/lib/exd)"
	grep -qz '^RUNTIME_DIRECTORY=/run/exd:/run/exd/sub' "/proc/$(main)/environ"
	expect 0 "$RC" stop
	[ ! -e /run/exd ] && [ -d /var/lib/exd ]
}

@test "credentials are the service's alone, where and whenever it looks, and gone when it is" {
	printf secret >/srv/key && chmod 600 /srv/key
	unit "ExecStart=$EXAMPLED -f" "User=daemon" "LoadCredential=key:/srv/key" "SetCredential=word:one\\ntwo" \
		"ExecStartPre=/bin/sh -c 'cat %d/key >/tmp/seen'" "TemporaryFileSystem=/run"
	expect 0 "$RC" start
	same secret "$(cat /tmp/seen)"
	dir=$(tr '\0' '\n' <"/proc/$(main)/environ" | sed -n 's/^CREDENTIALS_DIRECTORY=//p')
	same /run/credentials/exd.service "$dir"
	same "500 daemon 400 daemon" "$(stat -c '%a %U' "$dir" "$dir/key" | xargs)"
	same $'one\ntwo' "$(cat "/proc/$(main)/root$dir/word")"
	expect 0 "$RC" stop
	[ ! -e "$dir" ]
	unit "ExecStart=$EXAMPLED -f" "LoadCredential=key:/no/such/key"
	expect 1 "$RC" start
	has "$stderr" "cannot read /no/such/key, its credential key"
	[ ! -e "$dir" ]
	rm -f /srv/key /tmp/seen
}

@test "each of its commands is in its group from the start" {
	[ -w /sys/fs/cgroup/cgroup.procs ] || skip "no control groups"
	look="/bin/sh -c 'exec grep ^0:: /proc/self/cgroup >>/tmp/groups'"
	unit "Type=oneshot" "RemainAfterExit=yes" "ExecStartPre=$look" "ExecStart=$look" "ExecStartPost=$look" "ExecReload=$look" "ExecStop=$look" "ExecStopPost=$look"
	expect 0 "$RC" start
	expect 0 "$RC" reload
	expect 0 "$RC" stop
	same "6 0::/initwright/exd" "$(sort /tmp/groups | uniq -c | xargs)"
	[ ! -e /sys/fs/cgroup/initwright ]
	rm /tmp/groups
}

@test "devices that are not allowed are closed to it, and to nobody else" {
	newer_kernel "programs at control groups"
	[ -w /sys/fs/cgroup/cgroup.procs ] || skip "no control groups"
	# not by the device's mode: it runs as root
	look="ExecStartPre=/bin/sh -c 'for d in null full random zero; do (: </dev/\$\$d) 2>/dev/null && echo \$\$d; done >/tmp/open; true'"
	unit "ExecStart=$EXAMPLED -f" "DevicePolicy=strict" "DeviceAllow=/dev/null" "DeviceAllow=/dev/full r" "PrivateDevices=yes" "$look"
	expect 0 "$RC" start
	same "null full" "$(xargs </tmp/open)"
	: </dev/zero
	expect 0 "$RC" stop
	[ ! -e /sys/fs/cgroup/initwright ]
	unit "ExecStart=$EXAMPLED -f" "DevicePolicy=closed" "$look"
	expect 0 "$RC" start
	same "null full random zero" "$(xargs </tmp/open)"
	expect 0 "$RC" stop
	rm -f /tmp/open
	# who may not have /dev/null has no standard input: systemd ends such a start too, with 208/STDIN
	unit "ExecStart=$EXAMPLED -f" "DevicePolicy=strict" "DeviceAllow=/dev/full r"
	expect 4 "$RC" start
	has "$stderr" "cannot set up its standard streams: Operation not permitted"
	[ ! -e /sys/fs/cgroup/initwright ]
	nothing_left
}

@test "addresses that are denied are out of its reach, and of nobody else's" {
	newer_kernel "programs at control groups"
	[ -w /sys/fs/cgroup/cgroup.procs ] || skip "no control groups"
	ip link set lo up
	look="ExecStartPre=/bin/bash -c 'for a in 127.0.0.1 127.0.0.2; do (: >/dev/udp/\$\$a/9 && echo x >/dev/udp/\$\$a/9) 2>/dev/null && echo \$\$a; done >/tmp/sent; true'"
	unit "ExecStart=$EXAMPLED -f" "IPAddressDeny=any" "IPAddressAllow=127.0.0.1" "$look"
	expect 0 "$RC" start
	same 127.0.0.1 "$(</tmp/sent)"
	expect 0 "$RC" stop
	[ ! -e /sys/fs/cgroup/initwright ]
	bash -c 'echo x >/dev/udp/127.0.0.2/9'
	rm -f /tmp/sent
}

@test "another user may ask, and not act" {
	unit "ExecStart=$EXAMPLED -f"
	expect 0 "$RC" start
	expect 0 setpriv --reuid 65534 --regid 65534 --clear-groups "$RC" status
	expect 4 setpriv --reuid 65534 --regid 65534 --clear-groups "$RC" stop
	expect 0 "$RC" status
	expect 0 "$RC" stop
	expect 4 setpriv --reuid 65534 --regid 65534 --clear-groups "$RC" start
	nothing_left
}

@test "StandardOutput and StandardError go to files, and not through links" {
	unit "Type=oneshot" "ExecStart=/bin/sh -c 'echo out; echo err >&2'" "StandardOutput=append:/tmp/o" "StandardError=truncate:/tmp/e"
	echo old >/tmp/e
	expect 0 "$RC" start
	expect 0 "$RC" start
	same "out
out" "$(</tmp/o)"
	same "err" "$(</tmp/e)"
	rm /tmp/o
	ln -s /tmp/victim /tmp/o
	expect 1 "$RC" start
	has "$stderr" "unable to open /tmp/o: "
	[ ! -e /tmp/victim ]
	rm /tmp/o
	echo precious >/tmp/victim
	ln /tmp/victim /tmp/o
	expect 1 "$RC" start
	same precious "$(</tmp/victim)"
	rm /tmp/o
}

@test "without root, below a root of one's own" {
	mkdir -m 777 /tmp/own
	printf '#!svrun\n[Service]\nType=notify\nRuntimeDirectory=exu\nExecStart=%s -f --notify\n' "$EXAMPLED" >/tmp/own/exu
	as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
	cd /tmp/own
	expect 0 as svrun --root . exu start
	has "$output" "exu started, pid "
	pid=$(pids_of exampled)
	same "65534 65534 65534 65534" "$(snap_get "$pid" uid)"
	grep -qz '^RUNTIME_DIRECTORY=/tmp/own/run/exu$' "/proc/$pid/environ"
	expect 0 as svrun --root . exu status
	expect 0 as svrun --root . exu restart
	expect 0 as svrun --root . exu stop
	expect 3 as svrun --root . exu status
	[ ! -e /tmp/own/run/initwright/exu ]
	printf 'User=daemon\n' >>/tmp/own/exu
	expect 4 as svrun --root . exu start
	has "$stderr" "only root can run it as user daemon"
	wait_for none_of exampled
}

@test "a main process that was killed a moment ago is not running" {
	unit "ExecStart=$EXAMPLED -f" "StartLimitInterval=0"
	for _ in 1 2 3 4 5; do
		expect 0 "$RC" start
		kill -STOP "$(keeper)"
		PID=$(main)
		kill -KILL "$PID"
		wait_for gone "$PID"
		(expect 1 "$RC" status) 3>&- &
		kill -CONT "$(keeper)"
		wait $!
		expect 0 "$RC" start
		has "$output" "exd started, pid"
		PID=$(main)
		kill -KILL "$PID"
		wait_for gone "$PID"
		expect 1 "$RC" status
	done
}

@test "a long status tells since when, memory, the last exit and the last lines" {
	unit "ExecStart=$EXAMPLED -f --lines 2"
	expect 0 "$RC" start
	wait_for eval 'svrun --long "$RC" status | grep -q "^  log  *."'
	expect 0 svrun --long "$RC" status
	has "$output" "exd is running, pid $(main)"
	has "$output" "  since      20"
	has "$output" "  memory     "
	kill -KILL "$(main)"
	wait_for none_of svkeeper
	expect 1 svrun --long "$RC" status
	has "$output" "  last exit  killed by signal 9 (KILL), 20"
	has "$output" "  log  "
	expect 0 "$RC" start
	expect 0 service exd status
	has "$output" "  last exit  killed by signal 9 (KILL), 20"
	expect 0 "$RC" status
	same 1 "$(printf '%s\n' "$output" | wc -l | tr -d ' ')"
}

@test "a sandboxed daemon sees its own /tmp, no network, and cannot write where it may not" {
	install -m 755 "$EXAMPLED" /usr/local/sbin/exampled
	unit "ExecStart=/usr/local/sbin/exampled -f" "PrivateTmp=yes" "PrivateNetwork=yes" "ProtectSystem=strict" "User=daemon" \
		"SystemCallFilter=~@mount" "ExecStartPre=+/bin/touch /tmp/outside" "ExecStartPre=/bin/touch /tmp/inside"
	expect 0 "$RC" start
	pid=$(main)
	[ -e "/proc/$pid/root/tmp/inside" ]
	[ ! -e "/proc/$pid/root/tmp/outside" ]
	[ -e /tmp/outside ] && [ ! -e /tmp/inside ]
	[ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]
	grep -q '^Seccomp:	2$' "/proc/$pid/status"
	grep -q '^NoNewPrivs:	1$' "/proc/$pid/status"
	grep -q ' / / ro' "/proc/$pid/mountinfo"
	compgen -G '/tmp/initwright-private-*-exd-*' >/dev/null
	expect 0 "$RC" stop
	! compgen -G '/tmp/initwright-private-*' >/dev/null
	! compgen -G '/var/tmp/initwright-private-*' >/dev/null
	rm -f /tmp/outside
	nothing_left
}

@test "what a sandbox forbids, a helper cannot do, and the start says which step failed" {
	install -m 755 "$EXAMPLED" /usr/local/sbin/exampled
	unit "ExecStart=/usr/local/sbin/exampled -f" "ProtectSystem=strict" "ExecStartPre=/bin/touch /etc/x"
	expect 1 "$RC" start
	has "$stderr" "/bin/touch exited with status 1"
	nothing_left
	unit "ExecStart=/usr/local/sbin/exampled -f" "ReadOnlyPaths=/no/such/path"
	expect 1 "$RC" start
	has "$stderr" "cannot set up its mount namespace: /no/such/path: No such file or directory"
	nothing_left
}

@test "a dynamic user comes and goes, its state stays closed to others" {
	install -m 755 "$EXAMPLED" /usr/local/sbin/exampled
	unit "ExecStart=/usr/local/sbin/exampled -f" "DynamicUser=yes" "StateDirectory=exd" "RuntimeDirectory=exd"
	expect 0 "$RC" start
	uid=$(awk '/^Uid:/ { print $2 }' "/proc/$(main)/status")
	[ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ]
	same "private/exd" "$(readlink /var/lib/exd)"
	same "700 0" "$(stat -c '%a %u' /var/lib/private)"
	same "$uid" "$(stat -c %u /var/lib/private/exd)"
	same "$uid" "$(stat -c %u /run/exd)"
	[ -d "/proc/$(main)/root/var/lib/exd/." ]
	expect 0 "$RC" stop
	nothing_left
	rm -rf /var/lib/private /var/lib/exd
	# a name for its group that nobody has is no other group
	unit "ExecStart=/usr/local/sbin/exampled -f" "DynamicUser=yes" "User=exd" "Group=exd"
	expect 0 "$RC" start
	uid=$(awk '/^Uid:/ { print $2 }' "/proc/$(main)/status")
	[ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ]
	same "$uid" "$(awk '/^Gid:/ { print $2 }' "/proc/$(main)/status")"
	expect 0 "$RC" stop
	nothing_left
}

@test "what tmpfiles.d wants below /run for the service is made at its start" {
	install -m 755 "$EXAMPLED" /usr/local/sbin/exampled
	unit "ExecStart=/usr/local/sbin/exampled -f --state /run/extmp/deep/state" "User=daemon"
	local conf=/usr/lib/tmpfiles.d/$(basename "$RC").conf
	mkdir -p /usr/lib/tmpfiles.d
	printf 'd /run/extmp/deep 0750 daemon - -\nd /run/extmp2 - nobody-knows\n' >"$conf"
	expect 0 "$RC" start
	same "750 daemon root" "$(stat -c '%a %U %G' /run/extmp/deep)"
	wait_for test -s /run/extmp/deep/state
	[ ! -e /run/extmp2 ]
	expect 0 "$RC" stop
	nothing_left
	[ -e /run/extmp/deep ]
	rm -rf "$conf" /run/extmp
}

@test "a runtime directory is made over nothing that somebody planted" {
	install -m 755 "$EXAMPLED" /usr/local/sbin/exampled
	unit "ExecStart=/usr/local/sbin/exampled -f" "User=daemon" "RuntimeDirectory=exdir"
	touch /run/victim
	ln -s /etc /run/exdir
	expect 1 "$RC" start
	has "$stderr" "cannot make the directory /run/exdir"
	same "0 0" "$(stat -c '%u %g' /etc)"
	# what failed was not ours to remove, but a runtime directory goes with its service: links go, targets stay
	[ -e /etc/passwd ]
	rm -f /run/exdir
	mkfifo /run/exdir
	expect 1 "$RC" start
	rm -f /run/exdir
	# another's file by a hard link keeps its owner
	mkdir /run/exdir
	ln /run/victim /run/exdir/link
	chown nobody /run/exdir
	expect 0 "$RC" start
	same 0 "$(stat -c %u /run/victim)"
	expect 0 "$RC" stop
	nothing_left
	rm -f /run/victim
}

@test "Restart= starts it again, and the limit ends that" {
	unit "ExecStart=$EXAMPLED -f" "Restart=on-failure" "RestartSec=10ms" "StartLimitBurst=3"
	expect 0 "$RC" start
	first=$(main)
	kill -KILL "$first"
	wait_for another "$first"
	grep -q '^restarts=1' "$RUN/record"
	wait_for grep -q "exd: the main process was killed by signal 9 (KILL).*; it is started again in 10ms" "$SYSLOG"
	expect 0 svrun -l "$RC" status
	has "$output" "restarts   1"
	has "$output" "last exit  killed by signal 9 (KILL)"
	second=$(main)
	kill -KILL "$second"
	wait_for another "$second"
	grep -q '^restarts=2' "$RUN/record"
	kill -KILL "$(main)"
	wait_for none_of svkeeper
	expect 1 "$RC" status
	has "$output" "exd is dead: it ended too often, 3 times in a short time; at last: the main process was killed by signal 9 (KILL)"
	expect 1 "$RC" start
	has "$stderr" "it was started too often, 3 times in a short time; a stop makes that forgotten"
	expect 1 "$RC" status
	expect 0 "$RC" stop
	expect 0 "$RC" start
	expect 0 "$RC" stop
	nothing_left
}

@test "starts by hand of what fails again and again count too" {
	unit "ExecStart=$EXAMPLED -f" "StartLimitBurst=2" "StartLimitInterval=1h"
	for i in 1 2; do
		expect 0 "$RC" start
		kill -KILL "$(main)"
		wait_for none_of svkeeper
		grep -q "^starts=$i" "$RUN/record"
	done
	expect 1 "$RC" start
	has "$stderr" "unable to start exd: it was started too often, 2 times in a short time"
	none_of exampled
	expect 1 "$RC" status
	# another day
	sed -i 's/^StartLimitInterval=.*/StartLimitInterval=1us/' "$RC"
	expect 0 "$RC" start
	# and what is stopped in order is not counted
	sed -i 's/^StartLimitInterval=.*/StartLimitInterval=1h/' "$RC"
	for i in 1 2 3; do expect 0 "$RC" restart; done
	expect 0 "$RC" stop
	nothing_left
}

@test "a clean end is no failure, and a stop is a stop" {
	unit "ExecStart=$EXAMPLED -f" "Restart=on-failure"
	expect 0 "$RC" start
	kill -TERM "$(main)"
	nothing_left
	unit "ExecStart=$EXAMPLED -f" "ExecReload=/bin/true" "Restart=always" "RestartSec=1h"
	expect 0 "$RC" start
	expect 0 "$RC" stop
	nothing_left
	expect 0 "$RC" start
	kill -TERM "$(main)"
	wait_for grep -q '^state=restarting' "$RUN/record"
	expect 3 "$RC" status
	has "$output" "exd is restarting"
	expect 7 "$RC" reload
	expect 0 "$RC" start
	has "$output" "exd started, pid"
	expect 0 "$RC" status
	kill -TERM "$(main)"
	wait_for grep -q '^state=restarting' "$RUN/record"
	expect 0 "$RC" stop
	same "exd stopped" "$output"
	nothing_left
}

@test "a service with limits of its own is started again" {
	unit "ExecStart=$EXAMPLED -f" "PrivateDevices=yes" "Restart=always" "RestartSec=10ms"
	for _ in 1 2; do
		expect 0 "$RC" start
		old=$(main)
		kill -KILL "$old"
		wait_for another "$old"
	done
	expect 0 "$RC" stop
	nothing_left
}

@test "a drop-in with Restart=no takes it back" {
	unit "ExecStart=$EXAMPLED -f" "Restart=always"
	mkdir -p /etc/initwright/exd.d
	printf '[Service]\nRestart=no\n' >/etc/initwright/exd.d/1.conf
	expect 0 "$RC" start
	kill -KILL "$(main)"
	wait_for none_of svkeeper
	expect 1 "$RC" status
	has "$output" "the main process was killed"
}

@test "a watchdog that is kept quiet sleeps; one that is not has it started again" {
	unit "Type=notify" "WatchdogSec=300ms" "Restart=on-watchdog" "RestartSec=10ms" "ExecStart=$EXAMPLED -f --notify"
	expect 0 "$RC" start
	first=$(main)
	if wait_for -t 1 gone "$first"; then false; fi
	expect 0 "$RC" stop
	nothing_left
	unit "Type=notify" "WatchdogSec=100ms" "Restart=on-watchdog" "RestartSec=10ms" "ExecStart=$EXAMPLED -f --notify --no-watchdog"
	expect 0 "$RC" start
	wait_for grep -q '^restarts=[1-9]' "$RUN/record"
	wait_for grep -q "exd: its watchdog has not heard of it for 100ms" "$SYSLOG"
	expect 0 "$RC" stop
	nothing_left
}
