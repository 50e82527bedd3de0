# shellcheck shell=sh
# The part of /lib/lsb/init-functions that looks for processes.
# shellcheck disable=SC2154 # _lsb_bin comes from there

# shellcheck source=lib/rc/live.sh
. /usr/lib/initwright/lib/rc/live.sh
_lsb_read=process

# _lsb_options LETTERS ARG...: -f, -n N and -p FILE as getopts would; _lsb_n is how many arguments that were.
_lsb_options() {
	_lsb_letters=$1 _lsb_force='' _lsb_nice=0 _lsb_pidfile='' _lsb_given='' _lsb_n=0
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--) _lsb_n=$((_lsb_n + 1)); break ;;
		-?*) ;;
		*) break ;;
		esac
		_lsb_word=${1#-}
		while [ -n "$_lsb_word" ]; do
			_lsb_letter=${_lsb_word%"${_lsb_word#?}"}
			_lsb_word=${_lsb_word#?}
			case $_lsb_letters:$_lsb_letter in
			*f*:f) _lsb_force=yes; continue ;;
			*n*:n | *p*:p) ;;
			*) echo "$0: unknown option -$_lsb_letter" >&2; continue ;;
			esac
			if [ -z "$_lsb_word" ] && [ $# -gt 1 ]; then
				shift
				_lsb_n=$((_lsb_n + 1)) _lsb_word=$1
			fi
			case $_lsb_letter in
			n) _lsb_nice=$_lsb_word ;;
			p) _lsb_pidfile=$_lsb_word _lsb_given=yes ;;
			esac
			_lsb_word=
		done
		_lsb_n=$((_lsb_n + 1))
		shift
	done
}

# Does the process run this script?  Then it has the script's name, of which the kernel keeps 15 bytes, runs its interpreter, and was
# called INTERPRETER [WORD] SCRIPT.  A shell sees those without what is between them, so nothing behind may look like the end of
# another script's path.  Fails when that cannot be told so, too.
_lsb_runs_script() { # PROGRAM
	case ${1##*/} in '' | ???????????????*) return 1 ;; esac
	IFS= read -r _iw_line <"/proc/$_iw_pids/comm" && [ "$_iw_line" = "${1##*/}" ] || return 1
	IFS= read -r _iw_line <"$1" || return 1
	case $_iw_line in '#!'*) _iw_line=${_iw_line#??} ;; *) return 1 ;; esac
	_iw_line=${_iw_line#"${_iw_line%%[! 	]*}"}
	_lsb_word=${_iw_line#"${_iw_line%%[ 	]*}"} _lsb_word=${_lsb_word#"${_lsb_word%%[! 	]*}"}
	_iw_line=${_iw_line%%[ 	]*}
	# shellcheck disable=SC3013
	[ "/proc/$_iw_pids/exe" -ef "$_iw_line" ] || return 1
	_lsb_word=$_iw_line$_lsb_word$1 _iw_line=
	# a line that ends is none of the kernel's
	! IFS= read -r _iw_line <"/proc/$_iw_pids/cmdline" || return 1
	case $_iw_line in "$_lsb_word"*"/${1##*/}"*) return 1 ;; "$_lsb_word"*) return 0 ;; esac
	return 1
}

# Is the only live process of the pidfile really the one?  By its program; when that tells nothing no mark on the pidfile may say that
# another process was meant.
_lsb_is_it() { # PIDFILE PROGRAM
	# shellcheck disable=SC3013 # where test has no -ef, the question goes on
	if { [ "/proc/$_iw_pids/exe" -ef "$2" ] || _lsb_runs_script "$2"; } 2>/dev/null; then return 0; fi
	"$_lsb_bin/pidcheck" --no-age "$1" >/dev/null 2>&1 || [ $? != 1 ]
}

# sets _iw_pids; the status of the pidfile's process: 0, 1, 3 or 4
_lsb_pidfile_status() { # PIDFILE PROGRAM
	[ -e "$1" ] || return 3
	[ -r "$1" ] || return 4
	if _iw_live "$1"; then
		[ "$_iw_n" != 1 ] || _lsb_is_it "$1" "$2" || return 1
		return 0
	fi
	[ "$_iw_n" = 0 ] || return 1
	[ -z "$_lsb_given" ] || return 3
	return 4
}

# sets _iw_pids; the options are read
_lsb_find() { # PROGRAM
	_iw_pids=
	if [ $# -ne 1 ]; then
		echo "$0: invalid arguments" >&2
		return 4
	fi
	if [ -z "$_lsb_given" ]; then
		_lsb_pidfile=/var/run/${1##*/}.pid
		if [ ! -e "$_lsb_pidfile" ]; then
			_iw_pids=$("$_lsb_bin/pidofproc" -x -- "$1") || return 3
			return 0
		fi
	fi
	_lsb_pidfile_status "$_lsb_pidfile" "$1"
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
	_lsb_name=${2:-}
	_lsb_find ${1:+"$1"} || _lsb_code=$?
	case $_lsb_code in
	0) log_success_msg "$_lsb_name is running" ;;
	4) log_failure_msg "could not access PID file for $_lsb_name" ;;
	*) log_failure_msg "$_lsb_name is not running" ;;
	esac
	return "$_lsb_code"
}
