# What becomes of a service when the kernel kills a process of it because memory is short: OOMPolicy=, with a limit that is really reached.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	mkdir -p /etc/init.d /srv/memory
	if ! grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
		mount -t cgroup -o memory cgroup /srv/memory 2>/dev/null || skip "there is no controller of memory"
	fi
	read -r _ swap <<<"$(grep SwapTotal /proc/meminfo)"
	[ "${swap%% *}" = 0 ] || skip "there is swap, which a limit of memory does not limit"
	# the controller is the host's: others may have services in it at the same time
	NAME=ex${EPOCHREALTIME/[.,]/}
	RC=/etc/init.d/$NAME
	RECORD=/run/initwright/$NAME/record
	start_syslogd
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	stop_syslogd
	# that of a keeper that had to be killed
	find /srv/memory /sys/fs/cgroup -depth -type d -name "$NAME" -exec rmdir {} + 2>/dev/null || :
	! mountpoint -q /srv/memory || umount /srv/memory
	rm -rf /etc/init.d/ex* /run/initwright /run/ex*
}

# unit LINE...: a service that has 64 MiB eaten by a child for each line that comes through /run/ex.hungry; it may have 16
unit() {
	rm -f /run/ex.hungry
	mkfifo /run/ex.hungry
	cat >/run/ex.sh <<-'END'
		exec 9<>/run/ex.hungry
		while read -r line <&9; do
			echo "eats for $line"
			head -c 67108864 /dev/zero | tail -c 67108864 >/dev/null
			echo "$line $?" >>/run/ex.ate
		done
	END
	{
		printf '#!%s/svrun\n[Service]\nExecStart=/bin/sh /run/ex.sh\n' "$BIN"
		printf 'ExecStop=/bin/sh -c "echo stop $SERVICE_RESULT >>/run/ex.log"\nExecStopPost=/bin/sh -c "echo post $SERVICE_RESULT >>/run/ex.log"\n'
		printf '%s\n' MemoryMax=16M "$@"
	} >"$RC"
	chmod 755 "$RC"
	rm -f /run/ex.log /run/ex.ate
}
field() { sed -n "s/^$1=//p" "$RECORD" 2>/dev/null; }
is() { [ "$(field "$1")" = "$2" ]; }
eats() { echo "$1" >/run/ex.hungry; }
group_is_gone() { [ -z "$(find /srv/memory /sys/fs/cgroup -type d -name "$NAME")" ]; }

@test "stop, the default: the service is stopped in order, with the result oom-kill" {
	unit
	expect 0 "$RC" start
	eats one
	wait_for is state failed
	same oom-kill "$(field result)"
	same "stop oom-kill
post oom-kill" "$(</run/ex.log)"
	expect 1 "$RC" status
	has "$output" "memory was short, and the kernel killed a process of it"
	expect 1 svrun -l "$RC" status
	has "$output" "oom kills  1"
	wait_for grep -q "$NAME: memory was short, and the kernel killed 1 of its processes" "$SYSLOG"
	wait_for none_of svkeeper
	group_is_gone
}

@test "continue: it is noted and said, and the service goes on" {
	unit OOMPolicy=continue
	expect 0 "$RC" start
	main=$(field main)
	eats one
	wait_for is oom_kills 1
	eats two
	wait_for is oom_kills 2
	wait_for grep -q two /run/ex.ate
	same "$main" "$(field main)"
	is state running
	expect 0 svrun -l "$RC" status
	has "$output" "oom kills  2"
	grep -q "$NAME: memory was short" "$SYSLOG"
	expect 0 "$RC" stop
	same "stop success
post success" "$(</run/ex.log)"
	group_is_gone
}

@test "continue, where the main process is killed: that is a signal" {
	unit OOMPolicy=continue
	sed -i 's|^ExecStart=.*|ExecStart=/bin/sh -c "read line </run/ex.hungry; exec tail /dev/zero"|' "$RC"
	expect 0 "$RC" start
	eats one
	wait_for is state failed
	same signal "$(field result)"
	group_is_gone
}

@test "kill: all are killed at once, and nothing is stopped in order" {
	unit OOMPolicy=kill
	printf 'ExecStartPost=/bin/sh -c "(trap : TERM HUP INT; while :; do sleep 1000; done) & :"\n' >>"$RC"
	expect 0 "$RC" start
	eats one
	wait_for is state failed
	same oom-kill "$(field result)"
	same "post oom-kill" "$(</run/ex.log)"
	same 9 "$(field status)"
	# version 1 kills one, and its keeper the others: the next command may begin in between
	mountpoint -q /srv/memory || [ ! -e /run/ex.ate ]
	group_is_gone
}

@test "without a limit, OOMPolicy=stop or kill gets it a group all the same; continue does not" {
	unit OOMPolicy=kill
	sed -i /^MemoryMax/d "$RC"
	expect 0 "$RC" start
	group=$(sed -n "s|^.*\(memory\)\?:\(/.*$NAME\)|\2|p" "/proc/$(field main)/cgroup")
	[ -n "$group" ]
	[ ! -e "/srv/memory/initwright" ] || grep -qx "$(field main)" "/srv/memory/initwright/$NAME/cgroup.procs"
	[ ! -e "/sys/fs/cgroup/initwright/$NAME/memory.oom.group" ] || same 1 "$(<"/sys/fs/cgroup/initwright/$NAME/memory.oom.group")"
	expect 0 "$RC" stop
	group_is_gone
	unit OOMPolicy=continue
	sed -i /^MemoryMax/d "$RC"
	expect 0 "$RC" start
	[ ! -e "/srv/memory/initwright/$NAME" ]
	expect 0 "$RC" stop
}

@test "Restart=on-failure and on-abnormal start it again, on-abort does not" {
	for restart in on-failure on-abnormal; do
		unit "Restart=$restart" RestartSec=10ms
		expect 0 "$RC" start
		eats one
		wait_for is restarts 1
		wait_for is state running
		# its new life is watched too
		eats two
		wait_for is restarts 2
	# what is left of a service when it is stopped may be killed, too
	[ "$(field oom_kills)" -ge 2 ]
		expect 0 "$RC" stop
	done
	unit Restart=on-abort
	expect 0 "$RC" start
	eats one
	wait_for is state failed
}

@test "a start that runs out of memory fails for that, whoever of it is killed" {
	for line in 'ExecStartPre=/usr/bin/tail /dev/zero' \
		'ExecStartPre=/bin/sh -c "head -c 67108864 /dev/zero | tail -c 67108864; exit 3"' \
		'ExecStartPost=/bin/sh -c "head -c 67108864 /dev/zero | tail -c 67108864; read line </run/ex.never"'; do
		unit "$line"
		expect 1 "$RC" start
		has "$stderr" "memory was short, and the kernel killed a process of it"
		same "post oom-kill" "$(</run/ex.log)"
		group_is_gone
	done
}

@test "Accept=yes: that a connection is killed does not concern the others" {
	unit
	sed -i 's|^ExecStart=.*|ExecStart=/bin/sh -c "echo got; tail /dev/zero; echo $?"\nStandardInput=socket|; /^ExecStop/d' "$RC"
	printf '[Socket]\nX-Unit=%s.socket\nListenStream=/run/ex.sock\nAccept=yes\n' "$NAME" >>"$RC"
	expect 0 "$RC" start
	same listening "$(field state)"
	expect 0 "$HARNESS/talker" ask /run/ex.sock
	wait_for grep -q "memory was short" "$SYSLOG"
	same listening "$(field state)"
	expect 0 "$RC" status
	expect 0 "$RC" stop
	group_is_gone
}
