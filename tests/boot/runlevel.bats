# Where the current runlevel is read from.
# variants: dyn asan
load ../harness/lib
load tree

setup() {
	rhel_tree
	script web "Default-Start: 3"
	expect 0 chk --add web
	mkdir -p "$ROOT/run" "$ROOT/var/run" "$ROOT/proc"
}
record() { printf '\1\0\0\0%s' "$1N"; head -c $(($2 - 6)) /dev/zero; }

@test "the last record of utmp counts" {
	{ record 5 384; record 3 384; } >"$ROOT/run/utmp"
	expect 0 chk web
	{ record 3 400; record 5 400; } >"$ROOT/run/utmp"
	expect 1 chk web
}

@test "/var/run/utmp" {
	record 3 384 >"$ROOT/var/run/utmp"
	expect 0 chk web
}

@test "the kernel's command line" {
	echo "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro 3" >"$ROOT/proc/cmdline"
	expect 0 chk web
	echo "ro single" >"$ROOT/proc/cmdline"
	expect 1 chk web
	same "" "$stderr"
	echo "ro -- 3" >"$ROOT/proc/cmdline"
	expect 1 chk web
	has "$stderr" "cannot determine current run level"
}
