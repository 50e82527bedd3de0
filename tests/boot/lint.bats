# The file as a whole, and what --fix makes of it.
load ../harness/lib
load lint

@test "a good script has no findings" {
	body '' <<'X'
. /lib/lsb/init-functions
case "$1" in
start) start-stop-daemon --start --exec /usr/sbin/demo ;;
stop) start-stop-daemon --stop --retry TERM/30/KILL/5 --exec /usr/sbin/demo ;;
restart | force-reload) "$0" stop && "$0" start ;;
status) status_of_proc /usr/sbin/demo demo ;;
*) echo "Usage: $0 {start|stop|restart|force-reload|status}" >&2; exit 2 ;;
esac
X
}

@test "no interpreter, carriage returns" {
	finds "1:1 no-interpreter" <<<"$HEADER"
	same '#!/bin/sh' "$(fixed | head -n 1)"
	printf '#!/bin/sh\r\n%s\r\necho\r\n' "${HEADER//$'\n'/$'\r\n'}" | finds "1 carriage-return"
	same "$(printf '#!/bin/sh\n%s\necho' "$HEADER")" "$(fixed)"
	# nothing else is found for that
	{ printf '%s\r\n' '#!/bin/sh'; sed 's/$/\r/' <<<"$HEADER"; sed 's/$/\r/'; } <<'X' >"$BATS_TEST_TMPDIR/crlf"
case "$1" in
start) start-stop-daemon --start --exec /usr/sbin/demo ;;
stop) start-stop-daemon --stop --retry TERM/30/KILL/5 --exec /usr/sbin/demo ;;
restart | force-reload) "$0" stop && "$0" start ;;
status) exit 3 ;;
*) cat <<E >&2
Usage: [[ x ]]
E
exit 2 ;;
esac
X
	finds "1 carriage-return" <"$BATS_TEST_TMPDIR/crlf"
}

@test "not executable" {
	printf '#!/bin/sh\n%s\n' "$HEADER" >"$BATS_TEST_TMPDIR/s"
	chmod 644 "$BATS_TEST_TMPDIR/s"
	expect 1 initlint -s "$BATS_TEST_TMPDIR/s"
	has "$output" "[not-executable]"
}

@test "scripts in other languages: only the header is looked at" {
	finds "- no-header" <<<$'#!/usr/bin/python3\nif [[ 1 ]]: pass'
	printf '#!/usr/bin/env perl\n%s\nlet $x;' "$HEADER" | finds ""
	printf '#!/usr/lib/initwright/svrun\n%s\n[Service]\nExecStart=/bin/x\n' "$HEADER" | finds ""
}

@test "several fixes in one script, and the file keeps its mode" {
	sed 's/Short-D/short-d/; s/\$remote_fs/$remotefs/' <<<"#!/bin/sh
$HEADER
source /x
[ a == b ]
kill -SIGHUP 12" >"$BATS_TEST_TMPDIR/s"
	chmod 750 "$BATS_TEST_TMPDIR/s"
	expect 0 initlint --fix -i "$BATS_TEST_TMPDIR/s"
	same "#!/bin/sh
$HEADER
. /x
[ a = b ]
kill -HUP 12" "$(<"$BATS_TEST_TMPDIR/s")"
	same 750 "$(stat -c %a "$BATS_TEST_TMPDIR/s")"
	expect 0 initlint "$BATS_TEST_TMPDIR/s"
}
