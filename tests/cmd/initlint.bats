# initlint as a command; what it finds is in tests/boot/lint*.bats.
load ../harness/lib

setup() {
	cd "$BATS_TEST_TMPDIR"
	printf '#!/bin/sh\n# chkconfig: 345 20 80\nsource /x\n' >bad
	printf '#!/bin/sh\n# chkconfig: 345 20 80\n. /x\n' >good
	chmod 755 bad good
}

@test "a finding: where, what, why, and what to write" {
	expect 1 initlint ./bad
	same './bad:3:1: error: source; write . FILE [bashism]
    why: the first line promises any sh, and dash, busybox and others do not have it' "$output"
	expect 1 initlint -s bad good
	same 'bad:3:1: error: source; write . FILE [bashism]' "$output"
	expect 0 initlint good
	same "" "$output"
}

@test "JSON" {
	expect 1 initlint --json bad bad
	same "3 3" "$(python3 -c 'import json,sys; print(*[f["line"] for f in json.load(sys.stdin)])' <<<"$output")"
	has "$output" '"file":"bad","line":3,"column":1,"level":"error","code":"bashism"'
	expect 0 initlint --json good
	same "[]" "$output"
}

@test "--fix" {
	expect 0 initlint --fix bad
	same "$(<good)" "$output"
	has "$(<bad)" source
	expect 0 initlint --fix -i bad good
	same "$(<good)" "$(<bad)"
	printf '#!/bin/sh\n# chkconfig: 345 20 80\nsource /x\nlet x=1\n' >bad
	expect 1 initlint --fix -i bad
	has "$(<bad)" "let x=1"
}

@test "all scripts of a tree, by name" {
	mkdir -p root/etc/init.d
	cp bad root/etc/init.d/two
	cp bad root/etc/init.d/one
	cp bad root/etc/init.d/three.dpkg-new
	: >root/etc/init.d/README
	expect 1 initlint -s --root root
	same 'root/etc/init.d/one:3:1: error: source; write . FILE [bashism]
root/etc/init.d/two:3:1: error: source; write . FILE [bashism]' "$output"
	expect 1 initlint -s --root root two
	same 'root/etc/init.d/two:3:1: error: source; write . FILE [bashism]' "$output"
}

@test "calls that make no sense, files that cannot be read" {
	expect 2 initlint -i bad
	expect 2 initlint --fix
	expect 2 initlint --fix --json bad
	expect 2 initlint --fix bad good
	expect 2 initlint ./nothere good
	has "$stderr" "initlint: unable to read ./nothere: No such file"
	expect 2 initlint --root nowhere
	expect 2 initlint .
	mkfifo fifo
	expect 2 initlint fifo
	[ ! -w /dev/full ] || ! initlint bad >/dev/full
}

@test "every code is explained" {
	expect 0 initlint --codes
	same "$(grep -c '^    ' <<<"$output")" "$(grep -c '^[a-z]' <<<"$output")"
	has "$output" "pidfile-alone (warning)"
}

@test "scripts that initgen writes have no findings" {
	local t
	for t in portable debian rhel suse busybox; do
		initgen --target "$t" "$TOP/init.d/exampled.service" >"exampled" 2>/dev/null
		chmod 755 exampled
		# Debian's has its own record behind the pidfile
		! initlint -s exampled | grep -v "pidfile-alone" || { echo "target $t" >&2; return 1; }
	done
}

@test "any beginning of a script, and any bytes" {
	local n
	head -c 3000 "$TOP/lib/rhel/functions" >s
	for n in 0 1 2 3 10 100 500 999 1500 2222; do
		head -c "$n" s >part
		initlint part >/dev/null || [ $? = 1 ]
	done
	head -c 20000 /dev/urandom >s
	initlint s >/dev/null || [ $? = 1 ]
	{ printf '#!/bin/sh\n'; head -c 20000 /dev/urandom; } >s
	initlint --fix s >/dev/null || [ $? = 1 ]
}
