# checkproc and pidofproc: the codes of the Linux Standard Base

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	D=$BATS_TEST_TMPDIR
	cp /bin/sleep "$D/slowd"
	mkdir -p /var/run
}

teardown() {
	in_throwaway || return 0
	for pid in $(pids_of slowd); do kill -KILL "$pid" 2>/dev/null || :; done
}

slowd() {
	"$D/slowd" 600 3>&- &
	PID=$!
	wait_for is_slowd
}
is_slowd() { [ "$(readlink "/proc/$PID/exe")" = "$D/slowd" ]; }

@test "running, dead with a pidfile, dead, unknown" {
	run -3 checkproc "$D/slowd"
	slowd
	run -0 checkproc "$D/slowd"
	[ -z "$output" ]
	run -0 checkproc -v "$D/slowd"
	[ "$output" = "$PID" ]
	run -0 pidofproc "$D/slowd"
	[ "$output" = "$PID" ]
	echo "$PID" >"$D/p"
	run -0 checkproc -p "$D/p" "$D/slowd"
	kill -KILL "$PID"
	wait_for gone "$PID"
	run -1 checkproc -p "$D/p" "$D/slowd"
	echo -1 >"$D/p"
	run -4 checkproc -p "$D/p" "$D/slowd"
	run -3 checkproc -p "$D/none" "$D/slowd"
	run -7 checkproc -k "$D/slowd"
	run -4 checkproc "$D/none"
	run -5 checkproc -k "$D/none"
	run -3 checkproc none
	echo "$PID" >"$D/p"
	run -1 checkproc -p "$D/p" "$D/none"
	run -2 checkproc
}

@test "without a usable default pidfile all processes are looked at" {
	slowd
	echo 4000000 >/var/run/slowd.pid
	run -0 checkproc -v "$D/slowd"
	[ "$output" = "$PID" ]
	rm /var/run/slowd.pid
}

@test "a replaced program is found, a session can be left out, a name will do" {
	slowd
	cp /bin/sleep "$D/new"
	mv "$D/new" "$D/slowd"
	run -0 checkproc "$D/slowd"
	run -0 checkproc slowd
	run -0 checkproc -n "$D/slowd"
	run -0 checkproc -N "$D/slowd"
	echo "$PID" >"$D/ignore"
	run -3 checkproc -i "$D/ignore" "$D/slowd"
	run -4 checkproc -i "$D/none" "$D/slowd"
}
