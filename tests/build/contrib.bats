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

# variables FILE: what its make commands set
variables() { grep -oE "[A-Z_]+=" "$1" | sort -u | tr -d =; }

@test "what the recipes set is a variable of the Makefile, or of make" {
	for file in "$BR/initwright.mk" "$BB"/*.bb; do
		for name in $(variables "$file"); do
			case $name in
			CFLAGS | LDFLAGS | DESTDIR) ;;
			*) grep -qE "^$name =" "$TOP/Makefile" || { echo "$file: $name" >&2; return 1; } ;;
			esac
		done
	done
	for target in all static install install-libs; do grep -qE "^$target:" "$TOP/Makefile"; done
	grep -qE '^PLACES_busybox =' "$TOP/Makefile"
}

@test "what bitbake runs installs what the recipe packages, and nothing else" {
	make -s -C src all install 'CC=gcc' 'CFLAGS=-O2' 'LDFLAGS=' PREFIX=/usr MANDIR=/usr/share/man WARN=-Wall 'APPLETS=start-stop-daemon svrun' \
		DESTDIR="$PWD/image" >log 2>&1 3>&- || { tail -n 20 log >&2; return 1; }
	# FILES:${PN}, and what goes into ${PN}-doc by itself
	same "" "$(find image ! -type d | grep -v -e '^image/usr/lib/initwright/' -e '^image/usr/share/man/')"
	sed -n 's,^ALTERNATIVE_TARGET.*"${prefix}/\(.*\)",\1,p' "$BB"/*.bb >targets
	same 2 "$(wc -l <targets)"
	while read -r target; do [ -e "image/usr/$target" ]; done <targets
}

@test "the sources are found where the recipes say" {
	same "$TOP" "$(realpath "$TOP/contrib/buildroot/../..")"
	same "initwright-$(sed -n 's/^VERSION = //p' "$TOP/Makefile")" "$(basename "$BB"/*.bb .bb | tr _ -)"
	grep -q '^DIST = initwright-\$(VERSION)$' "$TOP/Makefile"
	same "$TOP" "$(realpath "$BB/../../../..")"
	grep -qF '${THISDIR}/../../../../build:' "$BB"/*.bb
	for file in external.desc external.mk Config.in package/initwright/Config.in; do [ -e "$TOP/contrib/buildroot/$file" ]; done
	same "name: INITWRIGHT" "$(sed -n 1p "$TOP/contrib/buildroot/external.desc")"
	# nothing is left to be filled in
	! grep -rnE 'example\.(org|com|net)' "$TOP/contrib"
	command -v python3 >/dev/null || skip "no python3"
	sed -n 's/.*${@\(.*\)}"$/\1/p' "$BB"/*.bb | python3 -c 'import ast, sys; ast.parse(sys.stdin.read().strip(), mode="eval")'
}
