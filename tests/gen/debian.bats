# variants: dyn
# The scripts for the target debian, of real daemons' units as Debian ships them, on a system with nothing of ours.
load target
TARGET=debian

setup_file() { install_daemons; }

@test "linters and five shells have nothing to say" { is_tidy; }
@test "cron" { daemon cron /usr/sbin/cron; }
@test "memcached, a wrapper that becomes the daemon" { daemon memcached /usr/bin/memcached; }
@test "nginx, forking" { daemon nginx /usr/sbin/nginx reload; }
@test "dnsmasq, forking with helpers before and after" { daemon dnsmasq /usr/sbin/dnsmasq reload; }
@test "redis-server, with user, umask, limits and directories" {
	daemon redis-server /usr/bin/redis-check-rdb
	redis_is_as_its_unit_says
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
