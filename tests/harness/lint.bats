# variants: dyn
# Each check of tests/lint is seen to fail: on a small tree with one thing wrong.
load lib

# lint CHECK: run it on the tree in the test's directory
lint() { TREE=$BATS_TEST_TMPDIR "$TOP/tests/lint/$1.sh"; }

# complains CHECK TEXT: it must fail and name that
complains() {
	expect 1 lint "$1"
	has "$output" "$2"
}

put() { # FILE: from stdin, in the tree
	mkdir -p "$BATS_TEST_TMPDIR/$(dirname "$1")"
	cat >"$BATS_TEST_TMPDIR/$1"
}

object() { # LAYER/MODULE: from stdin
	mkdir -p "$BATS_TEST_TMPDIR/build/dyn/$(dirname "$1")"
	put "src/$1.c"
	gcc -c -O0 -o "$BATS_TEST_TMPDIR/build/dyn/$1.o" "$BATS_TEST_TMPDIR/src/$1.c"
}

setup() { cd "$BATS_TEST_TMPDIR"; }

@test "layers: an include that points up, or sideways" {
	echo 'int base_x;' | object base/x
	expect 0 lint layers
	echo '#include "svc/y.h"' | put src/os/x.h
	complains layers "src/os/x.h:1: os includes svc/y.h"
	echo '#include "boot/y.h"' | put src/os/x.h
	complains layers "os includes boot/y.h"
	rm src/os/x.h
	echo '#include "cmd/y.h"' | put src/cmd/x.c
	complains layers "cmd includes cmd/y.h"
}

@test "layers: a library that prints or forks" {
	echo 'int base_x;' | object base/x
	echo 'int puts(const char *); int svc_x(void) { return puts("x"); }' | object svc/x
	complains layers "build/dyn/svc/x.o: wants puts"
	echo 'int fork(void); int svc_x(void) { return fork(); }' | object svc/x
	complains layers "build/dyn/svc/x.o: wants fork"
}

@test "mirror: a module without test, a test without module, a command without page" {
	echo 'int base_x;' | put src/base/x.c
	echo | put src/base/x.h
	complains mirror "src/base/x.c has no tests/base/x.c"
	echo | put tests/base/x.c
	expect 0 lint mirror
	echo | put tests/base/y.c
	complains mirror "tests/base/y.c tests no src/base/y.c"
	echo | put src/cmd/z.c
	complains mirror "has no man page src/cmd/z.8"
	complains mirror "has no tests/cmd/z.bats"
}

@test "symbols: a foreign name, a second name, state" {
	echo 'int x_ok; int other; static int hidden;' | object base/x
	complains symbols "build/dyn/base/x.o: exports other"
	echo 'int x_ok;' | object base/x
	expect 0 lint symbols
	echo 'int a_applet, more; static int state = 3; int f(void) { return state++; }' | object cmd/a
	complains symbols "build/dyn/cmd/a.o: exports more"
	complains symbols "build/dyn/cmd/a.o: keeps state"
	echo 'static const char *const t[] = { "a" }; const char *const *const a_applet = t;' | object cmd/a
	expect 0 lint symbols
}

@test "budgets: a long function, a long file, an #ifdef, a header without its guard" {
	{ printf 'int\nx(void)\n{\n'; yes '	x();' | head -90; printf '}\n'; } | put src/base/x.c
	complains budgets "src/base/x.c: x has 93 lines, more than 80"
	complains budgets "the 90th percentile of 1 functions is 93"
	yes 'int a;' | head -601 | put src/base/x.c
	complains budgets "src/base/x.c has 601 lines"
	printf 'int a;\n#ifdef X\nint b;\n#endif\n' | put src/base/x.c
	complains budgets "src/base/x.c:2: #ifdef X"
	printf 'int a;\n' | put src/base/x.c
	printf '#ifndef OTHER_H\n#define OTHER_H\n#endif\n' | put src/base/x.h
	complains budgets "src/base/x.h: no guard BASE_X_H"
	printf '#ifndef BASE_X_H\n#define BASE_X_H\n#endif\n' | put src/base/x.h
	expect 0 lint budgets
}

