# shellcheck shell=sh
# The part of /lib/lsb/init-functions that reads options which come in unusual ways.
# shellcheck disable=SC2034 # process.sh is told by variables

# _lsb_getopts LETTERS ARGUMENT...: as getopts would
_lsb_getopts() {
	_lsb_letters=$1
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
