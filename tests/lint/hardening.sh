#!/bin/sh
# What the linker and the compiler were told must be in the binaries.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

dyn=build/bin/initwright static=build/static/bin/initwright

says() { # FILE READELF-OPTIONS PATTERN WHAT
	readelf "$2" "$1" | grep -qE -- "$3" || echo "$1: no $4"
}

dynamic_is_hardened() {
	[ -x "$dyn" ] || { echo "$dyn is not built"; return; }
	says "$dyn" -h 'Type: +DYN' 'position independence'
	says "$dyn" -lW 'GNU_RELRO' 'RELRO'
	says "$dyn" -dW 'BIND_NOW|FLAGS.*NOW' 'BIND_NOW'
	says "$dyn" -sW '__stack_chk_fail' 'stack protector'
	says "$dyn" -sW '__[a-z]+_chk' 'fortified calls'
}

stack_is_data() {
	for b in "$dyn" "$static"; do
		[ -x "$b" ] || continue
		readelf -lW "$b" | awk -v b="$b" '$1 == "GNU_STACK" { there = 1; if ($0 ~ /RWE/) print b ": executable stack" } END { if (!there) print b ": no GNU_STACK" }'
		readelf -lW "$b" | awk -v b="$b" '$1 == "LOAD" && /RWE/ { print b ": a segment that is writable and executable" }'
	done
}

needs_libc_only() {
	[ ! -x "$dyn" ] || readelf -dW "$dyn" | awk '/NEEDED/ && !/libc\.so\.6|libc\.musl/ { print "needs " $NF }'
}

static_is_static() {
	[ -x "$static" ] || return 0
	readelf -lW "$static" | grep -q INTERP && echo "$static: wants an interpreter"
	readelf -dW "$static" | grep -q NEEDED && echo "$static: needs libraries"
	# at a fixed address tables of pointers belong to what nobody may write: a few bytes of the C library's are left
	readelf -SW "$static" | sed 's/^ *\[ *[0-9]*\] *//' | awk -v b="$static" '$1 == ".data.rel.ro" && length($5) == 6 && substr($5, 1, 3) != "000" { print b ": constant data that can be written" }'
}

check "the dynamic binary has PIE, RELRO, BIND_NOW, stack protector, fortify" dynamic_is_hardened
check "no stack and no segment can be written and executed" stack_is_data
check "the dynamic binary needs the C library only" needs_libc_only
check "the static binary is static" static_is_static
finish
