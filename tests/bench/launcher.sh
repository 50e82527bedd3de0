#!/bin/sh
# What start-stop-daemon costs, beside the least that a correct program could do and the installed peers; run by `make bench`, inside
# a throw-away root.  ROUNDS and CROWD make it shorter.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-300}
crowd=${CROWD:-10000}
bench=$top/build/bench
ours=$top/build/static/bin/start-stop-daemon
alone=$top/build/only/start-stop-daemon
dynamic=$top/build/bin/start-stop-daemon
dpkg=$(command -v start-stop-daemon) || dpkg=/bin/false
busybox=$(command -v busybox) || busybox=/bin/false
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp "$bench/stopwatch" "$work/slowd"
# a static program of this one command
make -C "$top" -s APPLETS=start-stop-daemon build/only/initwright >/dev/null

echo "== status by pidfile (wanted: static at most 1.3 x the limit)"
echo $$ >"$work/pid"
"$bench/timer" "$rounds" "limit: read the file, check the pid" "$bench/limit-pidfile" "$work/pid" \
	-- "ours, static<1.3" "$ours" -T -p "$work/pid" \
	-- "ours, static, this command alone<1.3" "$alone" -T -p "$work/pid" \
	-- "ours, dynamic" "$dynamic" -T -p "$work/pid" \
	-- "dpkg" "$dpkg" -T -p "$work/pid" \
	-- "busybox" "$busybox" start-stop-daemon -K -t -q -p "$work/pid"

echo "== start in the background of a program that ends at once (wanted: static at most 1.5 x the limit)"
"$bench/timer" "$rounds" "limit: vfork, setsid, close_range, exec" "$bench/limit-spawn" "$bench/nothing" \
	-- "ours, static<1.5" "$ours" -S -b -p "$work/none" -a "$bench/nothing" \
	-- "ours, static, this command alone<1.5" "$alone" -S -b -p "$work/none" -a "$bench/nothing" \
	-- "ours, static, with pidfile" "$ours" -S -b -m -p "$work/made" -a "$bench/nothing" \
	-- "ours, dynamic" "$dynamic" -S -b -p "$work/none" -a "$bench/nothing" \
	-- "dpkg" "$dpkg" -S -b -p "$work/none" -a "$bench/nothing" \
	-- "dpkg, with pidfile" "$dpkg" -S -b -m -p "$work/made" -a "$bench/nothing" \
	-- "busybox" "$busybox" start-stop-daemon -S -b -p "$work/none" -a "$bench/nothing"

cat >"$work/crowded" <<END
echo "== find by executable, nobody there, $crowd others (wanted: static 1.0 x the limit)"
"$bench/timer" 21 "limit: getdents64, fstatat of each exe" "$bench/limit-exec" "$work/slowd" \\
	-- "ours, static<1.0" "$ours" -T -x "$work/slowd" \\
	-- "ours, dynamic" "$dynamic" -T -x "$work/slowd" \\
	-- "dpkg" "$dpkg" -T -x "$work/slowd" \\
	-- "busybox" "$busybox" start-stop-daemon -K -t -q -x "$work/slowd"
echo "== find by executable, the first of $crowd is it (early exit)"
"$bench/timer" 21 "limit, to the end" "$bench/limit-exec" "$bench/crowd" \\
	-- "ours, static" "$ours" -T -x "$bench/crowd" \\
	-- "dpkg" "$dpkg" -T -x "$bench/crowd"
echo "== find by name, nobody there, $crowd others (wanted: static 1.05 x the limit)"
"$bench/timer" 21 "limit: getdents64, read each comm" "$bench/limit-comm" slowd \\
	-- "ours, static<1.05" "$ours" -T -n slowd \\
	-- "dpkg" "$dpkg" -T -n slowd \\
	-- "busybox" "$busybox" start-stop-daemon -K -t -q -n slowd
echo "== return after the daemon's death, $crowd others (wanted: under 0.2 ms)"
"$bench/stopwatch" 15 400 "$work/slowd" "$work/pid" "limit: pidfd, signal, poll" "$bench/limit-stop" "$work/pid" \\
	-- "ours, by pidfile<0.2,5" "$ours" -K -R TERM/5 -p "$work/pid" \\
	-- "ours, by executable<0.2,5" "$ours" -K -R TERM/5 -x "$work/slowd" \\
	-- "dpkg, by pidfile" "$dpkg" -K -R TERM/5 -p "$work/pid" \\
	-- "dpkg, by executable" "$dpkg" -K -R TERM/5 -x "$work/slowd"
echo "== the same with a daemon that takes 3 s, $crowd others: the processor time (wanted: wait under 5 ms; one search costs what its limit above does)"
"$bench/stopwatch" 3 -3000 "$work/slowd" "$work/pid" "limit: pidfd, signal, poll" "$bench/limit-stop" "$work/pid" \\
	-- "ours, by pidfile<0.2,5" "$ours" -K -R TERM/5 -p "$work/pid" \\
	-- "ours, by executable<0.2,5" "$ours" -K -R TERM/5 -x "$work/slowd" \\
	-- "one search alone" "$ours" -T -x "$work/slowd" \\
	-- "dpkg, by executable" "$dpkg" -K -R TERM/5 -x "$work/slowd"
END
echo "== return after the daemon's death (wanted: under 0.2 ms)"
"$bench/stopwatch" 40 200 "$work/slowd" "$work/pid" "limit: pidfd, signal, poll" "$bench/limit-stop" "$work/pid" \
	-- "ours, by pidfile<0.2,5" "$ours" -K -R TERM/5 -p "$work/pid" \
	-- "ours, by executable<0.2,5" "$ours" -K -R TERM/5 -x "$work/slowd" \
	-- "dpkg, by pidfile" "$dpkg" -K -R TERM/5 -p "$work/pid" \
	-- "dpkg, by executable" "$dpkg" -K -R TERM/5 -x "$work/slowd"
"$bench/crowd" "$crowd" /bin/sh "$work/crowded"

echo "== size of a static binary with only this command (wanted: at most 98304)"
size=$(wc -c <"$alone")
[ "$size" -le 98304 ] && met=met || met='FALLS SHORT'
echo "$size bytes  $met"
