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

@test "what is no service is not listed and not touched" {
	local dir=$ROOT/etc/xinetd.d
	printf 'service a\n{\n\tdisable = no\n}\n\0more' >"$dir/binary"
	printf 'service b\n' >"$dir/open"
	mkfifo "$dir/fifo"
	mkdir "$dir/dir"
	ln -s nowhere "$dir/link"
	truncate -s 100M "$dir/big"
	expect 0 chk --list --type xinetd
	same $'\nxinetd based services:\n\topen:          \ton' "$output"
	cp "$dir/binary" "$BATS_TEST_TMPDIR/before"
	for name in binary open fifo dir link big; do expect 1 chk --type xinetd $name off; done
	cmp "$dir/binary" "$BATS_TEST_TMPDIR/before"
	same 'service b' "$(cat "$dir/open")"
	expect 0 chk --type xinetd open on
}

@test "no such service" {
	expect 1 chk --type xinetd nothere on
	expect 1 chk --type xinetd ../passwd on
}
