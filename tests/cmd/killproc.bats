# killproc: who is signalled, and with which exit code

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
	for pid in $(pids_of slowd) $(pids_of exampled); do kill -KILL "$pid" 2>/dev/null || :; done
}

slowd() {
	"$D/slowd" 600 3>&- &
	PID=$!
	wait_for is_slowd
}
is_slowd() { [ "$(readlink "/proc/$PID/exe")" = "$D/slowd" ]; }

@test "all processes of a program are ended" {
	slowd
	slowd
	killproc "$D/slowd"
	none_of slowd
}

@test "nobody there: 0, but 7 when a signal was asked for" {
	run -0 killproc "$D/slowd"
	run -7 killproc -TERM "$D/slowd"
	run -7 killproc "$D/slowd" -HUP
}

@test "what is not installed: 5, unless it still runs" {
	run -5 killproc "$D/none"
	run -5 killproc -TERM "$D/none"
	run -0 killproc none
	run -7 killproc -N -HUP "$D/none"
	slowd
	rm "$D/slowd"
	run -0 killproc "$D/slowd"
	gone "$PID"
	run -5 killproc "$D/slowd"
}

@test "the pidfile decides, and goes with the process" {
	slowd
	other=$PID
	slowd
	echo "$PID" >"$D/p"
	killproc -p "$D/p" "$D/slowd"
	gone "$PID"
	alive "$other"
	[ ! -e "$D/p" ]
}

@test "a pidfile that names another program harms nobody" {
	cp /bin/sleep "$D/else"
	"$D/else" 600 3>&- &
	echo $! >"$D/p"
	run -0 killproc -p "$D/p" "$D/slowd"
	alive $!
	kill $!
}

@test "a deaf process is killed after the time, and one that was stopped ends" {
	start_exampled --deaf
	killproc -t 0.2 -p "$PIDFILE" "$EXAMPLED"
	gone "$PID"
	slowd
	kill -STOP "$PID"
	killproc "$D/slowd"
	gone "$PID"
}

@test "TERM that is asked for is never followed by KILL" {
	start_exampled --deaf
	run -1 killproc -t 0.2 -TERM -p "$PIDFILE" "$EXAMPLED"
	alive "$PID"
}

@test "other signals are only sent" {
	start_exampled
	killproc -HUP -p "$PIDFILE" "$EXAMPLED"
	wait_for grep -q '^[0-9]* 1' "$STATE"
	alive "$PID"
	[ -e "$PIDFILE" ]
}

@test "pids in place of a pidfile, signals by operand, the list" {
	slowd
	killproc -p "$PID" "$D/slowd" KILL
	wait_for gone "$PID"
	run -0 killproc -l
	[ "${lines[0]}" = "1 HUP" ]
	run -2 killproc
	run -2 killproc "$D/slowd" NOSUCH
	run -2 killproc -p 1 "$D/slowd"
}
