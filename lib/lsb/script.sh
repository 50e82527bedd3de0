# shellcheck shell=sh
# The part of /lib/lsb/init-functions that knows a daemon which is a script; a function would cost bash more.
# shellcheck disable=SC2154,SC3013 # _iw_pids comes from process.sh

# Does _iw_pids run the script $1?  Then it has its name, of which the kernel keeps 15 bytes, runs its interpreter, and was called
# INTERPRETER [WORD] SCRIPT, which a shell sees without what is between: nothing behind may look like another script's path.  Fails in
# doubt.  A line that ends is none of the kernel's.
case ${1##*/} in '' | ???????????????*) false ;; esac &&
	IFS= read -r _iw_line <"/proc/$_iw_pids/comm" && [ "$_iw_line" = "${1##*/}" ] &&
	IFS=' 	!' read -r _lsb_mark _iw_line _lsb_word <"$1" && [ "$_lsb_mark" = '#' ] && [ "/proc/$_iw_pids/exe" -ef "$_iw_line" ] &&
	_lsb_word=$_iw_line$_lsb_word$1 _iw_line='' && ! IFS= read -r _iw_line <"/proc/$_iw_pids/cmdline" &&
	case $_iw_line in "$_lsb_word"*"/${1##*/}"*) false ;; "$_lsb_word"*) ;; *) false ;; esac
