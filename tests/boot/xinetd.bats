# Switching xinetd services; tests/cmd/chkconfig.bats has the lists.
# variants: dyn asan
load ../harness/lib
load tree

setup() {
	rhel_tree
	mkdir "$ROOT/etc/xinetd.d"
}

@test "the mode stays, all other lines too" {
	printf '# disable = yes\nservice a\n{\n  disable   =  yes  \n  x = y\n}\nservice b\n{\n\tdisable=yes\n}' >"$ROOT/etc/xinetd.d/a"
	chmod 640 "$ROOT/etc/xinetd.d/a"
	expect 0 chk a on
	same $'# disable = yes\nservice a\n{\n  disable   =  no  \n  x = y\n}\nservice b\n{\n\tdisable=no\n}' "$(cat "$ROOT/etc/xinetd.d/a")"
	same 640 "$(stat -c %a "$ROOT/etc/xinetd.d/a")"
	same a "$(ls -A "$ROOT/etc/xinetd.d")"
}

@test "a planted link is not followed" {
	echo 'service x' >"$BATS_TEST_TMPDIR/outside"
	ln -s "$BATS_TEST_TMPDIR/outside" "$ROOT/etc/xinetd.d/x"
	expect 1 chk --type xinetd x on
	same 'service x' "$(cat "$BATS_TEST_TMPDIR/outside")"
}

@test "no such service" {
	expect 1 chk --type xinetd nothere on
	expect 1 chk --type xinetd ../passwd on
}
