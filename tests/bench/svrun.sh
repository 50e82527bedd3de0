#!/bin/sh
# What asking a native service costs, and what its keeper weighs; run by `make bench`, inside a throw-away root.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-1000}
script=/etc/init.d/bench-exampled
mkdir -p /etc/init.d

unit() { # BUILD
	printf '#!%s/svrun\n[Service]\nType=notify\nExecStart=%s -f --notify\n' "$1" "$top/build/bin/exampled" >$script
	chmod 755 $script
}

echo "== status of a running service (wanted: static at most 3 x the limit)"
unit "$top/build/static/bin"
$script start >/dev/null || exit 1
sed -n 's/^main=//p' /run/initwright/bench-exampled/record >/run/bench.pid
"$top/build/bench/timer" "$rounds" "limit: read a pidfile, check the pid" "$top/build/bench/limit-pidfile" /run/bench.pid \
	-- "svrun status, static" "$top/build/static/bin/svrun" $script status \
	-- "svrun status, dynamic" "$top/build/bin/svrun" $script status \
	-- "svrun status, static, by its #! line" $script status
$script stop >/dev/null

echo "== memory of its own that a keeper holds (wanted: at most 64 kB)"
for build in static/bin bin; do
	unit "$top/build/$build"
	$script start >/dev/null || exit 1
	keeper=$(sed -n 's/^keeper=//p' /run/initwright/bench-exampled/record)
	printf '%-44s %9s kB\n' "keeper, $build" "$(sed -n 's/^Anonymous: *\([0-9]*\) kB/\1/p' "/proc/$keeper/smaps_rollup")"
	$script stop >/dev/null
done
rm -f $script /run/bench.pid
