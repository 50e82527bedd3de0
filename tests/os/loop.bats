# A file as a disk, and a root directory made of it: RootImage=.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	command -v mke2fs >/dev/null || skip "no mke2fs"
	[ -d /sys/block/loop0 ] || skip "the kernel has no loop devices"
	# the host's own, of which any may be taken
	[ -e /dev/loop-control ] || mknod /dev/loop-control c 10 237
	for dev in /sys/block/loop*; do
		[ -e "/dev/${dev##*/}" ] || mknod "/dev/${dev##*/}" b "$(cut -d: -f1 "$dev/dev")" "$(cut -d: -f2 "$dev/dev")"
	done
	mkdir -p /etc/init.d
	# its own name, by which to know its loop device among those of others
	IMG=/srv/ex${EPOCHREALTIME/[.,]/}.img
	make_image
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of exampled) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	rm -rf /etc/init.d/ex* /srv/ex* /run/initwright
}

# a root with exampled and what it needs
make_image() {
	local root=$BATS_TEST_TMPDIR/root lib
	mkdir -p "$root"/{bin,etc,proc,sys,dev,run,tmp,var/tmp,root,home}
	cp "$EXAMPLED" /bin/cat /bin/sh "$root/bin/"
	for lib in $(ldd "$EXAMPLED" /bin/cat /bin/sh | grep -o '/[^ :]*' | sort -u); do
		[ -f "$lib" ] || continue
		mkdir -p "$root${lib%/*}"
		[ -e "$root$lib" ] || cp "$lib" "$root$lib"
	done
	rm -f "$root$EXAMPLED"
	echo "in the image" >"$root/etc/where"
	truncate -s 24M "$IMG"
	mke2fs -q -t ext4 -d "$root" "$IMG"
}

# unit LINE...: a native script exa with these lines
unit() {
	{
		printf '#!%s/svrun\n[Service]\nExecStart=/bin/exampled -f\nRootImage=%s\n' "$BIN" "$IMG"
		printf '%s\n' "$@"
	} >/etc/init.d/exa
	chmod 755 /etc/init.d/exa
}
loops() { grep -lF "$IMG" /sys/block/loop*/loop/backing_file 2>/dev/null | wc -l; }
no_loop() { [ "$(loops)" = 0 ]; }
main() { sed -n 's/^main=//p' /run/initwright/exa/record; }

@test "a service has the image as its root, all of its commands the same one, and nobody else sees it" {
	unit "ExecStartPre=/bin/sh -c 'echo written >/tmp/pre'" "ExecStartPost=/bin/cat /tmp/pre"
	expect 0 svrun /etc/init.d/exa start
	same "in the image" "$(<"/proc/$(main)/root/etc/where")"
	same written "$(<"/proc/$(main)/root/tmp/pre")"
	same 1 "$(loops)"
	same "" "$(grep loop /proc/self/mounts || :)"
	[ ! -e /tmp/pre ]
	[ -c "/proc/$(main)/root/dev/null" ]
	expect 0 svrun /etc/init.d/exa status
	expect 0 svrun /etc/init.d/exa restart
	same written "$(<"/proc/$(main)/root/tmp/pre")"
	expect 0 svrun /etc/init.d/exa stop
	wait_for no_loop
}

@test "a file system that may not be written to, and a sandbox in it" {
	chattr +i "$IMG" 2>/dev/null || mount --bind -o ro "$IMG" "$IMG"
	unit "ProtectSystem=strict" "PrivateTmp=yes" "User=nobody"
	expect 0 svrun /etc/init.d/exa start
	same "in the image" "$(<"/proc/$(main)/root/etc/where")"
	expect 0 svrun /etc/init.d/exa stop
	chattr -i "$IMG" 2>/dev/null || umount "$IMG"
	wait_for no_loop
}

@test "what is no file system is refused, with its reason" {
	while read -r where what why; do
		truncate -s 0 "$IMG"
		truncate -s 1M "$IMG"
		printf "$what" | dd of="$IMG" bs=1 seek="$where" conv=notrunc status=none
		unit
		expect 1 svrun /etc/init.d/exa start
		has "$stderr" "$why"
		no_loop
	done <<-'END'
		0 LUKS\xba\xbe as its root image: it is encrypted
		512 EFI\x20PART as its root image: it has partitions, and must be a single file system
		0 nothing Invalid argument
	END
	truncate -s 100 "$IMG"
	expect 1 svrun /etc/init.d/exa start
	has "$stderr" "it is too small for one"
	rm "$IMG"
	expect 1 svrun /etc/init.d/exa start
	has "$stderr" "cannot open its root image $IMG: No such file or directory"
	touch "$IMG"
}