@test "shell: a bashism, an unquoted variable, a library of no shell" {
	printf '#!/bin/sh\nexit 0\n' | put good
	expect 0 lint shell
	# shellcheck disable=SC2016
	printf '#!/bin/sh\nrm $1\n' | put bad
	complains shell "bad:2:"
	printf '#!/bin/sh\na=(1 2)\n' | put bad
	complains shell "bad: not read by dash"
	rm bad
	printf 'x=1\n' | put lib.sh
	complains shell "lib.sh: the first line names no shell"
}

@test "text: blanks at the end, no last newline, marks, paths" {
	printf 'a\n' | put a.txt
	expect 0 lint text
	printf 'a \n' | put a.txt
	complains text "a.txt:1:"
	printf 'a' | put a.txt
	complains text "a.txt: no newline"
	printf 'TO%s: later\n' DO | put a.txt
	complains text "a.txt:1:TO"
	printf '/ho%s/me/x\n' me | put a.txt
	complains text "a.txt:1:/ho"
}

@test "manpages: an option that is not in the page, one too many, a page that is not clean" {
	mkdir -p build/bin
	printf '#!/bin/sh\nprintf "r\\troot\\tDIR\\thelp\\n"\n' >build/bin/initwright
	chmod +x build/bin/initwright
	export BIN=$BATS_TEST_TMPDIR/build/bin
	overview() { printf '.Dd January 1, 2024\n.Dt ALL 7\n.Os\n.Sh NAME\n.Nm all\n.Nd is a test\n.Sh DESCRIPTION\n%s\n' "$1" | put src/initwright.7; }
	overview 'r root DIR'
	complains manpages "src/initwright.7: does not name help"
	overview 'r root DIR help'
	page() {
		printf '.Dd $Mdocdate$\n.Dt X 8\n.Os\n.Sh NAME\n.Nm x\n.Nd is a test\n.Sh DESCRIPTION\n.Bl -tag -width Ds\n'
		printf '%s\n' "$@" .El
	}
	page '.It Fl r , Fl -root Ar DIR' 'x.' '.It Fl -help' 'x.' '.It Fl Fl version' 'x.' | sed 's/\$Mdocdate\$/January 1, 2024/' | put src/cmd/x.8
	expect 0 lint manpages
	page '.It Fl r' 'x.' '.It Fl -help , Fl -version' 'x.' | sed 's/\$Mdocdate\$/January 1, 2024/' | put src/cmd/x.8
	complains manpages "src/cmd/x.8: does not name --root"
	page '.It Fl r , Fl -root , Fl q' 'x.' '.It Fl -help , Fl -version' '.Xx' | sed 's/\$Mdocdate\$/January 1, 2024/' | put src/cmd/x.8
	complains manpages "names what x does not have: -q"
	complains manpages "unknown macro"
}

@test "hardening: a binary that was built without" {
	mkdir -p build/bin build/static/bin
	echo 'int main(void) { return 0; }' | gcc -no-pie -fno-pie -Wl,-z,norelro -Wl,-z,execstack -x c - -lm -Wl,--no-as-needed -o build/bin/initwright 2>/dev/null
	cp build/bin/initwright build/static/bin/
	complains hardening "no position independence"
	complains hardening "no RELRO"
	complains hardening "no BIND_NOW"
	complains hardening "no stack protector"
	complains hardening "no fortified calls"
	complains hardening "executable stack"
	complains hardening "wants an interpreter"
}

@test "descriptions: a head that is another one's, a line that svrun does not do" {
	cp -r "$TOP/init.d" .
	expect 0 lint descriptions
	sed -i 's/^# Provides: .*/# Provides:          other/' init.d/caddy
	complains descriptions "init.d/caddy: its head is not that of its unit"
	printf 'SmackProcessLabel=x\n' >>init.d/rsyslog
	complains descriptions "SmackProcessLabel=x: not"
	chmod -x init.d/znc
	complains descriptions "init.d/znc: not executable"
	sed -i '/^Documentation=/d' init.d/pdns
	complains descriptions "init.d/pdns: no Documentation="
}
