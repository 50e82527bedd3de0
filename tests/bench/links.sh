#!/bin/sh
# What changing links costs with many scripts, beside the installed peers; run by `make bench`, inside a throw-away root.
# COUNTS: how many scripts ("1000 5000").  PEERS=no: ours alone.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-11}
[ "$rounds" -le 11 ] || rounds=11
timer=$top/build/bench/timer
ours=$top/build/bin
peers=/run/bench-peers
limit="limit: list the links, read each script"

# a random net of scripts: 2.1 dependencies each in the mean, 15 in 100 of them Should-, names that tell nothing of the order
net() { # COUNT
	rm -rf /etc/init.d /etc/rc?.d
	mkdir -p /etc/init.d
	awk -v n="$1" 'BEGIN {
		srand(4711)
		for (i = 1; i <= n; i++) name[i] = sprintf("svc%04x%d", int(rand() * 65536), i)
		for (i = 1; i <= n; i++) {
			must = should = ""
			for (k = int(rand() * 5.2); k > 0 && i > 1; k--) {
				dep = name[1 + int(rand() * (i - 1))]
				if (rand() < 0.15) should = should " " dep; else must = must " " dep
			}
			f = "/etc/init.d/" name[i]
			printf "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: %s\n# Required-Start:%s\n# Required-Stop:%s\n", name[i], must, must > f
			printf "# Should-Start:%s\n# Should-Stop:%s\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n", should, should > f
			printf "# Short-Description: %d\n### END INIT INFO\nexit 0\n", i > f
			close(f)
		}
		printf "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: newone\n# Required-Start: %s %s\n# Required-Stop: %s\n", name[1], name[n], name[1] > "/etc/init.d/newone"
		printf "# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\nexit 0\n" > "/etc/init.d/newone"
	}'
	chmod 755 /etc/init.d/*
	(cd /etc/init.d && "$ours/insserv" svc*)
}

fetch_peers() {
	[ "${PEERS:-yes}" = yes ] || return 1
	[ -e "$top/build/debs-links/complete" ] || return 1
	mkdir -p $peers
	for deb in "$top"/build/debs-links/*.deb; do dpkg-deb -x "$deb" $peers || return 1; done
	cp $peers/sbin/insserv /sbin/insserv && cp $peers/etc/insserv.conf /etc/insserv.conf
}

median() { awk -v label="$1" 'index($0, label) == 1 { for (i = 1; i <= NF; i++) if ($i == "us") { print $(i - 1); exit } }' "$2"; }

rss() { # LABEL COMMAND...
	label=$1
	shift
	printf '%-44s %9s kB\n' "$label" "$("$top/build/bench/rss" "$@" 2>&1 >/dev/null | tail -n 1)"
}

one_size() { # COUNT
	net "$1"
	echo "== $1 scripts: add one (wanted: 15 ms and 8 MiB of 1,000, 75 ms and 16 MiB of 5,000)"
	"$timer" "$rounds" "$limit" "$top/build/bench/limit-links" \
		-- "update-rc.d, add" "$ours/update-rc.d" newone defaults -- "update-rc.d, remove" "$ours/update-rc.d" newone remove |
		tee "/run/bench-$1"
	rss "update-rc.d, add: memory" "$ours/update-rc.d" newone defaults
	echo "== $1 scripts: nothing to do (wanted: 60 ms of 5,000), and a list (wanted: 10 ms of 1,000)"
	"$timer" "$rounds" "$limit" "$top/build/bench/limit-links" -- "insserv" "$ours/insserv" -- "chkconfig --list" "$ours/chkconfig" --list
	"$ours/update-rc.d" newone remove 2>/dev/null
	[ -d $peers ] || return
	echo "== $1 scripts: the installed peer (insserv $(dpkg-deb -f "$top"/build/debs-links/insserv_*.deb Version))"
	n=3
	[ "$1" -le 2000 ] || n=1
	# it changes all numbers to its own first
	/sbin/insserv >/dev/null 2>&1
	"$timer" $n "update-rc.d, add" $peers/usr/sbin/update-rc.d newone defaults -- "update-rc.d, remove" $peers/usr/sbin/update-rc.d newone remove 2>/dev/null
	"$timer" $n "insserv, nothing to do" /sbin/insserv 2>/dev/null
}

# on a tmpfs, as on a disk that is in the cache: the throw-away root is an overlay, where each open costs twice as much
cp -a /etc /run/bench-etc && mount --bind /run/bench-etc /etc || exit 1

fetch_peers || echo "(no peers here: insserv and init-system-helpers cannot be fetched)"
# shellcheck disable=SC2086
set -- ${COUNTS:-1000 5000}
for count in "$@"; do one_size "$count"; done
if [ $# = 2 ]; then
	a=$(median "update-rc.d, add" "/run/bench-$1") b=$(median "update-rc.d, add" "/run/bench-$2")
	awk -v a="$a" -v b="$b" -v n="$1" -v m="$2" 'BEGIN { printf "== growth from %d to %d scripts: n^%.2f (wanted: at most n^1.1)\n", n, m, log(b / a) / log(m / n) }'
fi

echo "== service NAME status (wanted: at most 300 us over the script itself; the loader and the C library of a dynamic program take more, see its limit)"
printf '#!/bin/sh\nexit 0\n' >/etc/init.d/probe
chmod 755 /etc/init.d/probe
"$timer" 300 "the script itself" /etc/init.d/probe status \
	-- "limit: a static program executes it" "$top/build/bench/limit-pass" /etc/init.d/probe status \
	-- "service, static" "$top/build/static/bin/service" probe status \
	-- "limit: a dynamic program executes it" "$top/build/bench/limit-pass-dyn" /etc/init.d/probe status \
	-- "service, dynamic" "$ours/service" probe status
rm -rf $peers /etc/init.d/* /etc/rc?.d
umount /etc
rm -rf /run/bench-etc
