# pidcheck: is it really the one

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	D=$BATS_TEST_TMPDIR
	start_exampled
}

teardown() {
	in_throwaway || return 0
	stop_exampled
}

@test "a daemon's own pidfile, with program, user and lock" {
	run -0 pidcheck --exec "$EXAMPLED" --user root --lock "$PIDFILE"
	[ -z "$output" ]
	run -1 pidcheck --exec /bin/sleep "$PIDFILE"
	run -1 pidcheck --user nobody "$PIDFILE"
	run -1 pidcheck --name other "$PIDFILE"
	run -3 pidcheck "$D/none"
	run -2 pidcheck
	chmod 666 "$PIDFILE"
	run -4 pidcheck "$PIDFILE"
	[[ $output == *"others than root may write it"* ]]
}

@test "it says why" {
	run -1 pidcheck --explain --exec /bin/sleep "$PIDFILE"
	[[ $output == *"executable: no"* ]]
	[[ $output == *"so it is: dead"* ]]
	run -0 pidcheck --json --lock "$PIDFILE"
	[[ $output == '{"state":"running","pid":'"$PID"',"pidfile":{"path":"'"$PIDFILE"'","state":"is fine","risks":[]},"rules":{'*'"lock":"yes"'* ]]
}

@test "a pid that came after its file is not the one" {
	touch -d 2001-01-01 "$PIDFILE"
	run -1 pidcheck "$PIDFILE"
	run -0 pidcheck --no-age "$PIDFILE"
}

@test "it waits for the end" {
	pidcheck --wait-gone "$PIDFILE" 3>&- &
	waiter=$!
	kill "$PID"
	wait "$waiter"
	gone "$PID"
	start_exampled
	run -1 pidcheck --wait-gone --timeout 0.1 "$PIDFILE"
}

@test "it waits for the beginning" {
	stop_exampled
	rm -f "$PIDFILE"
	pidcheck --wait-ready --exec "$EXAMPLED" "$PIDFILE" 3>&- &
	waiter=$!
	start_exampled
	wait "$waiter"
	stop_exampled
	run -1 pidcheck --wait-ready --timeout 0.1 "$PIDFILE"
}
