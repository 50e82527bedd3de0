#!/bin/bash
# What the start of a real daemon costs: through svrun, with its unit, and through Debian's own init script; run by `make bench`, inside a
# throw-away root.  Both in the Debian of tests/harness/daemon-root.  Wanted: svrun at most half the time.  ROUNDS makes it shorter, DAEMONS="nginx tor"
# leaves out the others.
#
# The first table is about the command, as the median of the rounds, in ms, that of the start also as the least: until the daemon's program (or the
# interpreter of what runs it) is executed for the first time, which is what the launcher takes; until the start returns; and the processor time that all
# together used, the daemon's own beginning too.  What a start of svrun waits for is what the unit says (Type=): simple, that the program runs; forking, that
# it has gone into the background and stands in its PIDFile=; notify, that it says that it is ready.  Debian's scripts wait for less: that the daemon's
# parent ended, or (bg) for nothing.
#
# The second is like for like: until the daemon answers, as the same probe on either side finds, whenever the command returns.  Beside it the daemon
# alone, executed by nobody's help, until it answers: what is more than that is due to the launcher, and to what it is told to do first.  For svrun that
# is ExecStartPre= and what the program of ExecStart= does before it executes the daemon ("orders", which are timed alone too).  Debian's script has its own.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-15}
root=$top/build/daemon-root/root
[ -e "$top/build/daemon-root/complete" ] || { echo "== start of daemons: no build/daemon-root (make check-systems)"; exit 0; }
# namespaces of users are not to be had in a chroot: a root of its own, in the one that we are in
# real-time scheduling, where it is to be had, so that others on the machine count less
first=
if chrt -r 10 true 2>/dev/null; then first="chrt -r 10"; fi
# shellcheck disable=SC2086
[ -n "${INSIDE:-}" ] || exec $first "$top/build/harness/throwaway" -l "$root" -b "$top" env -i INSIDE=yes ROUNDS="$rounds" DAEMONS="${DAEMONS:-}" \
	PATH=/usr/sbin:/usr/bin:/sbin:/bin bash "$0"

mkdir -p /run/lock /usr/lib/initwright /native
cp "$top/build/static/bin/initwright" /usr/lib/initwright/
ln -s initwright /usr/lib/initwright/svrun
"$top/build/harness/syslogd" /tmp/syslog >/dev/null
# such a root has no right to set the clock
sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' /etc/default/chrony
# Debian's script makes a pidfile that mosquitto, which would write it too, may not write to: it ends at once
sed -i '/^pid_file/d' /etc/mosquitto/mosquitto.conf
mkdir -p /etc/initwright/chrony.d
printf '[Unit]\nConditionCapability=\n' >/etc/initwright/chrony.d/clock.conf
answers=$top/build/bench/answers
exec </dev/null

runs() { for _ in $(seq 100); do ! "$1" status >/dev/null 2>&1 || return 0; sleep 0.05; done; return 1; }
used() { sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat; }

# gone DAEMON PROBE: wait for its end, and take away a file that would answer for it
gone() {
	for _ in $(seq 200); do [ -n "$(pidof "$1")" ] || break; sleep 0.02; done
	case $2 in file:* | unix:* | dgram:*) rm -f "${2#*:}" ;; esac
}

# took SCRIPT PROGRAM DAEMON PROBE: microseconds until the program is executed, until the start returns, until the daemon answers, and of the processor;
# then it is stopped
took() {
	local before after executed returned answered own
	before=$(used)
	read -r executed returned answered own < <("$answers" "$2" "$4" "$1" start 2>/dev/null) || { echo "daemons.sh: $1 does not start" >&2; return 1; }
	sleep 0.2
	after=$(used)
	runs "$1" || { echo "daemons.sh: $1 says that it started, but does not run" >&2; return 1; }
	"$1" stop >/dev/null 2>&1
	gone "$3" "$4"
	echo "$executed" "$returned" "$answered" $((after - before - own))
}

