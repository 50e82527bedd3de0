# variants: dyn
# The scripts for the target debian, of real daemons' units as Debian ships them, on a system with nothing of ours.
load target
TARGET=debian

setup_file() { install_daemons; }

@test "linters and five shells have nothing to say" {
	unit_of_all "$BATS_TEST_TMPDIR/x.service"
	initgen -q -t "$TARGET" -o "$BATS_TEST_TMPDIR/x" "$BATS_TEST_TMPDIR/x.service"
	tidy "$BATS_TEST_TMPDIR/x"
	printf '[Service]\nExecStart=/bin/x\n' >"$BATS_TEST_TMPDIR/y.service"
	initgen -q -t "$TARGET" -o "$BATS_TEST_TMPDIR/y" "$BATS_TEST_TMPDIR/y.service"
	tidy "$BATS_TEST_TMPDIR/y"
}

@test "cron" {
	need_daemons
	make_script cron cron
	goes_all_the_way /usr/sbin/cron
}

@test "memcached, a wrapper that becomes the daemon, as its user" {
	need_daemons
	make_script memcached memcached
	goes_all_the_way /usr/bin/memcached
	init 0 start
	main_pid
	same "$(id -u memcache)" "$(stat -c %u "/proc/$PID")"
	init 0 stop
}

@test "nginx, forking" {
	need_daemons
	make_script nginx nginx
	goes_all_the_way /usr/sbin/nginx reload
}

@test "redis-server, with user, umask, limits and directories" {
	need_daemons
	make_script redis-server redis-server
	goes_all_the_way /usr/bin/redis-check-rdb
	init 0 start
	main_pid
	u=$(id -u redis) g=$(id -g redis)
	same " $u $u $u $u; $g $g $g $g; $g;" "$(ids "$PID")"
	same "$u:$g 2755" "$(stat -c '%u:%g %a' /run/redis)"
	same 0007 "$(snap_get "$PID" umask)"
	same 0000000000003001 "$(snap_get "$PID" ignored)"
	init 0 stop
	[ ! -e /run/redis ]
}

@test "dnsmasq, forking with helpers before and after" {
	need_daemons
	make_script dnsmasq dnsmasq
	goes_all_the_way /usr/sbin/dnsmasq reload
}

@test "lintian has nothing to say" {
	command -v lintian >/dev/null || skip "lintian is not installed"
	require_throwaway
	local d=$BATS_TEST_TMPDIR/pkg
	mkdir -p "$d/DEBIAN" "$d/etc/init.d" "$d/usr/sbin" "$d/usr/share/doc/food"
	initgen -q -t debian -n food -o "$d/etc/init.d/food" --exec '/usr/sbin/food -f' --user daemon --description 'server of food'
	printf '/etc/init.d/food\n' >"$d/DEBIAN/conffiles"
	printf 'Package: food\nVersion: 1-1\nArchitecture: all\nSection: admin\nPriority: optional\nMaintainer: A B <a@debian.org>\nDescription: server of food\n It serves food.\n' >"$d/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$d" "$BATS_TEST_TMPDIR/food_1-1_all.deb" >/dev/null
	lintian --allow-root --pedantic "$BATS_TEST_TMPDIR/food_1-1_all.deb" >"$BATS_TEST_TMPDIR/said" 2>&1 || :
	! grep -E 'init\.d|init-d|initd' "$BATS_TEST_TMPDIR/said"
	grep -q 'food: ' "$BATS_TEST_TMPDIR/said"
}

@test "nothing is done when the program is gone, as policy has it" {
	require_throwaway
	make_script gone --exec /usr/sbin/gone
	init 0 start
	same "" "$output$stderr"
}
