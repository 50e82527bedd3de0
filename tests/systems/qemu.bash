# Machines of qemu (TCG: no virtualization needed) that boot an initramfs with busybox as init and our static build.

# what makes an architecture
qemu_arch() { # ARCH
	ARCH=$1 DEBS=$TOP/build/debs-qemu-$1
	case $1 in
	amd64) QEMU='qemu-system-x86_64 -M pc -cpu qemu64' CONSOLE=ttyS0 OURS=$TOP/build/static/bin/initwright ;;
	armhf) QEMU='qemu-system-arm -M virt -cpu cortex-a15' CONSOLE=ttyAMA0 OURS=$TOP/build/static-armhf/bin/initwright ;;
	arm64) QEMU='qemu-system-aarch64 -M virt -cpu cortex-a53' CONSOLE=ttyAMA0 OURS=$TOP/build/static-arm64/bin/initwright ;;
	mipsel) QEMU='qemu-system-mipsel -M malta' CONSOLE=ttyS0 OURS=$TOP/build/static-mipsel/bin/initwright ;;
	esac
}

# skip_without WHAT COMMAND...: skip unless the command succeeds; in CI that is a failure
skip_without() {
	local what=$1
	shift
	"$@" >/dev/null 2>&1 && return
	[ "${CI:-}" != true ] || { echo "not there: $what" >&2; return 1; }
	skip "not there: $what"
}

# qemu_setup ARCH: a root of that architecture in $M, and the kernel in $KERNEL
qemu_setup() {
	local deb a
	qemu_arch "$1"
	skip_without "${QEMU%% *}" command -v "${QEMU%% *}"
	skip_without cpio command -v cpio
	skip_without "kernel and busybox for $1 (make check-systems as root on Debian)" test -e "$DEBS/complete"
	skip_without "our static build for $1" test -x "$OURS"
	for deb in "$DEBS"/*.deb; do dpkg-deb -x "$deb" "$BATS_TEST_TMPDIR/debs"; done
	KERNEL=$(echo "$BATS_TEST_TMPDIR"/debs/boot/vmlinu[xz]-*)
	M=$BATS_TEST_TMPDIR/root
	mkdir -p "$M"/{bin,sbin,usr/bin,usr/sbin,etc/init.d,proc,sys,dev,tmp,run,var/log,root,www} "$M/usr/lib/initwright"
	ln -s /run "$M/var/run"
	cp "$BATS_TEST_TMPDIR/debs/bin/busybox" "$M/bin/busybox"
	# the list is the same for all architectures, and this machine may not be able to run theirs
	for a in $(busybox_list); do [ -e "$M/$a" ] || ln -s /bin/busybox "$M/$a"; done
	ln -s sbin/init "$M/init"
	cp "$OURS" "$M/usr/lib/initwright/initwright"
	for a in $("$BIN/initwright" --list); do ln -s initwright "$M/usr/lib/initwright/$a"; done
	mknod -m 600 "$M/dev/console" c 5 1
	mknod -m 666 "$M/dev/null" c 1 3
	mknod -m 666 "$M/dev/zero" c 1 5
	mknod -m 600 "$M/dev/ttyS0" c 4 64
	mknod -m 600 "$M/dev/ttyAMA0" c 204 64
	printf 'root::0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/:/bin/false\n' >"$M/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$M/etc/group"
	cat >"$M/etc/inittab" <<-'END'
		::sysinit:/bin/mount -t proc proc /proc
		::sysinit:/bin/mount -t sysfs sysfs /sys
		::sysinit:/bin/mount -t cgroup2 cgroup2 /sys/fs/cgroup
		::sysinit:/bin/mount -t tmpfs tmpfs /run
		::sysinit:/sbin/ifconfig lo 127.0.0.1 up
		::sysinit:/usr/lib/initwright/rcS
		::shutdown:/usr/lib/initwright/rcK
		::shutdown:/bin/umount -a -r
	END
}

# the applets that the machines need, each where it belongs
busybox_list() {
	local a
	for a in ash cat chmod cp cut date dmesg echo grep kill ln ls mkdir mount mv ps pwd rm sed sh sleep sync touch true umount uname; do echo bin/$a; done
	for a in ifconfig init poweroff start-stop-daemon syslogd klogd; do echo sbin/$a; done
	for a in awk basename expr head logger printf seq sort tail test '[' tr wc wget readlink id env dirname cmp killall; do echo "usr/bin/$a"; done
	for a in crond httpd; do echo usr/sbin/$a; done
}

# qemu_boot [KERNEL_ARGUMENT...]: what the machine's console shows is in $LOG when it is off
qemu_boot() {
	LOG=$BATS_TEST_TMPDIR/serial
	(cd "$M" && find . | cpio -o -H newc -R 0:0 2>/dev/null) >"$BATS_TEST_TMPDIR/initrd"
	# shellcheck disable=SC2086
	timeout -k 5 "${LIMIT:-300}" $QEMU -accel tcg -m 256 -kernel "$KERNEL" -initrd "$BATS_TEST_TMPDIR/initrd" \
		-append "console=$CONSOLE quiet panic=-1 $*" -nodefaults -no-user-config -display none -serial "file:$LOG" -no-reboot \
		</dev/null 3>&- || { echo "qemu ended with $?" >&2; tail -n 40 "$LOG" >&2; return 1; }
	tr -d '\r' <"$LOG" >"$LOG.clean" && mv "$LOG.clean" "$LOG"
}

# seen TEXT...: each must be on the console
seen() {
	local text
	for text; do
		grep -qF -- "$text" "$LOG" || { echo "not on the console: $text" >&2; cat "$LOG" >&2; return 1; }
	done
}

# none_of_these REGEXP: no line of the console has that
none_of_these() {
	if grep -E -- "$1" "$LOG" >&2; then
		cat "$LOG" >&2
		return 1
	fi
}
