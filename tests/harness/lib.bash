# What tests share.  In a bats file:  load ../harness/lib
# Then PATH starts with the commands of the build under test (BIN: build/bin, build/asan/bin or build/static/bin, chosen by
# tests/run), and these are there: TOP (the tree), EXAMPLED (the example daemon), and the functions below.
# A file that must not run with each build says so in one line: "# variants: dyn asan".

TOP=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
BIN=${BIN:-$TOP/build/bin}
HARNESS=$TOP/build/harness
EXAMPLED=$TOP/build/bin/exampled
PATH=$BIN:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH TOP BIN

# Is this a throw-away root?  A teardown runs for skipped tests too, so one that removes or kills must ask.
in_throwaway() { [ "${THROWAWAY:-}" = 1 ]; }

# daemons that are not root must be able to execute what was built, also below /root; only in a throw-away root
if in_throwaway; then
	for dir in "$TOP" "${TOP%/*}" "${TOP%/*/*}" "${TOP%/*/*/*}"; do
		[ -z "$dir" ] || chmod go+x "$dir" 2>/dev/null || :
	done
	unset dir
fi

# Skip the test unless it runs in a throw-away root: for whatever writes outside $BATS_TEST_TMPDIR.
require_throwaway() {
	in_throwaway || skip "only in a throw-away root (tests/run as root)"
}

# newer_kernel FEATURE: skip the test on Linux 3.10 (the variant "old" of tests/run, and its kin), which has not what it is about.
newer_kernel() {
	case ${VARIANT:-} in
	old | denied | without-*) skip "Linux 3.10 has no $1" ;;
	esac
}

# wait_for [-t SECONDS] COMMAND...: run it until it succeeds; fails, naming it, at the deadline (10 s).
wait_for() {
	local limit=10 end nap
	if [ "$1" = -t ]; then limit=$2; shift 2; fi
	! "$@" || return 0
	end=$((${EPOCHREALTIME/[.,]/} + limit * 1000000))
	# a pipe into which nobody writes: reading it with a limit is a sleep without a process
	exec {nap}<> <(:)
	until "$@"; do
		if [ "${EPOCHREALTIME/[.,]/}" -gt "$end" ]; then
			exec {nap}>&-
			echo "waited ${limit}s in vain for: $*" >&2
			return 1
		fi
		read -r -t 0.01 -u "$nap" || :
	done
	exec {nap}>&-
}

# Is there a process of that pid that is not a zombie?
alive() {
	local line
	[ -n "${1:-}" ] || return 1
	{ IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	case ${line##*) } in [ZX]*) return 1 ;; esac
}
gone() { ! alive "$@"; }

# The pids of live processes whose argv[0] has that base name, one a line; what follows a blank is not the name ("svkeeper NAME").
pids_of() {
	local dir argv0
	for dir in /proc/[0-9]*; do
		{ IFS= read -r -d '' argv0 <"$dir/cmdline"; } 2>/dev/null || continue
		argv0=${argv0%% *}
		[ "${argv0##*/}" = "$1" ] && alive "${dir#/proc/}" && echo "${dir#/proc/}"
	done
	return 0
}
none_of() { [ -z "$(pids_of "$1")" ]; }

# start_exampled [OPTION]...: run the example daemon in the test's own directory; sets PIDFILE, STATE, PID.
start_exampled() {
	PIDFILE=$BATS_TEST_TMPDIR/exampled.pid STATE=$BATS_TEST_TMPDIR/exampled.state
	"$EXAMPLED" --pidfile "$PIDFILE" --state "$STATE" "$@" 3>&-
	PID=$(<"$PIDFILE")
}

# stop_exampled: end it and its children whatever they ignore (for teardown; fine if there is none).
stop_exampled() {
	local pid
	in_throwaway || return 0
	for pid in $(pids_of exampled); do kill -KILL "$pid" 2>/dev/null || :; done
	wait_for none_of exampled
}

# start_syslogd: what goes to /dev/log is in $SYSLOG from now on.  Only in a throw-away root.
start_syslogd() {
	SYSLOG=$BATS_TEST_TMPDIR/syslog
	SYSLOGD_PID=$("$HARNESS/syslogd" "$SYSLOG")
}
stop_syslogd() {
	[ -z "${SYSLOGD_PID:-}" ] || kill "$SYSLOGD_PID"
	SYSLOGD_PID=
}

# snap PID: "key value" lines, see tests/harness/snap.   snap_get PID KEY: the value of one.
snap() { "$TOP/tests/harness/snap" "$@"; }
snap_get() { snap "$1" | sed -n "s/^$2 //p"; }

# expect STATUS COMMAND...: run it; its status must be that.  Output in $output, stderr in $stderr, apart.
expect() {
	local want=$1 got=0
	shift
	output=$("$@" 2>"$BATS_TEST_TMPDIR/.stderr" 3>&-) || got=$?
	stderr=$(<"$BATS_TEST_TMPDIR/.stderr")
	case $stderr in *AddressSanitizer*|*"runtime error:"*)
		printf '%s\n' "a sanitizer speaks in: $*" "$stderr" >&2
		return 1 ;;
	esac
	[ "$got" = "$want" ] && return
	printf '%s\n' "status $got, not $want, from: $*" "stdout: $output" "stderr: $stderr" >&2
	return 1
}

# same EXPECTED ACTUAL: two texts, with their difference when they differ.
same() {
	[ "$1" = "$2" ] && return
	diff -u --label expected --label actual <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2
}

# has TEXT PART: the part must be somewhere in the text.
has() {
	case $1 in *"$2"*) return ;; esac
	printf '%s\n' "not there: $2" "in: $1" >&2
	return 1
}
