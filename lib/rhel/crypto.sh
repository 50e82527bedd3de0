# shellcheck shell=sh
# Encrypted block devices, as /etc/crypttab has them: NAME DEVICE [KEYFILE [OPTIONS]].  Read when init_crypto or one of its kin is called
# for the first time.

key_is_random() {
	case ${1:-} in /dev/random | /dev/urandom | /dev/hw_random) return 0 ;; esac
	return 1
}

# find_crypto_mount_point NAME: where fstab has it
find_crypto_mount_point() {
	awk -v "device=/dev/mapper/$1" '$1 == device { print $2; exit }' /etc/fstab
}

# A key file that others than root can read is none: say so, and go on.
_rh_key() { # NAME
	[ -n "$_rh_key" ] || return 0
	if [ ! -e "$_rh_key" ]; then
		echo "Key file for $1 not found, skipping"
		return 1
	fi
	# shellcheck disable=SC2012
	_rh_line=$(ls -ld "$_rh_key")
	if ! key_is_random "$_rh_key"; then
		case $_rh_line in ????------*) ;; *) echo "INSECURE MODE FOR $_rh_key" ;; esac
	fi
	# shellcheck disable=SC2046,SC2086
	[ "$(printf '%s\n' "$_rh_line" | awk '{ print $3 }')" = root ] || echo "INSECURE OWNER FOR $_rh_key"
}

# _rh_crypt_options NAME OPTION...: sets _rh_params, _rh_swap and _rh_tmp
_rh_crypt_options() {
	_rh_name=$1 _rh_params='' _rh_swap='' _rh_tmp=''
	shift
	for _rh_option; do
		case $_rh_option in
		cipher=?*) _rh_params="$_rh_params -c ${_rh_option#*=}" ;;
		size=?*) _rh_params="$_rh_params -s ${_rh_option#*=}" ;;
		hash=?*) _rh_params="$_rh_params -h ${_rh_option#*=}" ;;
		verify) _rh_params="$_rh_params -y" ;;
		swap) _rh_swap=yes ;;
		tmp) _rh_tmp=yes ;;
		cipher | size | hash | cipher= | size= | hash=)
			echo "$_rh_name: no value for ${_rh_option%=} option, skipping"
			return 1 ;;
		esac
	done
}

# the passphrase comes from who sits at the console
_rh_luks() { # NAME DEVICE
	if [ -n "$_rh_params" ]; then echo "$1: options are invalid for LUKS partitions, ignoring them"; fi
	if [ -n "$_rh_key" ]; then
		cryptsetup -d "$_rh_key" luksOpen "$2" "$1" <&1 2>/dev/null
	elif [ -x /usr/bin/plymouth ]; then
		_rh_place=$(find_crypto_mount_point "$1")
		/usr/bin/plymouth ask-for-password --prompt "${_rh_place:-${2##*/}} is password protected" \
			--command="/sbin/cryptsetup luksOpen -T1 $2 $1" <&1
	else
		cryptsetup luksOpen "$2" "$1" <&1
	fi
}

_rh_crypt_open() { # NAME DEVICE: 2 when it was not tried
	if [ -z "$_rh_swap" ] && cryptsetup isLuks "$2" 2>/dev/null; then
		if key_is_random "$_rh_key"; then
			echo "$1: LUKS requires non-random key, skipping"
			return 2
		fi
		_rh_luks "$@"
	else
		# shellcheck disable=SC2086
		cryptsetup $_rh_params ${_rh_key:+-d "$_rh_key"} create "$1" "$2" <&1 2>/dev/null
	fi
}

# what is made anew at each boot
_rh_crypt_make() { # NAME
	if [ -n "$_rh_swap" ]; then mkswap "/dev/mapper/$1" >/dev/null 2>&1; fi
	if [ -n "$_rh_tmp" ]; then
		mke2fs "/dev/mapper/$1" >/dev/null 2>&1 && _rh_place=$(mktemp -d) || return 1
		mount "/dev/mapper/$1" "$_rh_place" && chmod 1777 "$_rh_place" && umount "$_rh_place"
		rmdir "$_rh_place"
	fi
}

_rh_crypt_device() { # DEVICE: sets _rh_device; fails when it is not there, or in use
	case $1 in
	UUID=*) _rh_device=$(blkid -t "$1" -l -o device) || return 1 ;;
	*) _rh_device=$(readlink -f "$1") || return 1 ;;
	esac
	[ -b "$_rh_device" ] || return 1
	for _rh_slave in /sys/block/dm-*/slaves/"${_rh_device##*/}"; do
		[ ! -e "$_rh_slave" ] || return 1
	done
}

# one line of crypttab; 1 when it should have been opened and was not
_rh_crypt_line() { # RANDOM-TOO NAME DEVICE KEY OPTIONS
	_rh_key=$4
	[ "$_rh_key" != none ] || _rh_key=
	[ ! -b "/dev/mapper/$2" ] || return 0
	if [ "$1" = 0 ] && key_is_random "$_rh_key"; then return 0; fi
	_rh_key "$2" || return 1
	_rh_crypt_device "$3" || return 0
	# shellcheck disable=SC2046
	_rh_crypt_options "$2" $(printf '%s' "$5" | tr , ' ') || return 1
	_rh_crypt_open "$2" "$_rh_device"
	case $? in
	0) success ;;
	2) return 1 ;;
	*) _rh_result echo_failure 1 || return ;;
	esac
	[ ! -b "/dev/mapper/$2" ] || _rh_crypt_make "$2"
}

# init_crypto 0|1: open what /etc/crypttab has; with 0 not yet what has a random key
init_crypto() {
	_rh_code=0 _rh_random=$1
	while IFS='	 ' read -r _rh_dst _rh_src _rh_file _rh_opt; do
		case $_rh_dst in '' | '#'*) continue ;; esac
		_rh_crypt_line "$_rh_random" "$_rh_dst" "$_rh_src" "$_rh_file" "$_rh_opt" || _rh_code=1
	done </etc/crypttab
	return "$_rh_code"
}
