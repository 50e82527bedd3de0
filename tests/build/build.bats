# variants: dyn
# The build itself: the same bytes wherever it runs, in parallel, with another compiler, installed, in part, as an archive.
load ../harness/lib

JOBS=$(nproc)

# copy DIR: the tree as it is, without what was built
copy() {
	mkdir -p "$1"
	tar -C "$TOP" --exclude=./build --exclude=./.git -cf - . | tar -C "$1" -xf -
}

quietly() { "$@" >"$BATS_TEST_TMPDIR/log" 2>&1 || { tail -n 20 "$BATS_TEST_TMPDIR/log" >&2; return 1; }; }

setup() {
	require_throwaway
	cd "$BATS_TEST_TMPDIR"
	unset MAKEFLAGS MAKELEVEL
}

@test "two builds in different places are the same, byte for byte" {
	copy a
	copy another/and/longer/place
	quietly make -C a -j "$JOBS" all static
	quietly env TZ=Asia/Tokyo LC_ALL=C make -C another/and/longer/place -j "$JOBS" static all
	cmp a/build/bin/initwright another/and/longer/place/build/bin/initwright
	cmp a/build/bin/exampled another/and/longer/place/build/bin/exampled
	cmp a/build/static/bin/initwright another/and/longer/place/build/static/bin/initwright
	! grep -qF "$BATS_TEST_TMPDIR" a/build/bin/initwright
	! grep -qF "$BATS_TEST_TMPDIR" a/build/static/bin/initwright
}

@test "make -j clean all works, over a finished build and over a stale one" {
	copy a
	quietly make -C a -j "$JOBS" clean all
	quietly make -C a -j "$JOBS" clean all
	expect 0 a/build/bin/initwright --list
	touch a/src/applets.c
	ln -s initwright a/build/bin/gone-command
	quietly make -C a -j "$JOBS" all
	[ ! -L a/build/bin/gone-command ]
	for name in $(a/build/bin/initwright --list); do [ -x "a/build/bin/$name" ]; done
	expect 0 make -s -C a all
	same "" "$output"
}

@test "clang has nothing to say" {
	command -v clang >/dev/null || skip "no clang"
	copy a
	quietly make -C a -j "$JOBS" CC=clang all
	expect 0 a/build/bin/initwright --list
}

@test "a single command can be built alone" {
	copy a
	quietly make -C a -j "$JOBS" APPLETS=svrun all
	same svrun "$(a/build/bin/initwright --list)"
	# and the rest comes back when asked for
	quietly make -C a -j "$JOBS" all
	same "$("$TOP/build/bin/initwright" --list)" "$(a/build/bin/initwright --list)"
}

@test "a static launcher alone fits in 96 KiB" {
	[ "$(uname -m)" = x86_64 ] || skip "the figure is for x86_64"
	copy a
	quietly make -C a -j "$JOBS" APPLETS=start-stop-daemon static
	[ "$(wc -c <a/build/static/bin/initwright)" -le 98304 ]
	expect 0 a/build/static/bin/start-stop-daemon --version
}

@test "the static kit of a small machine fits in 400 KiB, and the whole one does not grow unseen" {
	[ "$(uname -m)" = x86_64 ] || skip "the figures are for x86_64"
	copy a
	quietly make -C a -j "$JOBS" APPLETS='$(EMBEDDED)' static
	[ "$(wc -c <a/build/static/bin/initwright)" -le 409600 ]
	for name in $(a/build/static/bin/initwright --list); do expect 0 "a/build/static/bin/$name" --version; done
	[ -x a/build/static/bin/svrun ] && [ ! -e a/build/static/bin/initgen ]
	quietly make -C a -j "$JOBS" static
	[ "$(wc -c <a/build/static/bin/initwright)" -le 572000 ]
}

@test "what is deflated in a static program is what no other command needs" {
	copy a
	cd a
	printf 'include Makefile\nthese:\n\t@echo $($(WHAT))\n' >print
	show() { make -s -f print these WHAT="$1"; }
	hot=" $(show ALL_APPLETS) "
	for name in $(show COLD); do hot=${hot/ $name / }; done
	kept=" $(show LIB_SRC) "
	for part in $(show COLD_PARTS); do kept=${kept/ src\/$part.c / }; done
	# these commands, without those parts
	quietly make -j "$JOBS" APPLETS="$hot" LIB_SRC="$kept" static
	for name in $(build/static/bin/initwright --list); do expect 0 "build/static/bin/$name" --help; done
	# what is deflated comes back
	quietly make -j "$JOBS" static
	same "$("$TOP/build/bin/initwright" --list)" "$(build/static/bin/initwright --list)"
	for name in $(build/static/bin/initwright --list); do
		same "$("$TOP/build/bin/$name" --help)" "$("build/static/bin/$name" --help)"
	done
	same "$("$TOP/build/bin/initwright" --completion zsh)" "$(build/static/bin/initwright --completion zsh)"
	# without any
	quietly make -j "$JOBS" COLD= static
	same "$("$TOP/build/bin/initwright" --completion fish)" "$(build/static/bin/initwright --completion fish)"
}

@test "make install puts everything below DESTDIR" {
	copy a
	mkdir root
	quietly make -C a -j "$JOBS" DESTDIR="$PWD/root" PREFIX=/opt/kit LINKS=svrun install
	expect 0 root/opt/kit/lib/initwright/svrun --version
	same "$("$TOP/build/bin/initwright" --list | sort)" "$(find root/opt/kit/lib/initwright -type l -printf '%f\n' | sort)"
	same /opt/kit/lib/initwright/initwright "$(readlink root/opt/kit/sbin/svrun)"
	for page in "$TOP"/src/cmd/*.8; do
		cmp "$page" "root/opt/kit/share/man/man8/${page##*/}"
	done
	same opt "$(ls root)"
	# a second time changes nothing and fails on nothing
	quietly make -C a DESTDIR="$PWD/root" PREFIX=/opt/kit LINKS=svrun install
}

@test "the source archive depends on the commit only, and builds" {
	git -c safe.directory='*' -C "$TOP" rev-parse HEAD >/dev/null 2>&1 || skip "not in a git tree"
	export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
	git clone -q "$TOP" one
	git clone -q "$TOP" two
	touch one/README.md one/new-and-untracked
	chmod -R g+w two/src
	quietly make -C one dist
	(umask 077; TZ=Asia/Tokyo quietly make -C two dist)
	cmp one/build/*.tar.gz two/build/*.tar.gz
	tar -xzf one/build/*.tar.gz
	cd initwright-*
	[ ! -e new-and-untracked ]
	same "$(git -C ../one ls-files)" "$(find . -type f -o -type l | sed 's,^\./,,' | LC_ALL=C sort)"
	quietly make -j "$JOBS" all
}
