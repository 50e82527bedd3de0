#!/bin/bash
# What the start of a real daemon costs: through svrun, with its unit, and through Debian's own init script; run by `make bench`, inside a
# throw-away root.  Both in the Debian of tests/harness/daemon-root.  Wanted: svrun at most half the time.  ROUNDS makes it shorter.
# The least of the rounds and the median are shown, in ms; svrun's start returns when the daemon is ready, Debian's when it was told to start.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-15}
root=$top/build/daemon-root/root
[ -e "$top/build/daemon-root/complete" ] || { echo "== start of daemons: no build/daemon-root (make check-systems)"; exit 0; }
# namespaces of users are not to be had in a chroot: a root of its own, in the one that we are in
[ -n "${INSIDE:-}" ] || exec "$top/build/harness/throwaway" -l "$root" -b "$top" env -i INSIDE=yes ROUNDS="$rounds" PATH=/usr/sbin:/usr/bin:/sbin:/bin bash "$0"

mkdir -p /run/lock /usr/lib/initwright /native
cp "$top/build/static/bin/initwright" /usr/lib/initwright/
ln -s initwright /usr/lib/initwright/svrun
"$top/build/harness/syslogd" /tmp/syslog >/dev/null
# such a root has no right to set the clock
sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' /etc/default/chrony
mkdir -p /etc/initwright/chrony.d
printf '[Unit]\nConditionCapability=\n' >/etc/initwright/chrony.d/clock.conf

exec </dev/null
runs() { for _ in $(seq 100); do ! "$1" status >/dev/null 2>&1 || return 0; sleep 0.05; done; return 1; }

# took SCRIPT: microseconds of its start; then it is stopped
took() {
	local begin end
	begin=${EPOCHREALTIME/[.,]/}
	"$1" start >/dev/null 2>&1 || { echo "daemons.sh: $1 does not start" >&2; return 1; }
	end=${EPOCHREALTIME/[.,]/}
	runs "$1" || { echo "daemons.sh: $1 says that it started, but does not run" >&2; return 1; }
	"$1" stop >/dev/null 2>&1
	echo $((end - begin))
}

# of a file with numbers, one a line: the least and the median, as ms
summary() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%7.1f %7.1f", v[1] / 1000, v[int((NR + 1) / 2)] / 1000 }'; }
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "== start of a daemon, ms                      svrun            Debian's script   ratio of medians"
echo "                                         least  median      least  median"
for line in cron:cron memcached:memcached nginx:nginx redis-server:redis-server dnsmasq:dnsmasq haproxy:haproxy tor@default:tor mosquitto:mosquitto chrony:chrony; do
	unit=${line%:*} stock=/etc/init.d/${line#*:} native=/native/${line%:*}
	"$top/build/static/bin/initwright" initgen -q -n "$unit" -o "$native" "$unit" || continue
	rm -f "/tmp/$unit".*
	for _ in $(seq "$rounds"); do
		took "$native" >>"/tmp/$unit.ours" || break
		took "$stock" >>"/tmp/$unit.stock" || break
	done
	printf '%-36s %s    %s   %s\n' "$unit" "$(summary "/tmp/$unit.ours")" "$(summary "/tmp/$unit.stock")" \
		"$(awk -v a="$(median "/tmp/$unit.ours")" -v b="$(median "/tmp/$unit.stock")" 'BEGIN { if (b) printf "%.2f", a / b }')"
done
