#!/bin/sh
# How long functions and files may be, and no conditional compilation: another body is another file.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

code() { files 'src/*.[ch]' 'init.d/*.c' 'tests/*.[ch]' 'lib/*.[ch]'; }

# "LINES FILE FUNCTION" for each function in our style: its name in column 0, then a brace in column 0, then one that closes
functions() { # FILE...
	[ $# -eq 0 ] || awk '
		/^[A-Za-z_][A-Za-z0-9_]*\(/ { name = $0; sub(/\(.*/, "", name); start = FNR }
		/^\{/ && name != "" { inside = 1 }
		/^\}/ { if (inside) print FNR - start + 1, FILENAME, name; inside = 0; name = "" }
		/^[^ \t\/{}].*;[ \t]*$/ && !inside { name = "" }' "$@"
}

too_long() { # LIMIT FILE...
	limit=$1
	shift
	functions "$@" | awk -v limit="$limit" '$1 > limit { print $2 ": " $3 " has " $1 " lines, more than " limit }'
}

# shellcheck disable=SC2046
none_above_80() { too_long 80 $(code); }

# shellcheck disable=SC2046
nine_in_ten_below_45() {
	functions $(files 'src/*.c') | sort -n | awk '
		{ v[NR] = $1; what[NR] = $2 ": " $3 }
		END {
			i = int(NR * 0.9 + 0.999)
			if (NR && v[i] > 45) {
				print "the 90th percentile of " NR " functions is " v[i]
				for (; i <= NR; i++) print what[i] " has " v[i]
			}
		}'
}

# shellcheck disable=SC2046
report() {
	functions $(files 'src/*.c') | sort -n |
		awk '{ v[NR] = $1; w = $2 ": " $3 } END { if (NR) print "# " NR " functions: median " v[int((NR + 1) / 2)] ", p90 " v[int(NR * 0.9 + 0.999)] ", longest " v[NR] " (" w ")" }'
}

files_below_600() {
	code | while IFS= read -r f; do
		n=$(wc -l <"$f")
		[ "$n" -le 600 ] || echo "$f has $n lines"
	done
}

# a header starts with its guard, comments and blank lines aside, and ends with it
no_conditionals() {
	# shellcheck disable=SC2016
	code | xargs -r awk '
		FNR == 1 { guard = 0 }
		/^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else)/ {
			if (FILENAME ~ /\.h$/ && !guard && $1 == "#ifndef") { guard = 1; next }
			print FILENAME ":" FNR ": " $0
		}'
}

headers_are_guarded() {
	for h in $(files 'src/*.h'); do
		want=$(echo "${h#src/}" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#ifndef $want\$" "$h" && grep -q "^#define $want\$" "$h" || echo "$h: no guard $want"
	done
}

check "no function is longer than 80 lines" none_above_80
check "nine functions in ten have at most 45" nine_in_ten_below_45
check "no file is longer than 600 lines" files_below_600
check "no #if outside include guards" no_conditionals
check "headers have guards of their own name" headers_are_guarded
report
finish
