# shellcheck shell=sh
# The part of /lib/lsb/init-functions for when the pidfile does not simply name one process of the program.
#
# Where Debian's take the first word for a process that runs, these want a live one among the words of the first line: a pid that is no
# number above 0, a zombie, and a process that start-stop-daemon's mark on the pidfile says is another one are not taken for the daemon.
# shellcheck disable=SC2154 # _lsb_* comes from there and from process.sh

# Sets _iw_pids.  The only live process is taken for the one unless a mark on the pidfile says that another was meant.
_lsb_unsure() { # PROGRAM
	_iw_pids=
	if [ ! -e "$_lsb_pidfile" ]; then
		[ -z "$_lsb_given" ] || return 3
		_iw_pids=$("$_lsb_bin/pidofproc" -x -- "$1") || return 3
		return 0
	fi
	[ -r "$_lsb_pidfile" ] || return 4
	# shellcheck source=lib/rc/live.sh
	. /usr/lib/initwright/lib/rc/live.sh
	if _iw_live "$_lsb_pidfile"; then
		[ "$_iw_n" = 1 ] || return 0
		_lsb_is_it "$1" 2>/dev/null || "$_lsb_bin/pidcheck" --no-age "$_lsb_pidfile" >/dev/null 2>&1 || [ $? != 1 ] || return 1
		return 0
	fi
	[ "$_iw_n" = 0 ] || return 1
	[ -z "$_lsb_given" ] || return 3
	return 4
}
