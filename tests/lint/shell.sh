#!/bin/sh
# Our shell is POSIX sh: shellcheck says so, and every shell that a target may have can read it.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

# files whose first line names sh, and libraries that say so to shellcheck
scripts() {
	files | while IFS= read -r f; do
		case $f in *.c | *.h | *.8 | *.bats | *.md) continue ;; esac
		IFS= read -r first <"$f" || :
		case $first in '#!/bin/sh'* | '# shellcheck shell=sh'*) printf '%s\n' "$f" ;; esac
	done
}

shellchecked() {
	command -v shellcheck >/dev/null || { echo "shellcheck is not installed"; return; }
	for f in $(scripts); do
		shellcheck -s sh -x -f gcc "$f" || :
	done
}

read_by() { # SHELL...
	command -v "$1" >/dev/null || { echo "$1 is not installed"; return; }
	for f in $(scripts); do
		"$@" -n "$f" || echo "$f: not read by $*"
	done
}

libraries_say_their_shell() {
	for f in $(files '*.sh'); do
		IFS= read -r first <"$f" || :
		case $first in '#!'* | '# shellcheck shell='*) ;; *) echo "$f: the first line names no shell" ;; esac
	done
}

check "shellcheck has nothing to say" shellchecked
check "libraries name their shell" libraries_say_their_shell
for s in dash bash 'busybox sh' mksh yash; do
	# shellcheck disable=SC2086
	check "$s reads every script" read_by $s
done
finish
