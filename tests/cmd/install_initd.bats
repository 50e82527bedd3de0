# The codes that the LSB demands.
load ../harness/lib
load ../boot/tree

setup() { debian_tree; }
ins() { install_initd --root "$ROOT" "$@"; }
rem() { remove_initd --root "$ROOT" "$@"; }

@test "installed, was installed; removed, was not installed" {
	script web
	expect 0 ins /etc/init.d/web
	same "S01web" "$(links 2)"
	expect 0 ins web
	expect 0 rem /etc/init.d/web
	same "*" "$(links 2)"
	expect 0 rem web
	expect 0 rem nothere
}

@test "what is required must be there" {
	script log
	script web "Required-Start: log"
	expect 1 ins web
	same "install_initd: unable to install web: it requires log, which is not installed" "$stderr"
	[ ! -e "$ROOT/etc/rc2.d" ]
	expect 0 ins log
	expect 0 ins web
	expect 1 rem log
	same "remove_initd: unable to remove log: web requires it" "$stderr"
	same "S01log S02web" "$(links 2)"
	expect 0 rem web
	expect 0 rem log
}

@test "what cannot be installed" {
	expect 1 ins nothere
	printf '#!/bin/sh\n' >"$ROOT/etc/init.d/bare"
	expect 1 ins bare
	expect 1 ins
	expect 1 ins a b
	script la "Required-Start: lb"
	script lb "Required-Start: la"
	expect 1 ins la
	[ ! -e "$ROOT/etc/rc2.d" ]
}

@test "a RHEL tree" {
	rm -rf "$ROOT"
	rhel_tree
	script web
	expect 0 ins /etc/rc.d/init.d/web
	same "S50web K50web" "$(links 3) $(links 0)"
}