# alone USER DAEMON PROBE ARG...: microseconds until it answers
alone() {
	local answered
	read -r _ _ answered _ < <("$answers" -k -u "$1" "$2" "$3" "$2" "${@:4}" 2>/dev/null) || { echo "daemons.sh: $2 does not start alone" >&2; return 1; }
	gone "$2" "$3"
	echo "$answered"
}

# one COMMAND...: microseconds until it ended; wrapped DAEMON PROBE COMMAND...: until it executes the daemon, which goes into the background
one() { "$answers" "$1" end "$@" 2>/dev/null | cut -d' ' -f2; }
wrapped() {
	local executed
	read -r executed _ < <("$answers" "$@" 2>/dev/null)
	# shellcheck disable=SC2046
	kill $(pidof "$1")
	gone "$1" "$2"
	echo "$executed"
}

# the daemon alone: what svrun and the script have it executed with, but that it stays in the foreground, where -k finds it
bare() { # UNIT DAEMON PROBE
	case $1 in
	cron) alone root "$2" "$3" -f ;;
	memcached) alone root "$2" "$3" -m 64 -p 11211 -u memcache -l 127.0.0.1 ;;
	nginx) alone root "$2" "$3" -g 'daemon off; master_process on;' ;;
	redis-server) install -d -o redis -g redis /run/redis && alone redis "$2" "$3" /etc/redis/redis.conf --supervised no --daemonize no ;;
	dnsmasq) alone root "$2" "$3" -k -x /run/dnsmasq/dnsmasq.pid -u dnsmasq -7 /etc/dnsmasq.d,.dpkg-dist,.dpkg-old,.dpkg-new --local-service ;;
	haproxy) install -d -o haproxy -g haproxy /run/haproxy && alone root "$2" "$3" -W -f /etc/haproxy/haproxy.cfg -p /run/haproxy.pid ;;
	tor@default) alone root "$2" "$3" --defaults-torrc /usr/share/tor/tor-service-defaults-torrc -f /etc/tor/torrc --RunAsDaemon 0 ;;
	mosquitto) alone root "$2" "$3" -c /etc/mosquitto/mosquitto.conf ;;
	chrony) install -d -m 700 -o _chrony -g _chrony /run/chrony && alone root "$2" "$3" -n -F 1 -x ;;
	esac
}

# what the unit has done before the daemon is executed
orders() { # UNIT DAEMON PROBE
	case $1 in
	memcached) "$answers" -k "$2" "$3" /usr/share/memcached/scripts/systemd-memcached-wrapper /etc/memcached.conf 2>/dev/null | cut -d' ' -f1 && gone "$2" "$3" ;;
	nginx) one "$2" -t -q -g 'daemon on; master_process on;' ;;
	dnsmasq) echo $(($(one /usr/share/dnsmasq/systemd-helper checkconfig) + $(wrapped "$2" "$3" /usr/share/dnsmasq/systemd-helper exec))) ;;
	tor@default) echo $(($(one /usr/bin/install -Z -m 02755 -o debian-tor -g debian-tor -d /run/tor) +
		$(one "$2" --defaults-torrc /usr/share/tor/tor-service-defaults-torrc -f /etc/tor/torrc --RunAsDaemon 0 --verify-config))) ;;
	mosquitto) echo $(($(one /bin/mkdir -m 740 -p /var/log/mosquitto) + $(one /bin/chown mosquitto /var/log/mosquitto) +
		$(one /bin/mkdir -m 740 -p /run/mosquitto) + $(one /bin/chown mosquitto /run/mosquitto))) ;;
	*) echo 0 ;;
	esac
}

