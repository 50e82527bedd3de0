#!/bin/sh
# A runlevel of 200 scripts that sleep 10 to 100 ms and depend on one another at random: how long rc takes, with its standard input
# closed, beside the longest chain, startpar and a loop; run by `make bench`, inside a throw-away root.
# Wanted: at most 1.05 times the longest chain.  COUNT: how many scripts.  ROUNDS: the least of so many runs counts.  PEERS=no: ours alone.
set -u
top=$(cd "${0%/*}/../.." && pwd)
count=${COUNT:-200}
rounds=${ROUNDS:-5}
[ "$rounds" -le 5 ] || rounds=5
debs=$top/build/debs-sysvinit
PATH=$top/build/bin:$PATH

# 2.1 dependencies each in the mean; the last line of output is the longest chain in milliseconds
net() {
	rm -rf /etc/init.d /etc/rc?.d
	mkdir -p /etc/init.d /etc/rc2.d
	awk -v n="$count" 'BEGIN {
		srand(4711)
		for (i = 1; i <= n; i++) {
			sleep = 10 + int(rand() * 91); must = ""; before = 0
			for (k = int(rand() * 5.2); k > 0 && i > 1; k--) {
				d = 1 + int(rand() * (i - 1))
				must = must " s" d
				if (end[d] > before) before = end[d]
			}
			end[i] = before + sleep
			if (end[i] > longest) longest = end[i]
			sum += sleep
			f = "/etc/init.d/s" i
			printf "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: s%d\n# Required-Start:%s\n# Required-Stop:%s\n", i, must, must > f
			printf "# Default-Start: 2\n# Default-Stop: 0\n### END INIT INFO\nexec sleep %.3f\n", sleep / 1000 > f
			close(f)
		}
		print sum, longest
	}'
	chmod 755 /etc/init.d/*
	(cd /etc/init.d && insserv s*)
}

# the least time of some runs, in milliseconds, and how it compares with the longest chain
measure() { # ROUNDS LABEL COMMAND...
	times=$1 label=$2 least=
	shift 2
	while [ "$times" -gt 0 ]; do
		begin=$(date +%s%N)
		"$@"
		end=$(date +%s%N)
		took=$(((end - begin) / 1000000))
		[ -n "$least" ] && [ "$least" -le "$took" ] || least=$took
		times=$((times - 1))
	done
	awk -v l="$label" -v t="$least" -v c="$longest" 'BEGIN { printf "%-44s %8d ms %6.2f x the longest chain\n", l, t, t / c }'
}

ours() { RUNLEVEL=2 PREVLEVEL=N "$1/rc" 2 <&- >/dev/null; }
loop() { for s in /etc/rc2.d/S*; do "$s" start; done; }
peer() { (cd /etc/init.d && PREVLEVEL=N RUNLEVEL=2 /run/startpar -p 4 -t 20 -T 3 -M start -P N -R 2 >/dev/null 2>&1); }
# one that has a terminal, as at boot
peer_tty() { script -qec '/run/startpar -p 4 -t 20 -T 3 -M start -P N -R 2' /dev/null >/dev/null 2>&1; }

# on a tmpfs, as on a disk that is in the cache
cp -a /etc /run/bench-etc && mount --bind /run/bench-etc /etc || exit 1
net >/run/bench-net
read -r sum longest </run/bench-net
echo "== $count scripts that sleep 10 to 100 ms, $sum ms in all; the longest chain takes $longest ms"
measure "$rounds" "rc, standard input closed" ours "$top/build/bin"
measure "$rounds" "rc, static" ours "$top/build/static/bin"
if [ "${PEERS:-yes}" = yes ]; then
	measure 1 "a loop" loop
	if [ -e "$debs/complete" ]; then
		for deb in "$debs"/startpar_*.deb; do dpkg-deb -x "$deb" /run/x; done
		cp "$(find /run/x -name startpar -type f -perm -1 | head -n 1)" /run/startpar
		export PREVLEVEL=N RUNLEVEL=2
		measure 1 "startpar, standard input closed" peer <&-
		command -v script >/dev/null && cd /etc/init.d && measure "$rounds" "startpar, with a terminal" peer_tty
		cd / || exit 1
	else
		echo "(no peer here: startpar cannot be fetched)"
	fi
fi
umount /etc
rm -rf /run/bench-etc /run/x /run/startpar
