# variants: dyn
# A change is all or nothing, whenever it is killed and wherever the disk is full.  tests/systems/links-crash.bats has more of them.
load ../harness/lib
load tree
load crash

@test "an addition that moves others, at each system call" {
	command -v strace >/dev/null || skip "no strace"
	debian_tree
	script web "Required-Start: log"
	script top "Required-Start: web"
	script log
	script idle
	for s in web top idle; do expect 0 update $s defaults; done
	cp -a "$ROOT" "$BATS_TEST_TMPDIR/before"
	IDLE=(update-rc.d --root "$ROOT" idle defaults)
	crash_every "$BATS_TEST_TMPDIR/before" update-rc.d --root "$ROOT" log defaults
	same "S01idle S01log S02web S03top" "$(links 2)"
}

@test "a journal that is not ours is left alone, and says so" {
	debian_tree
	script web
	echo rubbish >"$ROOT/etc/init.d/.initwright.journal"
	expect 1 update web defaults
	has "$stderr" "not a journal of ours: remove it by hand"
	[ ! -e "$ROOT/etc/rc2.d" ]
	[ "$(cat "$ROOT/etc/init.d/.initwright.journal")" = rubbish ]
}

@test "a journal cannot lead out of its directories" {
	debian_tree
	script web
	mkdir "$ROOT/etc/rc2.d"
	printf 'initwright journal 1\nmove 2 ../passwd S01web -\nend\n' >"$ROOT/etc/init.d/.initwright.journal"
	echo x >"$ROOT/etc/passwd"
	expect 1 update web defaults
	[ -e "$ROOT/etc/passwd" ]
}

@test "a read-only tree is one clear line, and no failure where there is nothing to do" {
	require_throwaway
	debian_tree
	script web
	script other
	expect 0 update web defaults
	mount --bind "$ROOT" "$ROOT"
	mount -o remount,ro,bind "$ROOT"
	status=0
	(expect 1 update other defaults; has "$stderr" "Read-only file system"; expect 0 update web defaults) || status=$?
	umount "$ROOT"
	[ "$status" = 0 ]
}
