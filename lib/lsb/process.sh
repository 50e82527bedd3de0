# shellcheck shell=sh
# The part of /lib/lsb/init-functions that looks for processes.  What is not the usual case is in files beside this one.
_lsb_read=$_lsb_read,process

# _lsb_options LETTERS ARGUMENT...: -f, -n N and -p FILE; _lsb_n is how many arguments that were.
_lsb_options() {
	_lsb_force='' _lsb_nice=0 _lsb_pidfile='' _lsb_given='' _lsb_n=0
	case ${2:-}:${4:-} in
	-p:[!-]*) _lsb_pidfile=$3 _lsb_given=yes _lsb_n=2 ;;
	-*)
		# shellcheck source=lib/lsb/options.sh
		. /usr/lib/initwright/lib/lsb/options.sh
		_lsb_getopts "$@" ;;
	esac
}

# Does the process _iw_pids run it?
_lsb_is_it() { # PROGRAM-OR-SCRIPT
	# shellcheck disable=SC3013 # where test has no -ef, the question goes on
	[ "/proc/$_iw_pids/exe" -ef "$1" ] && return
	# shellcheck source=lib/lsb/script.sh
	. /usr/lib/initwright/lib/lsb/script.sh
}

# Sets _iw_pids; 0, or what the LSB wants of pidofproc.  The options are read.  Most pidfiles name one process, which runs the program.
_lsb_find() { # PROGRAM
	_iw_pids=
	[ $# -eq 1 ] || { echo "$0: invalid arguments" >&2; return 4; }
	[ -n "$_lsb_given" ] || _lsb_pidfile=/var/run/${1##*/}.pid
	if {
		[ -f "$_lsb_pidfile" ] && { IFS= read -r _iw_pids <"$_lsb_pidfile" || [ -n "$_iw_pids" ]; } &&
			case $_iw_pids in '' | 0* | *[!0-9]*) false ;; esac && _lsb_is_it "$1"
	} 2>/dev/null; then return 0; fi
	# shellcheck source=lib/lsb/unsure.sh
	. /usr/lib/initwright/lib/lsb/unsure.sh
	_lsb_unsure "$1"
}

# pidofproc [-p PIDFILE] PROGRAM
_lsb_pidofproc() {
	_lsb_options p ${1+"$@"}
	shift "$_lsb_n"
	_lsb_find ${1+"$@"} || return
	echo "$_iw_pids" || :
}

# status_of_proc [-p PIDFILE] PROGRAM NAME
_lsb_status_of_proc() {
	_lsb_code=0
	_lsb_options p ${1+"$@"}
	shift "$_lsb_n"
	[ -n "$_lsb_pidfile" ] || _lsb_given=
	_lsb_find ${1:+"$1"} || _lsb_code=$?
	case $_lsb_code in
	0) log_success_msg "${2:-} is running" ;;
	4) log_failure_msg "could not access PID file for ${2:-}" ;;
	*) log_failure_msg "${2:-} is not running" ;;
	esac
	return "$_lsb_code"
}
