#!/bin/sh
# Debian's own boot scripts and ten daemons, runlevels S and 2: how long our rc takes beside Debian's with startpar, each with a terminal, in the same
# root; run by `make bench`, inside a throw-away root.  Wanted: no slower.  ROUNDS: the least of so many runs counts.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-7}
[ "$rounds" -le 7 ] || rounds=7
debs=$top/build/debs-sysvinit

[ -e "$debs/complete" ] || { echo "== boot: no peer here: Debian's rc cannot be fetched"; exit 0; }
command -v script >/dev/null || { echo "== boot: there is no script(1) for a terminal"; exit 0; }
rm -rf /etc/init.d /etc/rc?.d
for deb in "$debs"/*.deb; do dpkg-deb -x "$deb" /tmp/layer; done
for dir in /tmp/layer/*; do
	mkdir -p "/${dir##*/}"
	cp -a --remove-destination "$dir/." "/${dir##*/}/"
done
mkdir -p /etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d /etc/rc6.d /etc/rcS.d
: >/etc/fstab
echo TMPTIME=infinite >/etc/default/rcS

# not those that would change the machine's clock and kernel, or remount this root
safe="bootlogs bootmisc.sh checkfs.sh hostname.sh mountall.sh mountall-bootclean.sh mountnfs.sh mountnfs-bootclean.sh rmnologin"
for s in /etc/init.d/*; do
	case " $safe rc rcS " in *" ${s##*/} "*) ;; *) rm "$s" ;; esac
done

# a chain of two, a chain of three, and five that need nothing
daemon() { # NUMBER NEEDS
	ln -sf "$(command -v sleep)" "/usr/sbin/bench-$1"
	cat >"/etc/init.d/bench-$1" <<-END
		#!/bin/sh
		### BEGIN INIT INFO
		# Provides: bench-$1
		# Required-Start: \$remote_fs $2
		# Required-Stop: \$remote_fs
		# Default-Start: 2 3 4 5
		# Default-Stop: 0 1 6
		### END INIT INFO
		. /lib/lsb/init-functions
		case \$1 in
		start)
			log_daemon_msg "Starting bench" "bench-$1"
			start-stop-daemon --start --quiet --background --make-pidfile --pidfile /run/bench-$1.pid --startas /usr/sbin/bench-$1 -- 1000
			log_end_msg \$?
			;;
		stop) start-stop-daemon --stop --quiet --pidfile /run/bench-$1.pid ;;
		esac
	END
	chmod 755 "/etc/init.d/bench-$1"
}
for i in 1 2 3 4 5 6 7 8 9 10; do daemon $i "$(case $i in 2 | 4 | 5) echo "bench-$((i - 1))" ;; esac)"; done
# shellcheck disable=SC2086
(cd /etc/init.d && insserv -f $safe bench-* 2>/dev/null)

boot() { # RC: both runlevels, with a terminal
	script -qec "RUNLEVEL=S PREVLEVEL=N $1 S; RUNLEVEL=2 PREVLEVEL=N $1 2" /dev/null >/dev/null 2>&1 </dev/null
	up=0
	for i in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -s "/run/bench-$i.pid" ] || { up=$((up + 1)); kill "$(cat "/run/bench-$i.pid")" 2>/dev/null; rm -f "/run/bench-$i.pid"; }
	done
	[ "$up" = 10 ] || echo "$1: only $up of ten daemons were started"
}

measure() { # LABEL RC
	least='' n=$rounds
	while [ "$n" -gt 0 ]; do
		begin=$(date +%s%N)
		boot "$2"
		took=$((($(date +%s%N) - begin) / 1000000))
		[ -n "$least" ] && [ "$least" -le "$took" ] || least=$took
		n=$((n - 1))
	done
	printf '%-44s %8d ms\n' "$1" "$least"
}

echo "== runlevels S and 2: $(find /etc/rcS.d /etc/rc2.d -name 'S*' | wc -l) scripts, ten daemons among them"
measure "rc" "$top/build/bin/rc"
measure "rc, static" "$top/build/static/bin/rc"
measure "Debian's rc and startpar" /lib/init/rc
