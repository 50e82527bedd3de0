# variants: dyn
# Where make puts the function libraries.
load ../harness/lib

@test "install-libs: links of the family, and libraries that know where the commands are" {
	cd "$TOP"
	expect 0 make -s install-libs DESTDIR="$BATS_TEST_TMPDIR" LIBEXEC=/opt/initwright FAMILY="debian redhat"
	cd "$BATS_TEST_TMPDIR"
	same /opt/initwright/lib/lsb/init-functions "$(readlink lib/lsb/init-functions)"
	same /opt/initwright/lib/init/init-d-script "$(readlink lib/init/init-d-script)"
	same /opt/initwright/lib/rhel/functions "$(readlink etc/rc.d/init.d/functions)"
	[ ! -e etc/rc.status ]
	[ -x opt/initwright/lib/init/init-d-script ] && [ -x opt/initwright/start-stop-daemon ]
	[ "$(grep -rl /usr/lib/initwright opt/initwright/lib | wc -l)" = 0 ]
	grep -q '^_lsb_bin=/opt/initwright$' opt/initwright/lib/lsb/init-functions
}

@test "the interpreter of scripts works as one" {
	require_throwaway
	make -s -C "$TOP" install-libs LIBEXEC=/usr/lib/initwright >/dev/null
	printf '#!/usr/bin/env /lib/init/init-d-script\nDAEMON=/bin/sh\nNAME=x\nPIDFILE=/nowhere/p\n' >"$BATS_TEST_TMPDIR/x"
	chmod +x "$BATS_TEST_TMPDIR/x"
	expect 3 "$BATS_TEST_TMPDIR/x" status
	same "x is not running ... failed!" "$output"
	sed -i '1s/.*/#!\/lib\/init\/init-d-script/' "$BATS_TEST_TMPDIR/x"
	expect 3 "$BATS_TEST_TMPDIR/x" bogus
	has "$stderr" "Usage: "
}
