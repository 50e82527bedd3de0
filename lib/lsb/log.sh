# shellcheck shell=sh
# The part of /lib/lsb/init-functions that prints what is not the usual case.
_lsb_read=$_lsb_read,log

_lsb_fancy() {
	[ -t 1 ] && [ -n "${TERM:-}" ] && [ "$TERM" != dumb ] || return 1
	case ${FANCYTTY:-} in '' | 1 | Y | yes | true) return 0 ;; esac
	return 1
}

_lsb_coloured() { # COLOUR TEXT
	if log_use_fancy_output; then _lsb_say " \\033[$1m$2\\033[0m\\n"; else _lsb_say " $2\\n"; fi
}

_lsb_action_msg() {
	log_action_msg_pre ${1+"$@"}
	_lsb_say ${1+"$@"}
	echo . || :
	log_action_msg_post ${1+"$@"}
}

_lsb_action_begin_msg() {
	log_action_begin_msg_pre ${1+"$@"}
	log_action_cont_msg ${1+"$@"}
	log_action_begin_msg_post ${1+"$@"}
}

_lsb_action_cont_msg() {
	_lsb_say ${1+"$@"}
	_lsb_say ...
}

# CODE [REASON]
_lsb_action_end_msg() {
	log_action_end_msg_pre ${1+"$@"}
	_lsb_end=${2:+ ($2)}.
	if [ "${1:-}" = 0 ]; then
		_lsb_say "done$_lsb_end\\n"
	elif log_use_fancy_output; then
		_lsb_say "\\033[31mfailed$_lsb_end\\033[0m\\n"
	else
		_lsb_say "failed$_lsb_end\\n"
	fi
	log_action_end_msg_post ${1+"$@"}
}
