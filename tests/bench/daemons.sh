#!/bin/bash
# What the start of a real daemon costs: through svrun, with its unit, and through Debian's own init script; run by `make bench`, inside a
# throw-away root.  Both in the Debian of tests/harness/daemon-root.  Wanted: svrun at most half the time.  ROUNDS makes it shorter.
# Three things, each as the median of the rounds, in ms, that of the start also as the least: until the daemon's program (or the interpreter of what
# runs it) is executed for the first time, which is what the launcher takes; until the start returns; and the processor time that all together used, the daemon's own beginning too.
# What a start of svrun waits for is what the unit says (Type=): simple, that the program runs; forking, that it has gone into the background and
# stands in its PIDFile=; notify, that it says that it is ready.  Debian's scripts wait for less: that the daemon's parent ended, or (bg) for nothing.
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
[ -n "${INSIDE:-}" ] || exec $first "$top/build/harness/throwaway" -l "$root" -b "$top" env -i INSIDE=yes ROUNDS="$rounds" PATH=/usr/sbin:/usr/bin:/sbin:/bin bash "$0"

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

exec </dev/null
runs() { for _ in $(seq 100); do ! "$1" status >/dev/null 2>&1 || return 0; sleep 0.05; done; return 1; }

used() { sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat; }

# took SCRIPT PROGRAM DAEMON: microseconds until the program is executed, until the start returns, and of the processor; then it is stopped
took() {
	local before after times
	before=$(used)
	times=$("$top/build/bench/executed" "$2" "$1" start 2>/dev/null) || { echo "daemons.sh: $1 does not start" >&2; return 1; }
	sleep 0.2
	after=$(used)
	runs "$1" || { echo "daemons.sh: $1 says that it started, but does not run" >&2; return 1; }
	"$1" stop >/dev/null 2>&1
	for _ in $(seq 100); do [ -n "$(pidof "$3")" ] || break; sleep 0.05; done
	echo "$times" $((after - before))
}

# of a file with what took() printed: the median of a column
median() { sort -n -k "$2,$2" "$1" | awk -v k="$2" '{ v[NR] = $k } END { print v[int((NR + 1) / 2)] }'; }
least() { sort -n -k "$2,$2" "$1" | awk -v k="$2" 'NR == 1 { print $k }'; }
ms() { awk -v us="$1" 'BEGIN { printf "%7.1f", us / 1000 }'; }
summary() { ms "$(median "$1" 1)"; ms "$(least "$1" 2)"; ms "$(median "$1" 2)"; ms "$(median "$1" 3)"; }
ratio() { awk -v a="$(median "$1" "$3")" -v b="$(median "$2" "$3")" 'BEGIN { if (b) printf "%6.2f", a / b }'; }

echo "== start of a daemon, ms              svrun                         Debian's script               ratio of medians"
echo "                    Type=        exec  least median    CPU      exec  least median    CPU    exec  start    CPU"
while read -r unit stock type program daemon; do
	stock=/etc/init.d/$stock native=/native/$unit
	"$top/build/static/bin/initwright" initgen -q -n "$unit" -o "$native" "$unit" || continue
	rm -f "/tmp/$unit".*
	for _ in $(seq "$rounds"); do
		took "$native" "$program" "${daemon:-$program}" >>"/tmp/$unit.ours" || break
		took "$stock" "$program" "${daemon:-$program}" >>"/tmp/$unit.stock" || break
	done
	[ -s "/tmp/$unit.stock" ] || continue
	printf '%-19s %-8s %s  %s   %s %s %s\n' "$unit" "$type" "$(summary "/tmp/$unit.ours")" "$(summary "/tmp/$unit.stock")" \
		"$(ratio "/tmp/$unit.ours" "/tmp/$unit.stock" 1)" "$(ratio "/tmp/$unit.ours" "/tmp/$unit.stock" 2)" \
		"$(ratio "/tmp/$unit.ours" "/tmp/$unit.stock" 3)"
done <<'END'
cron cron simple /usr/sbin/cron
memcached memcached simple /usr/bin/perl /usr/bin/memcached
nginx nginx forking /usr/sbin/nginx
redis-server redis-server notify /usr/bin/redis-server
dnsmasq dnsmasq forking /usr/sbin/dnsmasq
haproxy haproxy notify /usr/sbin/haproxy
tor@default tor notify /usr/bin/tor
mosquitto mosquitto notify,bg /usr/sbin/mosquitto
chrony chrony forking /usr/sbin/chronyd
END
