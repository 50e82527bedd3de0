#!/bin/sh
# What must not be in a file of the project.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

# shellcheck disable=SC2119
texts() { files | while IFS= read -r f; do [ ! -s "$f" ] || LC_ALL=C grep -qI . "$f" && printf '%s\n' "$f"; done; }

# [.] keeps this file from finding itself
find_all() { # REGEXP
	texts | tr '\n' '\0' | xargs -0 -r grep -nHE -- "$1" | cut -c 1-160 || :
}

# data is as it is
written() { texts | grep -vE '^tests/.*/(data|vectors|corpus|table)/'; }

# a shell's field separators may end a line
no_trailing_blanks() { written | tr '\n' '\0' | xargs -0 -r grep -nHE '[[:blank:]]+$' | grep -v ":IFS='" | cut -c 1-160 || :; }
no_carriage_returns() { written | tr '\n' '\0' | xargs -0 -r grep -lF "$(printf '\r')" || :; }

ends_with_newline() {
	texts | while IFS= read -r f; do
		[ -z "$(tail -c 1 "$f")" ] || echo "$f: no newline at the end"
	done
}

# TAP has a directive of that name
no_shelf_marks() { find_all '(^|[^[:alnum:]_-])(TO[D]O|FI[X]ME|X[X]X|HA[C]K)([^[:alnum:]_]|$)' | grep -v '"not ok ' || :; }
no_paths_of_a_workplace() { find_all '/(wo[r]k|ho[m]e)/[a-z]|/tmp/(w[t]|la[n]d|br[i]ef)'; }

check "no blanks at the end of a line" no_trailing_blanks
check "no carriage returns" no_carriage_returns
check "files end with a newline" ends_with_newline
check "no marks for work put off" no_shelf_marks
check "no paths of somebody's machine" no_paths_of_a_workplace
finish
