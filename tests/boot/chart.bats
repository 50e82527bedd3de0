# Pictures of what ran when.
load ../harness/lib

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/run/initwright"
	cat >"$BATS_TEST_TMPDIR/run/initwright/.boot" <<-'END'
		boot 4711
		run 2 N 1000000
		script quick start 1000000 1100000 0 -1
		script slow start 1000000 3000000 0 -1
		script a&<b> start 3000000 3500000 3 1
		script late start 3000000 5000000 1000 1
		run 3 2 90000000
		script gone stop 90000000 90000000 1001 -1
		script far start 90000000 90200000 137 0
	END
}
chart() { bootchart --root "$BATS_TEST_TMPDIR" "$@"; }

@test "text: one line a script, the longest chain drawn with #" {
	expect 0 chart
	same "$(cat <<-'END'
		runlevel 2: 4 scripts, 4.000 s, the longest chain has 2
		quick                    start |--                                                        | 0.100s
		slow                     start |#############################                             | 2.000s
		a&<b>                    start |                            --------                      | 0.500s (3)
		late                     start |                            ##############################| 2.000s (killed: no end in time)

		runlevel 3 from 2: 2 scripts, 0.200 s, the longest chain has 2
		gone                     stop  |#                                                         | 0.000s (not executed)
		far                      start |##########################################################| 0.200s (137)
	END
	)" "$output"
	expect 0 chart --text
}

@test "SVG: well-formed, each script once" {
	expect 0 chart --svg
	printf '%s' "$output" >"$BATS_TEST_TMPDIR/x.svg"
	python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); assert len(d.getElementsByTagName("rect")) == 7' "$BATS_TEST_TMPDIR/x.svg"
	has "$output" '>a&#38;&#60;b&#62; 0.500 s (3)</text>'
	same 3 "$(grep -o 'fill="#d33"\|fill="#222"' <<<"$output" | sort | uniq -c | awk '{ n += $1 } END { print n - 2 }')"
}

@test "SVG: every label within the picture, left of its bar where there is no room right of it" {
	local long wide
	printf -v long '%070d' 0
	printf -v wide '%0120d' 0
	printf '%s\n' 'run 2 N 0' "script $wide start 0 1000000 0 -1" "script $long start 900000 1000000 1 -1" 'script b start 950000 1000000 0 -1' \
		>"$BATS_TEST_TMPDIR/run/initwright/.boot"
	expect 0 chart --svg
	has "$output" ">b 0.050 s</text>"
	grep -qE "text-anchor=\"end\">$long 0.100 s \(1\)</text>" <<<"$output"
	grep -qE '>0{20,40}\.\.\. 1\.000 s</text>' <<<"$output"
}

@test "blame: the slowest first" {
	expect 0 chart blame
	same "$(printf '%s\n' '    2.000s late start (killed: no end in time)' '    2.000s slow start' '    0.500s a&<b> start (3)' \
		'    0.200s far start (137)' '    0.100s quick start' '    0.000s gone stop (not executed)')" "$output"
}

@test "all runs of no length, none, and nonsense" {
	printf 'run 2 N 5\nscript a start 5 5 0 -1\nrun 3 2 9\n' >"$BATS_TEST_TMPDIR/run/initwright/.boot"
	expect 0 chart
	expect 0 chart --svg
	: >"$BATS_TEST_TMPDIR/run/initwright/.boot"
	expect 1 chart
	head -c 10000 /dev/urandom >"$BATS_TEST_TMPDIR/run/initwright/.boot"
	expect 0 chart
	expect 0 chart --svg
}
