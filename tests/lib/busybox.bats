# variants: dyn
# rcS and rcK, which busybox's inittab names, in every shell.
load ../harness/lib
load table

setup() {
	require_throwaway
	rm -f /etc/init.d/S??*
	cd "$BATS_TEST_TMPDIR"
	for name in S02b S01a S10c; do
		printf '#!/bin/sh\necho "%s $*"\nexit 3\n' "$name" >"/etc/init.d/$name"
	done
	printf 'echo "read $*"; own=1; exit 4\n' >/etc/init.d/S05x.sh
	chmod +x /etc/init.d/S??*
	mkdir /etc/init.d/S03dir
	ln -s /nowhere /etc/init.d/S04gone
}
teardown() {
	in_throwaway || return 0
	rm -rf /etc/init.d/S??*
}

@test "rcS starts in order" {
	for shell in "${SHELLS[@]}"; do
		# shellcheck disable=SC2086
		expect 3 $shell "$TOP/lib/busybox/rcS"
		same "S01a start
S02b start
read start
S10c start" "$output"
	done
}

@test "rcK stops in the other order" {
	for shell in "${SHELLS[@]}"; do
		# shellcheck disable=SC2086
		expect 3 $shell "$TOP/lib/busybox/rcK"
		same "S10c stop
read stop
S02b stop
S01a stop" "$output"
	done
}

@test "nothing there is nothing to do" {
	rm -rf /etc/init.d/S??*
	expect 0 sh "$TOP/lib/busybox/rcS"
	expect 0 sh "$TOP/lib/busybox/rcK"
	same "" "$output$stderr"
}
