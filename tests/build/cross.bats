# variants: dyn
# Static builds for other machines, each run by an emulator: they say and write what ours for this machine does.  Needs Debian's cross
# compilers, qemu-user-static and what `make musl-devs` fetches; an architecture that has not all of it is skipped.
load ../harness/lib
load emulated

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

teardown() {
	in_throwaway || return 0
	pkill -x sleep || :
	rm -rf /etc/init.d/em? /etc/rc2.d/S0?em? /run/initwright
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

cross() { # ARCH COMPILER EMULATOR MUSL
	local target link
	command -v "$2-gcc" >/dev/null || skip "no $2-gcc"
	command -v "qemu-$3-static" >/dev/null || skip "no qemu-$3-static"
	[ -e "/usr/lib/$4/libc.a" ] || [ -e "$TOP/build/musl/usr/lib/$4/libc.a" ] || skip "no musl for $1: make musl-devs"
	copy a
	quietly make -C a -j 2 MUSL_ROOT="$TOP/build/musl" ARCH="$1" static
	for link in $("$BIN/initwright" --list); do [ -L "a/build/static-$1/bin/$link" ]; done
	[ ! -e a/build/static/bin ]
	emulated "$3" "$PWD/a/build/static-$1/bin/initwright"
}

# what is wrong with this one is the emulator's doing, not that of another processor
@test "x86_64" {
	command -v qemu-x86_64-static >/dev/null || skip "no qemu-x86_64-static"
	[ -x "$TOP/build/static/bin/initwright" ] || skip "no static build"
	emulated x86_64 "$TOP/build/static/bin/initwright"
}
@test "i386" { cross i386 i686-linux-gnu i386 i386-linux-musl; }
@test "armhf" { cross armhf arm-linux-gnueabihf arm arm-linux-musleabihf; }
@test "armel" { cross armel arm-linux-gnueabi arm arm-linux-musleabi; }
@test "arm64" { cross arm64 aarch64-linux-gnu aarch64 aarch64-linux-musl; }
@test "mipsel" { cross mipsel mipsel-linux-gnu mipsel mipsel-linux-musl; }
