#!/bin/sh
# Everything has its test, and every test its thing.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

has_test() { # LAYER/MODULE
	[ -e "tests/$1.c" ] || [ -e "tests/$1.bats" ]
}

modules_have_tests() {
	for m in $(files 'src/base/*.c' 'src/os/*.c' 'src/svc/*.c' 'src/boot/*.c' 'src/gen/*.c'); do
		m=${m#src/}
		has_test "${m%.c}" || echo "src/$m has no tests/${m%.c}.c"
	done
}

modules_have_headers() {
	for m in $(files 'src/base/*.c' 'src/os/*.c' 'src/svc/*.c' 'src/boot/*.c' 'src/gen/*.c'); do
		[ -e "${m%.c}.h" ] || echo "$m has no ${m%.c}.h"
	done
}

tests_have_modules() {
	for t in $(files 'tests/base/*.c' 'tests/os/*.c' 'tests/svc/*.c' 'tests/boot/*.c' 'tests/gen/*.c'); do
		[ -e "src/${t#tests/}" ] || echo "$t tests no src/${t#tests/}"
	done
}

commands_are_whole() {
	for c in $(files 'src/cmd/*.c'); do
		c=${c##*/} c=${c%.c}
		[ -e "src/cmd/$c.8" ] || echo "src/cmd/$c.c has no man page src/cmd/$c.8"
		[ -e "tests/cmd/$c.bats" ] || echo "src/cmd/$c.c has no tests/cmd/$c.bats"
	done
}

check "every module has its unit test" modules_have_tests
check "every module has its header" modules_have_headers
check "every unit test has its module" tests_have_modules
check "every command has its man page and its test" commands_are_whole
finish
