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

# __kill_pids_term_kill_checkpids TIME PID...: prints those that live and began no later than that time, in ticks since boot; fails
# when there is one
__kill_pids_term_kill_checkpids() {
	_rh_since=$1 _rh_left=
	shift
	# shellcheck disable=SC2048 # several may come in one word
	for _rh_pid in ${1+$*}; do
		_iw_alive "$_rh_pid" || continue
		_rh_line=
		{ IFS= read -r _rh_line <"/proc/$_rh_pid/stat"; } 2>/dev/null || :
		_rh_line=${_rh_line##*") "}
		_rh_line=$(printf '%s\n' "$_rh_line" | awk '{ print $20 }')
		if [ -n "$_rh_line" ] && [ "$_rh_line" -le "$_rh_since" ]; then _rh_left="$_rh_left$_rh_pid "; fi
	done
	echo "$_rh_left"
	[ -z "$_rh_left" ]
}

# a file system table's places that an awk program picks, the last one mounted first
_rh_mounts() { # AWK-PROGRAM FILE
	LC_ALL=C awk "/^#/ { next } $1" "$2" | sort -r
}

# run a command with what is written as in fstab decoded in its arguments
_rh_decoded() { # COMMAND...
	_rh_places=$# _rh_n=0
	while [ "$_rh_n" -lt "$_rh_places" ]; do
		_rh_n=$((_rh_n + 1))
		set -- "$@" "$(fstab_decode_str "$1")"
		shift
	done
	"$@"
}

# Who is in the way is told to go: first by TERM, then by KILL.
_rh_evict() { # SIGNAL PLACE...
	_rh_decoded fuser -k -m "$@" >/dev/null 2>&1 || :
}

# __umount_loop AWK-PROGRAM TABLE MESSAGE MESSAGE-OF-RETRIES [OPTION]...: unmount all that the program picks; three times, if need be
__umount_loop() {
	_rh_try=1 _rh_sig=-TERM
	while [ "$_rh_try" -le 3 ]; do
		_rh_left=$(_rh_mounts "$1" "$2")
		[ -n "$_rh_left" ] || return 0
		_rh_text=$3
		[ "$_rh_try" = 1 ] || _rh_text=$4
		# shellcheck disable=SC2086
		action "$_rh_text" _rh_decoded umount ${5:-} $_rh_left || :
		_rh_left=$(_rh_mounts "$1" "$2")
		[ -n "$_rh_left" ] || return 0
		# shellcheck disable=SC2086
		_rh_evict "$_rh_sig" $_rh_left
		[ "$_rh_try" = 3 ] || sleep 3
		_rh_try=$((_rh_try + 1)) _rh_sig=-KILL
	done
}

# as __umount_loop, for programs that print DEVICE and PLACE
__umount_loop_2() {
	__umount_loop "$@"
}

# file systems in files, and the loop devices below them
__umount_loopback_loop() {
	# shellcheck disable=SC2016
	_rh_pick='$1 ~ /^\/dev\/loop/ && $2 != "/"'
	_rh_devices=$(awk "$_rh_pick { print \$1 }" /proc/mounts)
	__umount_loop "$_rh_pick { print \$2 }" /proc/mounts "Unmounting loopback filesystems: " "Unmounting loopback filesystems (retry):"
	for _rh_device in $_rh_devices; do
		if losetup "$_rh_device" >/dev/null 2>&1; then action "Detaching loopback device $_rh_device: " losetup -d "$_rh_device" || :; fi
	done
}

# sets NFSFSTAB CIFSFSTAB NCPFSTAB NETDEVFSTAB: what /etc/fstab has of the network
# shellcheck disable=SC2034
__source_netdevs_fstab() {
	NFSFSTAB=$(awk '!/^#/ && $3 ~ /^nfs/ && $3 != "nfsd" && $4 !~ /noauto/ { print $2 }' /etc/fstab)
	CIFSFSTAB=$(awk '!/^#/ && $3 == "cifs" && $4 !~ /noauto/ { print $2 }' /etc/fstab)
	NCPFSTAB=$(awk '!/^#/ && $3 == "ncpfs" && $4 !~ /noauto/ { print $2 }' /etc/fstab)
	NETDEVFSTAB=$(awk '!/^#/ && $4 ~ /_netdev/ && $4 !~ /noauto/ { print $1 }' /etc/fstab)
}

# sets NFSMTAB CIFSMTAB NCPMTAB NETDEVMTAB ALLNETDEVMTAB: what is mounted of it
# shellcheck disable=SC2034
__source_netdevs_mtab() {
	NFSMTAB=$(awk '$3 ~ /^nfs/ && $3 != "nfsd" && $2 != "/" { print $2 }' /proc/mounts)
	CIFSMTAB=$(awk '$3 == "cifs" { print $2 }' /proc/mounts)
	NCPMTAB=$(awk '$3 == "ncpfs" { print $2 }' /proc/mounts)
	NETDEVMTAB=$(awk '$4 ~ /_netdev/ && $2 != "/" { print $2 }' /etc/mtab)
	ALLNETDEVMTAB="$NFSMTAB $CIFSMTAB $NCPMTAB $NETDEVMTAB"
}
