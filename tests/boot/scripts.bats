# Reading the scripts: what does not stop the others.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }

@test "a long script whose header is far down, one with no end of line, CRLF" {
	script web
	{ echo '#!/bin/sh'; yes '# more' | head -n 3000; printf '### BEGIN INIT INFO\r\n# Provides: far\r\n# Default-Start: 3\r\n# Required-Start: web\r\n### END INIT INFO'; } >"$ROOT/etc/init.d/far"
	expect 0 update far defaults
	expect 0 update web defaults
	same "S01web S02far" "$(links 3)"
}

@test "odd things in init.d hurt nobody" {
	script web
	mkdir "$ROOT/etc/init.d/dir"
	mkfifo "$ROOT/etc/init.d/fifo"
	ln -s nowhere "$ROOT/etc/init.d/dangling"
	ln -s loop "$ROOT/etc/init.d/loop"
	head -c 3000000 /dev/zero >"$ROOT/etc/init.d/big"
	expect 0 update web defaults
	same "" "$stderr"
	same "S01web" "$(links 2)"
	# a header is not looked for to the end of the world
	{ printf '#!/bin/sh\n# chkconfig: 2345 70 30\n'; yes 'exit 0' | head -c 3000000; } >"$ROOT/etc/init.d/long"
	chmod 755 "$ROOT/etc/init.d/long"
	expect 0 update -n long defaults
	has "$output" "rc2.d  +S01long"
	expect 0 update -n big defaults
	has "$stderr" "missing LSB tags"
	for s in dir fifo dangling loop; do
		expect 1 update $s defaults
		has "$stderr" "initscript does not exist: /etc/init.d/$s"
	done
}

@test "the order of the directory does not matter" {
	for s in q w e r t y u i o p; do script $s; done
	script last "Required-Start: q w e r t y u i o p"
	for s in q w e r t y u i o p last; do expect 0 update $s defaults; done
	a=$(tree_of)
	cp -a "$ROOT" "$BATS_TEST_TMPDIR/copy"
	rm -rf "$ROOT/etc/"rc?.d
	for s in last p o i u y t r e w q; do expect 0 update $s defaults; done
	same "$a" "$(tree_of)"
}
