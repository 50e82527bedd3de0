# start-stop-daemon: its races and its promises.  Texts, codes and effects, case by case, are tests/conformance's.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	D=$BATS_TEST_TMPDIR
	cp /bin/sleep "$D/slowd"
	P=$D/d.pid
}

teardown() {
	in_throwaway || return 0
	for pid in $(pids_of slowd); do kill -KILL "$pid" 2>/dev/null || :; done
}

# COMMAND... twice at the same moment; prints the sorted exit codes
both() {
	"$@" >/dev/null 2>&1 3>&- &
	local one=$! a=0 b=0
	"$@" >/dev/null 2>&1 3>&- || a=$?
	wait "$one" || b=$?
	printf '%s\n' "$a" "$b" | sort | tr -d '\n'
}

# one_of_two ARG...: 200 times, two starts at once start one
one_of_two() {
	local i codes pid
	for i in {1..200}; do
		codes=$(both start-stop-daemon "$@")
		[ "$codes" = 01 ] || { echo "round $i: exit codes $codes"; return 1; }
		[ "$(pids_of slowd | wc -l)" = 1 ] || { echo "round $i: $(pids_of slowd)"; return 1; }
		pid=$(pids_of slowd)
		kill -KILL "$pid"
		wait_for gone "$pid"
	done
}

@test "of two starts at once, one starts: by pidfile, 200 times" {
	one_of_two -S -q -b -m -p "$P" -a "$D/slowd" -- 600
}

@test "of two starts at once, one starts: by executable, 200 times" {
	one_of_two -S -q -b -x "$D/slowd" -- 600
}

started() { [ -n "$(pids_of slowd)" ]; }

@test "of two starts at once, one starts: in the foreground" {
	local i
	for i in {1..20}; do
		start-stop-daemon -S -q -x "$D/slowd" -- 600 >/dev/null 2>&1 3>&- &
		start-stop-daemon -S -q -x "$D/slowd" -- 600 >/dev/null 2>&1 3>&- &
		wait_for started
		# the one that found it ends
		wait -n || :
		[ "$(pids_of slowd | wc -l)" = 1 ]
		kill -KILL "$(pids_of slowd)"
		wait
	done
}

@test "the heir of a pid is not signalled, 200 times" {
	run -0 "$HARNESS/heir" 200 "$P" start-stop-daemon -K -R TERM/5/KILL/5 -p "$P"
	[ "$output" = "200 heirs, 0 harmed, 0 failed, 0 missed" ]
}

@test "the heir of a pid is not signalled on an old kernel, 200 times" {
	run -0 "$HARNESS/heir" 200 "$P" "$HARNESS/oldkernel" start-stop-daemon -K -R TERM/5/KILL/5 -p "$P"
}

@test "on an old kernel all of a daemon's life works" {
	old="$HARNESS/oldkernel start-stop-daemon"
	run -3 $old -T -p "$P"
	$old -S -b -m -p "$P" -x "$D/slowd" -- 600 9</dev/null
	run -0 $old -T -p "$P"
	[ "$(ls "/proc/$(cat "$P")/fd" | tr '\n' ' ')" = "0 1 2 " ]
	run -1 $old -S -b -m -p "$P" -x "$D/slowd" -- 600
	run -0 $old -K -p "$P" -x "$D/slowd" -R TERM/5 --remove-pidfile
	run -3 $old -T -p "$P"
	none_of slowd
	run -2 $old -S -b --notify-await -p "$P" -a /bin/false
	[[ $output == *"exit status 1"* ]]
}

@test "a pidfile of ours names no process that got the pid later" {
	start-stop-daemon -S -b -m -p "$P" -x "$D/slowd" -- 600
	run -0 start-stop-daemon -T -p "$P"
	pid=$(cat "$P")
	kill -KILL "$pid"
	wait_for gone "$pid"
	read -r -t 0.05 <> <(:) || :
	until echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid && sh -c 'echo $$ >'"$D/new"'; exec sleep 600 3>&-' & wait_for test -s "$D/new"; [ "$(cat "$D/new")" = "$pid" ]; do
		kill "$(cat "$D/new")"
		: >"$D/new"
	done
	run -1 start-stop-daemon -T -p "$P"
	run -1 start-stop-daemon -K -p "$P"
	alive "$pid"
	kill "$pid"
}

@test "a failed start behind --background says why, and leaves nothing" {
	run -2 --separate-stderr start-stop-daemon -S -b -m -p "$P" -a "$D/none"
	[ "$stderr" = "start-stop-daemon: cannot start $D/none (No such file or directory)" ]
	[ ! -e "$P" ]
	run -2 start-stop-daemon -S -b -m -p "$P" -x "$D/slowd" -c nobody -r /nonexistent
	[ ! -e "$P" ]
	none_of slowd
}

@test "the name it is called by chooses the dialect" {
	run -1 busybox-start-stop-daemon -K -p "$P"
	[ "$output" = "no process in pidfile '$P' found; none killed" ]
	run -0 openrc-start-stop-daemon -K -x "$D/slowd"
	[ "$output" = " * start-stop-daemon: no matching processes found" ]
	run -1 start-stop-daemon --dialect=busybox -K -n nobody-here
	[ "$output" = "no nobody-here found; none killed" ]
	run -3 start-stop-daemon --dialect systemd -K -p "$P"
}

# what nobody asked for stays as the caller has it
untouched() { # PID: its settings
	cat "/proc/$1/coredump_filter" "/proc/$1/oom_score_adj" "/proc/$1/timerslack_ns" "/proc/$1/limits"
	sed -n 's/^\(SigIgn\|Cap[A-Z][a-z]*\|NoNewPrivs\|Seccomp\):/\1/p' "/proc/$1/status"
	awk '{ print $19, $40, $41 }' "/proc/$1/stat"
}

@test "the program inherits what no option changes" {
	local dialect
	for dialect in dpkg openrc busybox; do
		start-stop-daemon --dialect "$dialect" -S -b -m -p "$P" -x "$D/slowd" -- 600 3>&-
		same "$(untouched self)" "$(untouched "$(cat "$P")")"
		kill -KILL "$(cat "$P")"
		wait_for gone "$(cat "$P")"
		rm -f "$P"
	done
}

@test "a pidfile that is not there stops nobody, whoever begins meanwhile" {
	command -v strace >/dev/null || skip "no strace"
	local began=() pid
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -P "$P" -e inject=all:delay_exit=300000 \
		start-stop-daemon --stop --oknodo --pidfile "$P" 3>&- &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		"$D/slowd" 1000 3>&- &
		began+=($!)
		[ "${#began[@]}" -lt 500 ] || break
	done
	wait "$pid"
	for pid in "${began[@]}"; do kill -0 "$pid" || { echo "$pid was killed"; return 1; }; done
	[ "${#began[@]}" -gt 5 ]
}

@test "who always lives on in a child is found, 600 times" {
	local i
	cp /bin/bash "$D/hare"
	"$D/hare" -c 'run() { [ -e "$0" ] || run & exit; }; run' "$D/stop" 3>&- &
	wait_for start-stop-daemon --status --exec "$D/hare"
	for i in {1..600}; do
		start-stop-daemon --status --exec "$D/hare" || { echo "not found, round $i"; : >"$D/stop"; return 1; }
	done
	: >"$D/stop"
	wait_for no_hare
}
no_hare() { [ -z "$(pids_of hare)" ]; }