# of a file with what took() printed: the median of a column
median() { sort -n -k "$2,$2" "$1" | awk -v k="$2" '{ v[NR] = $k } END { print v[int((NR + 1) / 2)] }'; }
least() { sort -n -k "$2,$2" "$1" | awk -v k="$2" 'NR == 1 { print $k }'; }
ms() { awk -v us="$1" 'BEGIN { printf "%7.1f", us / 1000 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%6.2f", a / b; else printf "     -" }'; }
summary() { ms "$(median "$1" 1)"; ms "$(least "$1" 2)"; ms "$(median "$1" 2)"; ms "$(median "$1" 4)"; }
# ratios of the medians of the columns
ratios() { local k; for k in 1 2 4; do ratio "$(median "/tmp/$1.ours" $k)" "$(median "/tmp/$1.stock" $k)"; done; }

like_for_like() { # UNIT
	local ours stock own orders
	ours=$(median "/tmp/$1.ours" 3) stock=$(median "/tmp/$1.stock" 3) own=$(median "/tmp/$1.alone" 1) orders=$(median "/tmp/$1.orders" 1)
	printf '%-19s %s%s   %s%s   %s%s%s   %s%s%s\n' "$1" "$(ms "$ours")" "$(ms "$stock")" "$(ms "$own")" "$(ms "$orders")" \
		"$(ms $((ours - own)))" "$(ms $((ours - own - orders)))" "$(ms $((stock - own)))" \
		"$(ratio "$ours" "$stock")" "$(ratio $((ours - own)) $((stock - own)))" "$(ratio $((ours - own - orders)) $((stock - own)))"
}

echo "== start of a daemon, ms              svrun                         Debian's script               ratio of medians"
echo "                    Type=        exec  least median    CPU      exec  least median    CPU    exec start   CPU"
measured=
while read -r unit stock type program daemon probe; do
	case " ${DAEMONS:-$unit} " in *" $unit "*) ;; *) continue ;; esac
	stock=/etc/init.d/$stock native=/native/$unit
	"$top/build/static/bin/initwright" initgen -q -n "$unit" -o "$native" "$unit" || continue
	rm -f "/tmp/$unit".*
	for _ in $(seq "$rounds"); do
		took "$native" "$program" "$daemon" "$probe" >>"/tmp/$unit.ours" || break
		took "$stock" "$program" "$daemon" "$probe" >>"/tmp/$unit.stock" || break
		bare "$unit" "$daemon" "$probe" >>"/tmp/$unit.alone"
		orders "$unit" "$daemon" "$probe" >>"/tmp/$unit.orders"
	done
	[ -s "/tmp/$unit.stock" ] || continue
	printf '%-19s %-9s%s  %s   %s\n' "$unit" "$type" "$(summary "/tmp/$unit.ours")" "$(summary "/tmp/$unit.stock")" "$(ratios "$unit")"
	measured="$measured $unit"
done <<'END'
cron cron simple /usr/sbin/cron /usr/sbin/cron file:/run/crond.pid
memcached memcached simple /usr/bin/perl /usr/bin/memcached tcp:11211
nginx nginx forking /usr/sbin/nginx /usr/sbin/nginx http:80
redis-server redis-server notify /usr/bin/redis-server /usr/bin/redis-server tcp:6379
dnsmasq dnsmasq forking /usr/sbin/dnsmasq /usr/sbin/dnsmasq tcp:53
haproxy haproxy notify /usr/sbin/haproxy /usr/sbin/haproxy unix:/run/haproxy/admin.sock
tor@default tor notify /usr/bin/tor /usr/bin/tor tcp:9050
mosquitto mosquitto notify,bg /usr/sbin/mosquitto /usr/sbin/mosquitto tcp:1883
chrony chrony forking /usr/sbin/chronyd /usr/sbin/chronyd dgram:/run/chrony/chronyd.sock
END
echo "== until it answers, ms   command           alone          what is more than that            ratio"
echo "                      svrun script    daemon orders    svrun -orders script    answer  more  -orders"
for unit in $measured; do like_for_like "$unit"; done
