# variants: dyn
# Links are never lost: kill -9 and a full disk at every system call, in both schemes, for what packages and administrators do.
load ../harness/lib
load ../boot/tree
load ../boot/crash

setup() { command -v strace >/dev/null || skip "no strace"; }

fill() { # ADDER...: a small net of services, all added
	script log "Required-Start: disk" "Required-Stop: disk"
	script disk
	script web "Required-Start: log net" "Required-Stop: log net"
	script net "X-Start-Before: web"
	script idle
	for s in disk log net web idle; do "$@" $s; done
	cp -a "$ROOT" "$BATS_TEST_TMPDIR/before"
}
debian_add() { expect 0 update "$1" defaults; }
rhel_add() { expect 0 chk --add "$1"; }
in_debian() { debian_tree; fill debian_add; IDLE=(update-rc.d --root "$ROOT" idle defaults); }
in_rhel() { rhel_tree; fill rhel_add; IDLE=(chkconfig --root "$ROOT" --add idle); }

@test "Debian: add, with others to be moved" {
	in_debian
	script first "X-Start-Before: disk" "X-Stop-After: disk"
	rm -rf "$BATS_TEST_TMPDIR/before"; cp -a "$ROOT" "$BATS_TEST_TMPDIR/before"
	crash_every "$BATS_TEST_TMPDIR/before" update-rc.d --root "$ROOT" first defaults
}

@test "Debian: remove" {
	in_debian
	crash_every "$BATS_TEST_TMPDIR/before" update-rc.d --root "$ROOT" log remove
}

@test "Debian: disable" {
	in_debian
	crash_every "$BATS_TEST_TMPDIR/before" update-rc.d --root "$ROOT" log disable
}

@test "RHEL: add, with others to be moved" {
	in_rhel
	script first "X-Start-Before: disk" "X-Stop-After: disk"
	rm -rf "$BATS_TEST_TMPDIR/before"; cp -a "$ROOT" "$BATS_TEST_TMPDIR/before"
	crash_every "$BATS_TEST_TMPDIR/before" chkconfig --root "$ROOT" --add first
}

@test "RHEL: remove" {
	in_rhel
	crash_every "$BATS_TEST_TMPDIR/before" chkconfig --root "$ROOT" --del log
}

@test "RHEL: off" {
	in_rhel
	crash_every "$BATS_TEST_TMPDIR/before" chkconfig --root "$ROOT" log off
}
