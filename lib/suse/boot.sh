# shellcheck shell=sh
# shellcheck disable=SC2154 # _rc_bin comes from rc.status
# What only SUSE's scripts of boot and rc call; read when one of them is called for the first time.

# sets RUNLEVEL and PREVLEVEL, if init has not
rc_runlevel() {
	[ -z "${RUNLEVEL:-}" ] || return 0
	_rc_line=$(runlevel) || return 1
	PREVLEVEL=${_rc_line% *} RUNLEVEL=${_rc_line#* }
	export PREVLEVEL RUNLEVEL
}

# rc_splash WORD...: tell the picture that hides the console
rc_splash() {
	if [ -e /proc/splash ] && [ -x /sbin/splash ]; then /sbin/splash ${1+"$@"} || :; fi
	return 0
}

# rc_timer_on SECONDS COLUMN: count down there, until rc_timer_off
rc_timer_on() {
	# a program of its own, which ends when it is told to, in any shell
	sh -c 'n=$1
	while [ "$n" -gt 0 ]; do
		n=$((n - 1))
		sleep 1
		printf "\r\033[%sC(%2ds) " "$2" "$n"
	done' - "${1:-10}" "${2:-0}" &
	_rc_timer=$!
}
rc_timer_off() {
	[ -z "${_rc_timer:-}" ] || kill -TERM "$_rc_timer" 2>/dev/null || :
	_rc_timer=
}

# one key from the terminal, within a second
_rc_key() {
	_rc_tty=$(stty -g)
	stty -icanon min 0 time 10
	_rc_out=$(dd bs=1 count=1 2>/dev/null)
	stty "$_rc_tty"
	[ -n "$_rc_out" ]
}

# rc_confirm SECONDS TEXT: 0 yes, which is also what nothing means, 1 no, 2 go on without asking
rc_confirm() {
	_rc_left=${1:-0} _rc_out=
	printf '%s, (Y)es/(N)o/(C)ontinue? [y] ' "${2:-}"
	if [ -t 0 ] && [ "$_rc_left" -gt 0 ]; then
		until _rc_key || [ "$_rc_left" -le 1 ]; do _rc_left=$((_rc_left - 1)); done
		echo
	else
		IFS= read -r _rc_out || :
	fi
	case $_rc_out in
	[nN]*) return 1 ;;
	[cC]*) return 2 ;;
	esac
}

# rc_wait PID-OR-PROGRAM...: until they have ended, 10 seconds at most; fails when one lives on
rc_wait() {
	_rc_left=10
	while :; do
		_rc_out=
		for _rc_arg; do
			case $_rc_arg in
			*[!0-9]*) if "$_rc_bin/checkproc" -- "$_rc_arg" >/dev/null 2>&1; then _rc_out=yes; fi ;;
			*) if kill -0 "$_rc_arg" 2>/dev/null; then _rc_out=yes; fi ;;
			esac
		done
		[ -n "$_rc_out" ] || return 0
		[ "$_rc_left" -gt 0 ] || return 1
		_rc_left=$((_rc_left - 1))
		sleep 1
	done
}
