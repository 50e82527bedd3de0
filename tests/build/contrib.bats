# variants: dyn
# The recipes of contrib/: buildroot and bitbake are not there, but make can read the one, and run what both would run.
load ../harness/lib

BR=$TOP/contrib/buildroot/package/initwright
BB=$TOP/contrib/yocto/recipes-core/initwright

setup() {
	require_throwaway
	cd "$BATS_TEST_TMPDIR"
	unset MAKEFLAGS MAKELEVEL
	mkdir src
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C src -xf -
}

# what buildroot gives to a package, as far as ours uses it: the compiler, the folders, a package that runs its commands
buildroot() { # SETTING...
	cat >br.mk <<-'MK'
		.RECIPEPREFIX = >
		qstrip = $(strip $(subst ",,$(1)))
		TARGET_CC = $(CROSS)gcc
		TARGET_CFLAGS = -O2
		TARGET_LDFLAGS =
		TARGET_DIR = $(CURDIR)/target
		generic-package =
		include $(BR)/initwright.mk
		run:
		> $(INITWRIGHT_BUILD_CMDS)
		> $(INITWRIGHT_INSTALL_TARGET_CMDS)
	MK
	sed 's/\$(@D)/$(CURDIR)\/src/g' "$BR/initwright.mk" >initwright.mk
	make -f br.mk BR="$PWD" "$@" run >log 2>&1 3>&- || { tail -n 20 log >&2; return 1; }
}

@test "buildroot's commands build and install for this machine" {
	buildroot CROSS= BR2_PACKAGE_INITWRIGHT_APPLETS='"svrun service"' BR2_PACKAGE_INITWRIGHT_RC=y
	same "service svrun" "$(target/usr/lib/initwright/initwright --list | sort | paste -sd ' ' -)"
	same /usr/lib/initwright/lib/busybox/rcS "$(readlink target/etc/init.d/rcS)"
}

@test "buildroot's commands build and install for another machine" {
	command -v arm-linux-gnueabihf-gcc >/dev/null || skip "no arm-linux-gnueabihf-gcc"
	buildroot CROSS=arm-linux-gnueabihf-
	readelf -h target/usr/lib/initwright/initwright | grep -q 'Machine: *ARM'
	same initwright "$(readlink target/usr/lib/initwright/start-stop-daemon)"
	[ ! -e target/etc ]
}

# what buildroot's check-package asks
@test "the form of buildroot's files" {
	! grep -nE '[[:blank:]]$' "$BR"/*
	same "$(printf '%080d' 0 | tr 0 '#')" "$(sed -n 1p "$BR/initwright.mk")"
	same "# initwright" "$(sed -n 3p "$BR/initwright.mk")"
	# help is indented by a tab and two blanks, and has 72 columns behind the tab
	! awk '/^\thelp$/ { help = 1; next } /^[^\t]/ { help = 0 } help && NF && (!/^\t  [^ ]/ || length($0) > 73)' "$BR/Config.in" | grep .
	same "$(sha256sum "$TOP/LICENSE" | cut -d ' ' -f 1)" "$(sed -n 's/^sha256  \(.*\)  LICENSE$/\1/p' "$BR/initwright.hash")"
	for symbol in $(grep -oE 'BR2_PACKAGE_INITWRIGHT[A-Z_]*' "$BR/initwright.mk" | sort -u); do
		grep -q "^config $symbol$" "$BR/Config.in"
	done
	same "$(sed -n 's/^VERSION = //p' "$TOP/Makefile")" "$(sed -n 's/^INITWRIGHT_VERSION = //p' "$BR/initwright.mk")"
}

@test "the recipe's facts" {
	grep -qF "md5=$(md5sum <"$TOP/LICENSE" | cut -d ' ' -f 1)\"" "$BB"/*.bb
	[ -e "$BB/initwright_$(sed -n 's/^VERSION = //p' "$TOP/Makefile").bb" ]
	for path in lib/oe/functions; do
		grep -qF "lib/initwright/$path" "$BB"/*.bb
		[ -e "$TOP/$path" ]
	done
	# each assignment is closed
	! awk '{ n += gsub(/"/, "&") } !/\\$/ { if (n % 2) print FILENAME ": " $0; n = 0 }' "$BB"/*.bb | grep .
}
