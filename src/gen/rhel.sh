# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# In the idiom of Red Hat: its functions, and a lock in /var/lock/subsys.
#: prologue
# shellcheck source=/dev/null
. /etc/init.d/functions
LOCK=/var/lock/subsys/$NAME
#: functions
say_begin() { printf '%s %s: ' "$1" "$NAME"; }
say_end() {
	if [ "$1" = 0 ]; then success; else failure; fi
	echo
}
say_note() { printf '%s %s\n' "$NAME" "$1"; }
say_status() {
	case $1 in
	0) if [ "$pid" = exited ]; then echo "$NAME is active"; else echo "$NAME (pid  $pid) is running..."; fi ;;
	1) echo "$NAME dead but pid file exists" ;;
	2) echo "$NAME dead but subsys locked" ;;
	*) echo "$NAME is stopped" ;;
	esac
}

switch_user() { switch_account "$@"; }
stop_main() { end_main; }
