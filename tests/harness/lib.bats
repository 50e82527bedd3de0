# variants: dyn
# The helpers of the other tests, and the example daemon in its good and its bad manners.
load lib

teardown() { stop_exampled; }

@test "wait_for gives up at its deadline and names what it waited for" {
	run wait_for -t 1 false
	[ "$status" = 1 ]
	has "$output" "waited 1s in vain for: false"
	wait_for true
}

@test "expect sees a wrong status" {
	run expect 0 false
	[ "$status" = 1 ]
	run expect 1 false
	[ "$status" = 0 ]
}

@test "pids_of finds a process by its name, also behind a title" {
	require_throwaway
	none_of a-title
	bash -c 'exec -a "/x/a-title with words" sleep 100' 3>&- &
	wait_for eval '[ "$(pids_of a-title)" = '$!' ]'
	kill "$!"
	wait_for none_of a-title
}

@test "exampled: ready when the first process ends, reloads, ends cleanly" {
	require_throwaway
	echo 'greeting = one' >"$BATS_TEST_TMPDIR/conf"
	start_exampled --config "$BATS_TEST_TMPDIR/conf"
	alive "$PID"
	same "$PID 0 one" "$(cat "$STATE")"
	same "/" "$(snap_get "$PID" cwd)"
	same "0022" "$(snap_get "$PID" umask)"
	echo 'greeting = two' >"$BATS_TEST_TMPDIR/conf"
	kill -HUP "$PID"
	wait_for grep -qx "$PID 1 two" "$STATE"
	echo 'nonsense' >"$BATS_TEST_TMPDIR/conf"
	kill -HUP "$PID"
	wait_for grep -qx "$PID 1 two" "$STATE"
	kill -TERM "$PID"
	wait_for gone "$PID"
	[ ! -e "$PIDFILE" ]
}

@test "exampled: no second instance; a stale pidfile is none" {
	require_throwaway
	start_exampled
	expect 1 "$EXAMPLED" --pidfile "$PIDFILE"
	same "exampled: unable to start: running already as pid $PID" "$stderr"
	kill -KILL "$PID"
	wait_for gone "$PID"
	start_exampled
	alive "$PID"
}

@test "exampled: says when it is ready, reloads and stops" {
	require_throwaway
	local said=$BATS_TEST_TMPDIR/said listener
	export NOTIFY_SOCKET=$BATS_TEST_TMPDIR/n
	listener=$("$HARNESS/syslogd" "$said" "$NOTIFY_SOCKET")
	start_exampled --notify --handover
	wait_for grep -qx READY=1 "$said"
	kill -HUP "$PID"
	wait_for grep -q 'STATUS=.* 1 reloads' "$said"
	kill -TERM "$PID"
	wait_for grep -qx STOPPING=1 "$said"
	kill "$listener"
	same "MAINPID=$PID READY=1 RELOADING=1 READY=1 STOPPING=1" "$(grep -vE '^(STATUS|MONOTONIC_USEC)=' "$said" | paste -sd ' ')"
}

@test "exampled: bad manners" {
	require_throwaway
	expect 3 "$EXAMPLED" --exit 3
	expect 137 "$EXAMPLED" --signal 9
	expect 4 "$EXAMPLED" --foreground --exit 4 --after 10
	expect 1 "$EXAMPLED" --pidfile "$BATS_TEST_TMPDIR/x" --before-ready --exit 4
	expect 1 "$EXAMPLED" --pidfile /no/such/dir/x
	expect 2 "$EXAMPLED" --children x
	start_exampled --deaf --children 2 --strays 1 --name a-name-of-more-than-15-letters --pid-text 1
	same 1 "$PID"
	same 4 "$(pids_of a-name-of-more-than-15-letters | wc -l)"
	read -r PID _ <"$STATE"
	kill -TERM "$PID"
	[ $((0x$(snap_get "$PID" ignored) & 0x4000)) != 0 ]
	alive "$PID"
	kill -KILL $(pids_of a-name-of-more-than-15-letters)
}

@test "syslogd keeps what programs say" {
	require_throwaway
	start_syslogd
	start_exampled
	wait_for grep -q "exampled\[$PID\]: ready" "$SYSLOG"
	stop_syslogd
}

@test "oldkernel: no pidfds, no ambient capabilities; what Linux 3.10 had is there" {
	command -v perl >/dev/null || skip "no perl"
	# pidfd_open(2) has this number everywhere
	expect 0 "$HARNESS/oldkernel" perl -MErrno -e 'exit !(syscall(434, 0 + $$, 0) == -1 && $!{ENOSYS})'
	expect 0 perl -e 'exit !(syscall(434, 0 + $$, 0) >= 0)'
	expect 0 "$HARNESS/oldkernel" sh -c 'kill -0 $$ && cat /proc/self/status >/dev/null'
}
