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

@test "--fix: what it writes does in any sh what the script did in bash" {
	local line sh shells=$(command -v dash mksh yash || command -v sh)
	export OUT=out
	echo 'echo "read"' >sourced
	while IFS= read -r line; do
		printf '#!/bin/sh\n# chkconfig: 345 20 80\nx=hello\n%s\n' "$line" >s
		rm -f "$OUT"
		bash ./s >want 2>&1 || :
		cat "$OUT" >>want 2>/dev/null || :
		[ -s want ]
		initlint --fix ./s >f || [ $? = 1 ]
		! cmp -s s f || { echo "not fixed: $line" >&2; return 1; }
		chmod 755 f
		initlint ./f || { echo "findings are left: $line" >&2; return 1; }
		for sh in $shells "busybox sh"; do
			command -v "${sh%% *}" >/dev/null || continue
			$sh -n ./f
			rm -f "$OUT"
			$sh ./f >got 2>&1 || :
			cat "$OUT" >>got 2>/dev/null || :
			cmp want got || { echo "in $sh: $line" >&2; cat got >&2; return 1; }
		done
	done <<'X'
source ./sourced
[ $x == hello ] && echo yes
test "$x" == hello && echo yes
function f() { echo "in f"; }; f
echo $"text $x"
{ echo a; echo b >&2; } &> $OUT
{ echo a; echo b >&2; } >& out
{ echo a; echo b >&2; } &>> $OUT
{ echo a; echo b >&2; } &> "$(echo $OUT)"
{ echo a; echo b >&2; } |& sed s/^/-/
trap 'echo caught' SIGUSR1; kill -SIGUSR1 $$; sh -c :
trap 'echo caught' SIGHUP SIGINT; kill -s SIGINT $$; sh -c :
echo "$x" >$OUT; y=$(<$OUT); echo "y is $y"
case $x in [^h]*) echo no ;; [!x]*) echo yes ;; esac
case b in [^a]) echo one ;; esac
echo "${x#[^a]}"
case $x in [^a][^b]*) echo two ;; esac
{ echo a; echo b >&2; } &> "$([ a == a ] && { echo err >&2; echo out; } |& tail -n 1)"
if [ a == b ] || [ b == b ]; then echo "$(if [ a == a ]; then echo inner; fi)"; fi
X
}

@test "--fix -i: mode, owner, attributes stay; links are not followed; a file that cannot be written stays as it was" {
	[ "$(id -u)" != 0 ] || chown 4701:4702 bad
	chmod 4711 bad
	setfattr -n user.mark -v kept bad 2>/dev/null || attr=none
	local before=$(stat -c '%a %u %g' bad) attr=${attr:-$(getfattr --only-values -n user.mark bad 2>/dev/null || :)}
	expect 0 initlint --fix -i bad
	has "$(<bad)" ". /x"
	same "4711 ${before#* }" "$(stat -c '%a %u %g' bad)"
	[ "$attr" = none ] || same kept "$(getfattr --only-values -n user.mark bad)"
	printf '#!/bin/sh\n# chkconfig: 345 20 80\nsource /x\n' >real
	chmod 755 real
	ln -s real link
	expect 2 initlint --fix -i link
	has "$stderr" "initlint: unable to change link: it is a symbolic link; name the file that it leads to"
	has "$(<real)" "source /x"
	[ -L link ]
	expect 0 initlint --fix link
	mkdir dir
	mv real dir/real
	ln -s dir way
	expect 1 initlint -s way/real
	expect 0 initlint --fix -i way/real
	has "$(<dir/real)" ". /x"
	# nothing of it stays lying about
	same "real" "$(ls -A dir)"
}

@test "no scripts, and texts with a mark in front" {
	printf '\177ELF\2\1\1\0\0source x\n[[ a ]]\n' >elf
	chmod 755 elf
	expect 1 initlint -s elf
	same "elf: error: neither an LSB header nor a chkconfig line [no-header]" "$output"
	expect 1 initlint --fix -i elf
	has "$(tr -d '\0' <elf)" "ELF"
	{ printf '\357\273\277'; cat good; } >mark
	chmod 755 mark
	expect 1 initlint -s mark
	same "mark:1:1: error: the file begins with a byte order mark [no-interpreter]" "$output"
	expect 0 initlint --fix -i mark
	cmp good mark
}

@test "what it prints of a script cannot speak to the terminal" {
	printf '#!/bin/sh\n# chkconfig: 345 20 80\nkillall \033[31mx\n' >s
	chmod 755 s
	expect 1 initlint -s s
	same "s:3:1: warning: killall ?[31mx [kill-by-name]" "$output"
}

@test "time grows with the script, not with its square" {
	local i
	{ printf '#!/bin/sh\n'; for ((i = 0; i < 20000; i++)); do echo 'x=$(cat /run/x.pid); kill $x; . $y'; done; } >s
	timeout 60 initlint -s s >/dev/null || [ $? = 1 ]
	{ printf '#!/bin/sh\n'; for ((i = 0; i < 15000; i++)); do echo 'start-stop-daemon -K -p $P; status x; [ -f $F ]'; done; } >s
	timeout 60 initlint -s s >/dev/null || [ $? = 1 ]
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
	# links lead where they lead in the tree; those that lead to no file are no scripts
	mkdir root/lib
	mv root/etc/init.d/two root/lib/two
	ln -s /lib/two root/etc/init.d/two
	ln -s /etc/hostname root/etc/init.d/outside
	ln -s /nowhere root/etc/init.d/gone
	ln -s loop root/etc/init.d/loop
	ln -s /lib root/etc/init.d/dir
	expect 1 initlint -s --root root
	same 'root/etc/init.d/one:3:1: error: source; write . FILE [bashism]
root/etc/init.d/two:3:1: error: source; write . FILE [bashism]' "$output"
	same "" "$stderr"
	expect 2 initlint -s --root root gone
	has "$stderr" "initlint: unable to read root/etc/init.d/gone: No such file or directory"
	expect 2 initlint -s --root root loop
}

@test "names with anything in them: JSON stays JSON, lines stay lines" {
	local name
	for name in $'a"b' $'a\\b' $'new\nline' $'esc\e[2J' $'bad\xff\xfeutf' $'\xc3' 'tab	x'; do
		cp bad "./$name"
		initlint --json "./$name" >out || [ $? = 1 ]
		python3 -c 'import json,sys
found = json.load(open("out", encoding="utf-8"))
assert len(found) == 1 and found[0]["line"] == 3 and found[0]["file"].startswith("./"), found' || { cat out; return 1; }
		expect 1 initlint -s "./$name"
		same 1 "$(wc -l <<<"$output")"
		! grep -q $'\e' <<<"$output"
	done
	# a script that cannot be read leaves what the others have
	initlint --json ./bad ./nothere ./bad >out 2>/dev/null || [ $? = 2 ]
	same 2 "$(python3 -c 'import json; print(len(json.load(open("out"))))')"
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
	same "$(sed -n 's/^\([a-z][a-z-]*\) (.*/\1/p' <<<"$output" | sort)" "$(sed -n '/^\.Ss CODES/,/^\.El/s/^\.It //p' "$TOP/src/cmd/initlint.8" | sort)"
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
