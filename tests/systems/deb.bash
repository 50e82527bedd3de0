# What the tests of the Debian packages share: they are built once a file, and installed in a copy of this system.

# copy DIR: the tree as it is, without what was built
copy() {
	mkdir -p "$1"
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C "$1" -xf -
	unset MAKEFLAGS MAKELEVEL
}

build_in() { # DIR
	copy "$1/src"
	(cd "$1/src" && SOURCE_DATE_EPOCH=1700000000 DEB_BUILD_OPTIONS="parallel=$(nproc) nocheck" dpkg-buildpackage -us -uc) >"$1/log" 2>&1 3>&- ||
		{ tail -n 20 "$1/log" >&2; return 1; }
}

# version NUMBER PACKAGE: the package as another version, in $NEXT; its program is another file
version() {
	local dir
	dir=$(mktemp -d)
	dpkg-deb -R "$DEBS/$2"_0*.deb "$dir"
	sed -i "s/^Version: .*/Version: $1/; s/^Depends: .*libc6.*/Depends: libc6/; s/^Provides: .*/Provides: initwright (= $1)/" "$dir/DEBIAN/control"
	dpkg-deb -b --root-owner-group "$dir" "$NEXT/$2.deb" >/dev/null
	rm -rf "$dir"
}

get() {
	apt-get -qq -y -o APT::Sandbox::User=root -o Dpkg::Options::=--force-unsafe-io --allow-downgrades "$@" >"$BATS_RUN_TMPDIR/apt" 2>&1 3>&- ||
		{ cat "$BATS_RUN_TMPDIR/apt" >&2; return 1; }
}

setup_file() {
	in_throwaway || return 0
	export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
	command -v dpkg-buildpackage >/dev/null && command -v dh >/dev/null || return 0
	DEBS=$BATS_FILE_TMPDIR/one NEXT=$BATS_FILE_TMPDIR/next
	mkdir -p "$DEBS" "$NEXT"
	build_in "$DEBS"
	# compat is for systems that have no other init
	dpkg --configure -a >/dev/null 2>&1 3>&- || :
	get purge systemd-sysv openrc
	# the files of this machine may have other links, which a copy has not
	for name in $(names); do [ ! -f "$name" ] || { cp -a "$name" "$name.copy" && mv "$name.copy" "$name"; }; done
	for p in initwright initwright-static initwright-compat; do version 9.0 $p; done
	export DEBS NEXT
}

setup() {
	require_throwaway
	[ -n "${DEBS:-}" ] || skip "no debhelper"
	cd "$BATS_TEST_TMPDIR"
	dpkg --purge initwright-compat initwright initwright-static >/dev/null 2>&1 || :
	rm -rf /run/initwright
	SCRIPT=/etc/init.d/sleeper
}

teardown() {
	in_throwaway || return 0
	pkill -KILL svkeeper || :
	pkill -KILL sleep || :
	rm -f "$SCRIPT"
}

pkg() { dpkg --force-unsafe-io "$@" 3>&- >"$BATS_TEST_TMPDIR/dpkg" 2>&1 || { cat "$BATS_TEST_TMPDIR/dpkg" >&2; return 1; }; }
one() { pkg -i $(for p; do echo "$DEBS/${p}"_0*.deb; done); }

sleeper() {
	printf '%s\n' '[Service]' 'ExecStart=/bin/sleep 1000' '[Install]' 'WantedBy=multi-user.target' >"$BATS_TEST_TMPDIR/sleeper.service"
	expect 0 initgen --output "$SCRIPT" "$BATS_TEST_TMPDIR/sleeper.service"
	expect 0 "$SCRIPT" start
	MAIN=$("$SCRIPT" status | sed -n 's/.*pid \([0-9]*\).*/\1/p')
	alive "$MAIN"
}

# it runs as before, and the program that is there now knows it
still_up() {
	expect 0 "$SCRIPT" status
	has "$output" "pid $MAIN"
}

# everything that a package may change, down to the time of each file; not what dpkg notes for itself
tree() {
	find -H /etc /usr /var /bin /sbin /lib -xdev \( -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/log -o -path /var/cache -o -path /etc/ld.so.cache \) -prune \
		-o ! -type d -printf '%p %y %m %u %g %s %T@ %l\n' -o -printf '%p %m %u %g\n' | sort -u
	cat /var/lib/dpkg/diversions
	dpkg -l | grep -v initwright
	find -H /etc /sbin /lib/lsb /lib/init /usr/sbin /usr/share/man/man8 -xdev -type f ! -path /etc/ld.so.cache -exec sha256sum {} + | sort -k 2
	getfattr -Rhd -m - /etc /usr/sbin /lib/lsb /lib/init 2>/dev/null || :
}
unchanged() { tree >after && cmp before after || { diff before after; false; } >&2; }
names() { sed -n 's/^\(\/[^ ]*\) .*/\1/p' "$TOP/debian/names"; }
