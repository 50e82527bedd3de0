# Scripts to be looked at by initlint.

HEADER='### BEGIN INIT INFO
# Provides:          demo
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: a demo
### END INIT INFO'

# finds WANT: the script on standard input has these findings and no others, "LINE:COLUMN CODE" each ("- CODE" without a place)
finds() {
	local status=0 got
	cat >"$BATS_TEST_TMPDIR/demo"
	chmod 755 "$BATS_TEST_TMPDIR/demo"
	got=$(initlint -s "$BATS_TEST_TMPDIR/demo" 2>&1) || status=$?
	got=$(printf '%s\n' "$got" | sed -E 's/^[^:]*\/demo:(([0-9]+:?)*)[^[]*(.*)?\[([a-z-]*)\]$/\1 \4/; s/: / /; s/^ /- /')
	same "$1" "$got"
	if [ -n "$1" ]; then [ "$status" = 1 ]; else [ "$status" = 0 ]; fi
}

# body WANT: as finds, of these lines below a header that is good; the first of them is line 10
body() {
	{ printf '%s\n' '#!/bin/sh' "$HEADER"; cat; } | finds "$1"
}

# fixed: what --fix makes of the script that was looked at last
fixed() { initlint --fix "$BATS_TEST_TMPDIR/demo" || [ $? = 1 ]; }
