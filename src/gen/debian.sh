# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# In the idiom of Debian: LSB's messages, dpkg's start-stop-daemon.
#: prologue
# shellcheck source=/dev/null
. /lib/lsb/init-functions
LOCK=''
# the package may be gone, and its script still here
case $PROGRAM in /*) [ -x "$PROGRAM" ] || exit 0 ;; esac
#: functions
say_begin() { log_daemon_msg "$1 $DESC" "$NAME"; }
say_end() { log_end_msg "$1" || :; }
say_note() { log_action_msg "$DESC: $NAME $1"; }
say_status() { if [ "$1" = 0 ]; then log_success_msg "$NAME $(status_text 0)"; else log_failure_msg "$NAME $(status_text "$1")"; fi; }

switch_user() {
	program=$1
	shift
	with_environment "$(command -v start-stop-daemon)" --start --quiet --pidfile /dev/null --chdir "$PWD" \
		--chuid "${RUN_AS:-root}${GROUP:+:$GROUP}" --startas "$program" -- "$@"
}

stop_main() {
	case $SEND_KILL$TIMEOUT_STOP$SEND_HUP in
	yes[0-9]*[0-9] | yes[0-9])
		start-stop-daemon --stop --quiet --oknodo --pidfile "$RECORD" \
			--retry "$KILL_SIGNAL/$TIMEOUT_STOP/$FINAL_SIGNAL/$TIMEOUT_STOP" && gone ;;
	*) end_main ;;
	esac
}
