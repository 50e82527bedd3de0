# bootchart: its call; what it draws is in tests/boot/chart.bats.
load ../harness/lib

@test "nothing recorded" {
	expect 1 bootchart --root "$BATS_TEST_TMPDIR"
	same "bootchart: unable to draw what ran when: rc(8) has recorded nothing since the machine was started" "$stderr"
}

@test "calls that make no sense" {
	expect 2 bootchart --root "$BATS_TEST_TMPDIR" --svg blame
	expect 2 bootchart --svg --text
	expect 2 bootchart praise
	expect 2 bootchart blame blame
	expect 2 bootchart --frob
}

@test "a full disk" {
	mkdir -p "$BATS_TEST_TMPDIR/run/initwright"
	printf 'run 2 N 5\n' >"$BATS_TEST_TMPDIR/run/initwright/.boot"
	expect 1 sh -c "bootchart --root '$BATS_TEST_TMPDIR' >/dev/full"
}
