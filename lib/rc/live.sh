# shellcheck shell=sh
# What the function libraries share: whether a pidfile's processes live.  No program is executed for that, and no shell needs
# `local` for it: names that begin with _iw_ are ours, in every library.

# _iw_alive PID: does it live?  A zombie does not, and 0, -1 and words are no pids.
_iw_alive() {
	case ${1:-} in '' | *[!0-9]* | 0*) return 1 ;; esac
	# a zombie's program is gone, and so is a kernel thread's; shells read files a byte at a time
	[ ! -e "/proc/$1/exe" ] || return 0
	{ IFS= read -r _iw_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	case ${_iw_stat##*") "} in [ZXx]*) return 1 ;; esac
}

# _iw_words TEXT: adds the live ones among these numbers to _iw_pids; _iw_n counts the words.
_iw_words() {
	_iw_rest=$1
	while :; do
		_iw_rest=${_iw_rest#"${_iw_rest%%[!	 ]*}"}
		[ -n "$_iw_rest" ] || break
		_iw_pid=${_iw_rest%%[	 ]*}
		_iw_rest=${_iw_rest#"$_iw_pid"}
		_iw_n=$((_iw_n + 1))
		if _iw_alive "$_iw_pid"; then _iw_pids=${_iw_pids:+$_iw_pids }$_iw_pid; fi
	done
}

# _iw_live FILE [all]: sets _iw_pids to the live processes that the file's first line names, or all lines up to an empty one,
# and _iw_n to how many words there are.  Fails when none lives.  What is no file has none, for who reads a pipe may wait for ever; and
# of a file that is no pidfile no more is looked at than a pidfile may have.
_iw_live() {
	_iw_pids='' _iw_n=0
	[ -f "$1" ] || return 1
	{
		while IFS= read -r _iw_line || [ -n "$_iw_line" ]; do
			[ -n "$_iw_line" ] || break
			if [ ${#_iw_line} -gt 4096 ] || [ "$_iw_n" -gt 1000 ]; then _iw_n=$((_iw_n + 1)); break; fi
			_iw_words "$_iw_line"
			[ -n "${2:-}" ] || break
		done <"$1"
	} 2>/dev/null || :
	[ -n "$_iw_pids" ]
}
