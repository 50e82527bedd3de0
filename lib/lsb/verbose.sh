# shellcheck shell=sh
# The part of /lib/lsb/init-functions that Debian has in init-functions.d/00-verbose.

# what is printed only at VERBOSE, unless that is "no"
_lsb_verbose() { [ "${VERBOSE:-yes}" != no ]; }
vlog_daemon_msg() { ! _lsb_verbose || log_daemon_msg ${1+"$@"}; }
vlog_begin_msg() { ! _lsb_verbose || log_begin_msg ${1+"$@"}; }
vlog_action_msg() { ! _lsb_verbose || log_action_msg ${1+"$@"}; }
vlog_action_begin_msg() { ! _lsb_verbose || log_action_begin_msg ${1+"$@"}; }
vlog_action_end_msg() { ! _lsb_verbose || log_action_end_msg ${1+"$@"}; }
vlog_end_msg() {
	if _lsb_verbose; then log_end_msg ${1+"$@"}; else return "${1:-1}"; fi
}
