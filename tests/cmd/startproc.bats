# startproc and start_daemon: what is started, and with which exit code

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

@test "a program that stays is started once" {
	startproc "$D/slowd" 600 3>&-
	[ "$(pids_of slowd | wc -l)" = 1 ]
	startproc "$D/slowd" 600 3>&-
	[ "$(pids_of slowd | wc -l)" = 1 ]
	startproc -f "$D/slowd" 600 3>&-
	[ "$(pids_of slowd | wc -l)" = 2 ]
}

@test "a daemon that detaches is running when startproc returns" {
	startproc -p "$D/ex.pid" "$EXAMPLED" --pidfile "$D/ex.pid" 3>&-
	alive "$(cat "$D/ex.pid")"
}

@test "the exit status of a program that fails is ours" {
	run -7 startproc "$EXAMPLED" --exit 7
	[[ $output == "startproc:  exit status of parent of "*": 7" ]]
}

@test "a program that ends well and leaves nobody is not running" {
	run -7 startproc /bin/true
}

@test "what is not installed, and wrong usage, have their codes" {
	run -5 startproc "$D/none"
	run -5 start_daemon "$D/none"
	run -2 startproc
	run -2 startproc -t x "$D/slowd"
	run -2 start_daemon -w "$D/slowd"
}

@test "the nice level is taken in all three forms" {
	for form in -n5 +5 "-n 5"; do
		startproc $form "$D/slowd" 600 3>&-
		pid=$(pids_of slowd)
		[ "$(ps -o ni= -p "$pid" | tr -d ' ')" = 5 ]
		kill -KILL "$pid"
		wait_for gone "$pid"
	done
}

@test "user, environment, session and log" {
	chmod 755 "$D" "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR" 2>/dev/null || :
	A=1 startproc -s -e -u nobody -g nogroup -l /tmp/startproc.log "$D/slowd" 600 3>&- || skip "nobody cannot reach $D"
	pid=$(pids_of slowd)
	[ "$(snap_get "$pid" uid | cut -d' ' -f1)" = 65534 ]
	! tr '\0' '\n' <"/proc/$pid/environ" | grep -q '^A='
	[ "$(readlink "/proc/$pid/fd/1")" = /tmp/startproc.log ]
	rm -f /tmp/startproc.log
}

@test "start_daemon becomes the program" {
	start_daemon "$D/slowd" 600 3>&- &
	pid=$!
	wait_for test "$(wait_for_exe "$pid")" = "$D/slowd"
	run -0 start_daemon "$D/slowd" 600
	[ "$(pids_of slowd)" = "$pid" ]
}
wait_for_exe() {
	local n=0
	until [ "$(readlink "/proc/$1/exe")" = "$D/slowd" ] || [ "$n" -gt 500 ]; do n=$((n + 1)); done
	readlink "/proc/$1/exe"
}

started() { [ -n "$(pids_of slowd)" ]; }

@test "-W waits for a file" {
	(wait_for started; : >"$D/ready") 3>&- &
	startproc -q -W "$D/ready" "$D/slowd" 600 3>&-
	[ -e "$D/ready" ]
	run -1 startproc -q -f -t 0.2 -W "$D/never" "$D/slowd" 600
}
