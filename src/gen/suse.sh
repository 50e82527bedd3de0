# shellcheck shell=sh
# shellcheck disable=SC2034,SC2153,SC2154,SC2317
# (variables and functions that the rest of the script has)
# In the idiom of SUSE: rc.status says how it went.
#: prologue
# shellcheck source=/dev/null
. /etc/rc.status
rc_reset
LOCK=''
#: functions
say_begin() { printf '%s %s ' "$1" "$DESC"; }
say_end() {
	( exit "$1" )
	rc_status -v
}
say_note() { printf '%s %s\n' "$DESC" "$1"; }
say_status() {
	printf 'Checking for %s ' "$DESC"
	( exit "$1" )
	rc_status -v
}

switch_user() { switch_account "$@"; }
stop_main() { end_main; }
