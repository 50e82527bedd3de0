# shellcheck shell=sh
# What only scripts that bring the system up or down call; read when one of them is called for the first time.

update_boot_stage() {
	[ ! -x /usr/bin/plymouth ] || /usr/bin/plymouth --update="${1:-}"
	return 0
}

apply_sysctl() {
	sysctl -e -p /etc/sysctl.conf >/dev/null 2>&1 || :
	for _rh_file in /etc/sysctl.d/*; do
		if [ -f "$_rh_file" ] && ! is_ignored_file "$_rh_file"; then sysctl -e -p "$_rh_file" >/dev/null 2>&1 || :; fi
	done
}

# get_numeric_dev hex|dec DEVICE: 0801 or 8:1
get_numeric_dev() {
	_rh_format='%d:%d\n'
	[ "$1" != hex ] || _rh_format='%02x%02x\n'
	# shellcheck disable=SC2012
	ls -lH "$2" | awk -v "format=$_rh_format" '{ sub(/,/, "", $5); printf format, $5, $6 }'
}

# in /proc/mounts and fstab a blank is \040
fstab_decode_str() { printf '%b\n' "$(printf '%s' "$1" | sed 's/\\\([0-7][0-7][0-7]\)/\\0\1/g')"; }

__readlink() { readlink "$1" || :; }

# __fgrep TEXT FILE
__fgrep() {
	while IFS= read -r _rh_line || [ -n "$_rh_line" ]; do
		case $_rh_line in *"$1"*) return 0 ;; esac
	done <"$2"
	return 1
}

__sed_discard_ignored_files() {
	sed '/\(~\|\.bak\|\.orig\|\.rpmnew\|\.rpmorig\|\.rpmsave\)$/d'
}
