# What a trial of a script's actions sees; what is made of it is in tests/boot/lint_trial.c, whole scripts in tests/cmd/initlint-run.bats.
load ../harness/lib
load lint
load run

setup() { run_setup; }

@test "settled: what comes up late, what goes late" {
	script demo <<'X'
start) [ -e /run/demo.pid ] || { (sleep 1.5; echo x >/run/demo.pid; exec sleep 4711) >/dev/null 2>&1 & } ;;
stop) rm -f /run/demo.pid; (sleep 0.5; kill -9 $(pidof sleep)) >/dev/null 2>&1 & ;;
restart|force-reload) rm -f /run/demo.pid; pkill -x sleep; "$0" start ;;
status) test -e /run/demo.pid || exit 3 ;;
X
	tried demo
	has "$output" "start ends, and "
	has "$output" " ms later status says that it runs [run-early]"
	has "$output" " ms before the last process: sleep"
}

@test "a child of the daemon is not taken for a second one" {
	script demo <<'X'
start) pidof sleep >/dev/null || setsid sh -c 'sleep 4711 & sleep 4712; :' >/dev/null 2>&1 & up sleep ;;
stop) while pkill 'sleep|sh'; do :; done ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) pidof sleep >/dev/null || exit 3 ;;
X
	tried demo
	lacks "$output" run-twice
}

@test "files that a boot clears are cleared, those of a stopped service are found" {
	script demo <<'X'
start) [ ! -e /run/demo.pid ] || exit 7; mkdir -p /run/lock/subsys /run/demo; : >/run/lock/subsys/demo; : >/run/demo/demo.pid ;;
stop) : ;;
restart|force-reload) : ;;
status) : ;;
X
	in_throwaway && : >/run/demo.pid
	tried demo
	rm -f /run/demo.pid
	has "$output" "stop leaves "
	has "$output" "/run/demo/demo.pid"
	has "$output" "/run/lock/subsys/demo"
	lacks "$output" "start ends with 7"
}

@test "the script finds no trace of who tries it, and no terminal" {
	script demo <<'X'
start) ! cat /proc/1/cmdline /proc/$PPID/cmdline | tr -d "\0" | grep . || exit 9; ! (: </dev/tty) || exit 8; exit 4 ;;
stop) : ;;
restart|force-reload) : ;;
status) exit 3 ;;
X
	tried demo
	has "$output" "start ends with 4, and nothing runs"
}
