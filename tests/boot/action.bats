# Finding and running scripts; tests/cmd/service.bats has the rest.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }
native() {
	printf '#!/usr/lib/initwright/svrun\n### BEGIN INIT INFO\n# Provides: nat\n### END INIT INFO\n[Service]\nExecStart=/bin/true\n' >"$ROOT/etc/init.d/$1"
	chmod 755 "$ROOT/etc/init.d/$1"
}

@test "a name never leads out of the directory, a link in it never out of the root" {
	native nat
	expect 1 service --root "$ROOT" ../init.d/nat status
	has "$stderr" "unrecognized service"
	native out
	mv "$ROOT/etc/init.d/out" "$BATS_TEST_TMPDIR/out"
	ln -s "$BATS_TEST_TMPDIR/out" "$ROOT/etc/init.d/out"
	expect 1 service --root "$ROOT" out status
	expect 3 service --root "$ROOT" nat status
}

@test "only a first line that names svrun itself makes a script native" {
	native nat
	sed -i '1s/svrun/mysvrun/' "$ROOT/etc/init.d/nat"
	expect 1 service --root "$ROOT" nat status
	has "$stderr" "not a native script"
	sed -i '1s/.*/svrun/' "$ROOT/etc/init.d/nat"
	expect 1 service --root "$ROOT" nat status
}
