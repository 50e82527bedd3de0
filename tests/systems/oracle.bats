# variants: static
# What systemd makes of a process and what svrun makes of it, by the same unit: tests/oracle.  The root comes from `oracle root` (make check-systems).
load ../harness/lib

HOST=$TOP/build/oracle-root
DEBS=$TOP/build/debs-corpus

@test "thirty units, chosen at random of those that the report says are honoured as a whole, are honoured as a whole" {
	require_throwaway
	if [ ! -e "$HOST/usr" ] || [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the root is not there: make check-systems" >&2; return 1; }
		skip "the root is not there: make check-systems as root on Debian"
	fi
	grep -q ' cgroup2 ' /proc/mounts || skip "no cgroup v2 is mounted"
	command -v python3 >/dev/null || skip "there is no python3"
	"$TOP/tests/oracle/oracle" sample "$HOST" "$DEBS" 30 >"$BATS_TEST_TMPDIR/said" || { cat "$BATS_TEST_TMPDIR/said" >&2; return 1; }
	same 30 "$(grep -c '^ok ' "$BATS_TEST_TMPDIR/said")"
}
