# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# In the idiom of busybox systems (S50name): its shell, its start-stop-daemon, and nothing else.
#: prologue
LOCK=''
#: functions
say_begin() { printf '%s %s: ' "$1" "$NAME"; }
say_end() { if [ "$1" = 0 ]; then echo OK; else echo FAIL; fi; }
say_note() { printf '%s %s\n' "$NAME" "$1"; }
say_status() { printf '%s %s\n' "$NAME" "$(status_text "$1")"; }

switch_user() {
	program=$1
	shift
	with_environment "$(command -v start-stop-daemon)" -S -q -p /dev/null -c "${RUN_AS:-root}${GROUP:+:$GROUP}" -a "$program" -- "$@"
}

stop_main() {
	start-stop-daemon -K -q -p "$RECORD" -s "$KILL_SIGNAL"
	[ -z "$SEND_HUP" ] || kill -s HUP "$pid" 2>/dev/null
	wait_for "$TIMEOUT_STOP" gone || kill_main
}
