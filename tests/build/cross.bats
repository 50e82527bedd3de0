# variants: dyn
# Static builds for other machines, each run by an emulator: they say and write what ours for this machine does.  Needs Debian's cross
# compilers, qemu-user-static and what `make musl-devs` fetches; an architecture that has not all of it is skipped.
load ../harness/lib

# copy DIR: the tree as it is, without what was built
copy() {
	mkdir -p "$1"
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C "$1" -xf -
	unset MAKEFLAGS MAKELEVEL
}

quietly() { "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || { tail -n 20 "$BATS_TEST_TMPDIR/log" >&2; return 1; }; }

setup() {
	require_throwaway
	cd "$BATS_TEST_TMPDIR"
}

@test "a static program of three commands has these and no others" {
	command -v musl-gcc >/dev/null || skip "no musl-gcc"
	copy a
	quietly make -C a -j 2 APPLETS="start-stop-daemon service pidcheck" static
	same "$(printf '%s\n' pidcheck service {,busybox-,dpkg-,openrc-}start-stop-daemon | sort)" "$(a/build/static/bin/initwright --list | sort)"
}

@test "the names that the build links are those that the program knows" {
	same "$("$BIN/initwright" --list | sort)" "$(find "$BIN" -type l -printf '%f\n' | sort)"
}

# run a command of THEIRS
they() { "qemu-$EMULATOR-static" "$THEIRS" "$@"; }

# a tree for update-rc.d: three scripts, no links
tree() { # ROOT
	local name
	mkdir -p "$1"/etc/{init.d,rc{0,1,2,3,4,5,6,S}.d}
	for name in disk log web; do
		printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: %s\n# Required-Start: %s\n# Required-Stop:\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\n' \
			$name "$([ $name = disk ] || echo disk)" >"$1/etc/init.d/$name"
		chmod 755 "$1/etc/init.d/$name"
	done
}

cross() { # ARCH COMPILER EMULATOR MUSL
	local target link
	command -v "$2-gcc" >/dev/null || skip "no $2-gcc"
	command -v "qemu-$3-static" >/dev/null || skip "no qemu-$3-static"
	[ -e "/usr/lib/$4/libc.a" ] || [ -e "$TOP/build/musl/usr/lib/$4/libc.a" ] || skip "no musl for $1: make musl-devs"
	copy a
	quietly make -C a -j 2 MUSL_ROOT="$TOP/build/musl" ARCH="$1" static
	THEIRS=$PWD/a/build/static-$1/bin/initwright EMULATOR=$3
	same "$("$BIN/initwright" --list)" "$(they --list)"
	for link in $("$BIN/initwright" --list); do [ -L "a/build/static-$1/bin/$link" ]; done
	[ ! -e a/build/static/bin ]

	# generators
	for target in portable debian rhel suse busybox; do
		initgen --target $target "$TOP/init.d/exampled.service" >ours
		they initgen --target $target "$TOP/init.d/exampled.service" >theirs
		cmp ours theirs
	done
	# links
	tree ours.d
	tree theirs.d
	for link in disk log web; do
		expect 0 update-rc.d --root "$PWD/ours.d" $link defaults
		expect 0 they update-rc.d --root "$PWD/theirs.d" $link defaults
	done
	diff -r ours.d theirs.d
	same "$(cd ours.d; find . -type l | sort)" "$(cd theirs.d; find . -type l | sort)"
	[ -L theirs.d/etc/rc2.d/S01disk ]
	# a daemon, which writes its pidfile: what the emulator says of the time at which its own process began is not the kernel's
	expect 0 they start-stop-daemon --start --background --pidfile "$PWD/pid" --startas /bin/sh -- -c 'echo $$ >'"$PWD/pid; exec sleep 1000"
	wait_for test -s pid
	alive "$(<pid)"
	expect 0 they start-stop-daemon --status --pidfile "$PWD/pid"
	expect 1 they start-stop-daemon --start --background --pidfile "$PWD/pid" --startas /bin/sleep -- 1000
	target=$(<pid)
	expect 0 they start-stop-daemon --stop --retry 10 --remove-pidfile --pidfile "$PWD/pid"
	gone "$target"
	expect 3 they start-stop-daemon --status --pidfile "$PWD/pid"
}

@test "i386" { cross i386 i686-linux-gnu i386 i386-linux-musl; }
@test "armhf" { cross armhf arm-linux-gnueabihf arm arm-linux-musleabihf; }
@test "armel" { cross armel arm-linux-gnueabi arm arm-linux-musleabi; }
@test "arm64" { cross arm64 aarch64-linux-gnu aarch64 aarch64-linux-musl; }
@test "mipsel" { cross mipsel mipsel-linux-gnu mipsel mipsel-linux-musl; }
