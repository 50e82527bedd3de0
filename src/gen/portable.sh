# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# For any host: what it has is found out as the script runs, and no library of the distribution is read.
#: prologue
LOCK=''
[ ! -d /var/lock/subsys ] || LOCK=/var/lock/subsys/$NAME
#: functions
say_begin() { printf '%s %s: %s' "$1" "$DESC" "$NAME"; }
say_end() { if [ "$1" = 0 ]; then echo .; else echo ' failed!'; fi; }
say_note() { printf '%s: %s %s.\n' "$DESC" "$NAME" "$1"; }
say_status() { printf '%s %s.\n' "$NAME" "$(status_text "$1")"; }

switch_user() {
	launcher=$(command -v start-stop-daemon) || switch_account "$@"
	owner=${RUN_AS:-root}${GROUP:+:$GROUP} program=$1
	case $("$launcher" --help 2>&1) in
	*BusyBox*)
		shift
		with_environment "$launcher" -S -q -p /dev/null -c "$owner" -a "$program" -- "$@" ;;
	*--chuid*)
		shift
		with_environment "$launcher" --start --quiet --pidfile /dev/null --chdir "$PWD" \
			--chuid "$owner" --startas "$program" -- "$@" ;;
	*) switch_account "$@" ;;
	esac
}

stop_main() { end_main; }
