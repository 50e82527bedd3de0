# Scripts for initlint --run.

run_setup() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	cd "$BATS_TEST_TMPDIR"
	printf '#!/bin/sh\nexit 5\n' >probe
	chmod 755 probe
	initlint --run ./probe >/dev/null 2>why || [ $? = 1 ] || skip "no throw-away copy of this system: $(<why)"
}

# script NAME: a script whose arms are on standard input; all else is good.  `up NAME` in it waits for a process of that name.
script() {
	{
		printf '%s\n' '#!/bin/sh' "${HEADER//demo/$1}" 'up() { until pidof "$1" >/dev/null; do :; done; }' 'case "$1" in'
		cat
		printf '%s\n' '*) echo "Usage: $0 ACTION" >&2; exit 3 ;;' 'esac'
	} >"$1"
	chmod 755 "$1"
}

# tried NAME [OPTION]...: try it; the findings of the trial in $output
tried() {
	local name=$1 status=0
	shift
	output=$(initlint -s --run "$@" "./$name" 2>&1 3>&-) || status=$?
	[ "$status" -lt 2 ] || { echo "status $status: $output" >&2; return 1; }
	output=$(grep -E '\[(run-[a-z]*|action-missing)\]$' <<<"$output") || :
}

# lacks TEXT PART: the text must not have that part
lacks() {
	case $1 in *"$2"*) printf '%s\n' "there: $2" "in: $1" >&2; return 1 ;; esac
}
