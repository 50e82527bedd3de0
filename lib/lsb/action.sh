# shellcheck shell=sh
# The part of /lib/lsb/init-functions that starts and stops, and what few scripts call.
# shellcheck disable=SC2154 # _lsb_* comes from there and from process.sh

# shellcheck source=lib/lsb/process.sh
[ -n "$_lsb_read" ] || . /usr/lib/initwright/lib/lsb/process.sh
_lsb_read=action

# start_daemon [-f] [-n NICE] [-p PIDFILE] [--] PROGRAM [ARGUMENT]...
_lsb_start_daemon() {
	_lsb_options fnp ${1+"$@"}
	shift "$_lsb_n"
	_lsb_exec=${1:-}
	[ $# -eq 0 ] || shift
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
	0: | 0:TERM | 0:15) [ -z "$_lsb_pidfile" ] || _lsb_pidfile_status "$_lsb_file" "$1" || rm -f "$_lsb_file" ;;
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
