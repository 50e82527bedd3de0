# shellcheck shell=sh
# The part of /lib/lsb/init-functions that starts and stops, and what few scripts call.
#
# Where Debian's own do not follow the LSB, these do: start_daemon returns 5 when the program is not there, killproc 7 when it was to send
# a signal and nothing ran, 1 when a process lives on, 2 for a signal that there is not; without a signal it removes the pidfile
# that it was given once the process is gone.
# shellcheck disable=SC2154 # _lsb_* comes from there and from process.sh

# shellcheck source=lib/lsb/process.sh
case $_lsb_read in *process*) ;; *) . /usr/lib/initwright/lib/lsb/process.sh ;; esac
_lsb_read=$_lsb_read,action

# start_daemon [-f] [-n NICE] [-p PIDFILE] [--] PROGRAM [ARGUMENT]...
_lsb_start_daemon() {
	_lsb_options fnp ${1+"$@"}
	shift "$_lsb_n"
	[ -n "${1:-}" ] || { echo "$0: start_daemon: no program is given" >&2; return 2; }
	_lsb_exec=$1
	shift
	case $_lsb_exec in */*) [ -e "$_lsb_exec" ] || { echo "$0: $_lsb_exec is not installed" >&2; return 5; } ;; esac
	if [ -n "$_lsb_force" ]; then
		set -- --startas "$_lsb_exec" --pidfile /dev/null -- ${1+"$@"}
	else
		set -- --exec "$_lsb_exec" --pidfile "${_lsb_pidfile:-/dev/null}" -- ${1+"$@"}
	fi
	"$_lsb_bin/dpkg-start-stop-daemon" --start --nicelevel "$_lsb_nice" --quiet --oknodo --chdir "$PWD" "$@"
}

# _lsb_kill PROGRAM SIGNAL: with the options' _lsb_pidfile
_lsb_kill() {
	_lsb_base=${1##*/}
	_lsb_file=${_lsb_pidfile:-/var/run/$_lsb_base.pid}
	case $2 in
	'') set -- --retry 5 ;;
	# a moment for it to go: scripts look right afterwards
	TERM | 15) set -- --oknodo --retry TERM/0.2 ;;
	*) set -- --signal "$2" ;;
	esac
	"$_lsb_bin/dpkg-start-stop-daemon" --stop --quiet --name "$_lsb_base" --pidfile "$_lsb_file" "$@"
}

# killproc [-p PIDFILE] PROGRAM [SIGNAL]
_lsb_killproc() {
	_lsb_options p ${1+"$@"}
	shift "$_lsb_n"
	_lsb_sig=${2:-} _lsb_sig=${_lsb_sig#-} _lsb_sig=${_lsb_sig#SIG} _lsb_code=0
	_lsb_kill "${1:-}" "$_lsb_sig" || _lsb_code=$?
	case $_lsb_code:$_lsb_sig in
	0: | 0:TERM | 0:15) [ -z "$_lsb_pidfile" ] || _lsb_find "${1:-}" || rm -f "$_lsb_file" || : ;;
	0:* | 1: | 2:TERM | 2:15) ;;
	1:*) return 7 ;;
	3:*) return 2 ;;
	*) return 1 ;;
	esac
}

# get_lsb_header_val SCRIPT KEY
_lsb_get_lsb_header_val() {
	if [ ! -f "${1:-}" ] || [ -z "${2:-}" ]; then return 1; fi
	sed -n "/### BEGIN INIT INFO/,/### END INIT INFO/ s/# $2:[ 	][ 	]*\\(.*\\)/\\1/p" "$1"
}

_lsb_init_is_upstart() {
	[ -x /sbin/initctl ] || return 1
	case $(/sbin/initctl version 2>/dev/null) in *upstart*) return 0 ;; esac
	return 1
}

# of a file in init-functions.d: would run-parts --lsbsysinit take it?  Names of letters, digits, - and _ are not asked about.
_lsb_hook_name() {
	case $1 in *[!a-z0-9_.-]* | -* | *--* | *.dpkg-*) return 1 ;; esac
	case ${1##*-} in "$1" | '' | *[!a-z0-9]*) return 1 ;; esac
}
