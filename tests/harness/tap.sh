# shellcheck shell=sh
# Sourced by the checks in tests/lint.  Each check is a filter: what it prints are findings, none is good.
#     . "${0%/*}/../harness/tap.sh"
#     check "what must hold" some_function
#     finish
# TREE=DIR checks another tree than this one (tests/harness/lint.bats shows each check a bad one).

tree=${TREE:-$(cd "${0%/*}/../.." && pwd)}
cd "$tree" || exit 1
checks=0 bad=0

check() { # NAME COMMAND...: the command prints findings, or nothing
	name=$1
	shift
	checks=$((checks + 1))
	findings=$("$@" 2>&1) || findings="${findings:+$findings
}the check itself ended with status $?"
	if [ -z "$findings" ]; then
		echo "ok $checks - $name"
	else
		bad=$((bad + 1))
		echo "not ok $checks - $name"
		printf '%s\n' "$findings" | sed 's/^/# /'
	fi
}

finish() {
	echo "1..$checks"
	[ "$bad" = 0 ]
}

# the files that belong to the project, one a line: what git knows, else what is there
files() { # [PATTERN...]: shell patterns for the whole path
	if git -c safe.directory='*' rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files -co --exclude-standard
	else
		find . -type f ! -path './build/*' ! -path './.git/*' | sed 's,^\./,,'
	fi | LC_ALL=C sort | while IFS= read -r f; do
		[ -f "$f" ] || continue
		[ $# -gt 0 ] || { printf '%s\n' "$f"; continue; }
		for p; do
			# shellcheck disable=SC2254
			case $f in $p) printf '%s\n' "$f"; break ;; esac
		done
	done
}
