#!/bin/bash
# What the start of a real daemon costs: through svrun, with its unit, and through Debian's own init script; run by `make bench`, inside a
# throw-away root.  Both in the Debian of tests/harness/daemon-root.  Wanted: svrun at most half the time.  ROUNDS makes it shorter.
# The least of the rounds and the median are shown, in ms, and the median of the processor time that all together used, the daemon's own beginning
# too; svrun's start returns when the daemon is ready, Debian's when it was told to start.
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

used() { sed -n 's/^usage_usec //p' /sys/fs/cgroup/cpu.stat; }

# took SCRIPT: microseconds of its start, and of the processor; then it is stopped
took() {
	local begin end before after
	before=$(used)
	begin=${EPOCHREALTIME/[.,]/}
	"$1" start >/dev/null 2>&1 || { echo "daemons.sh: $1 does not start" >&2; return 1; }
	end=${EPOCHREALTIME/[.,]/}
	sleep 0.2
	after=$(used)
	runs "$1" || { echo "daemons.sh: $1 says that it started, but does not run" >&2; return 1; }
	"$1" stop >/dev/null 2>&1
	echo $((end - begin)) $((after - before))
}

# of a file with what took() printed: the least, the median, and the median of the second number, as ms
median() { sort -n -k "$2" "$1" | awk -v k="$2" '{ v[NR] = $k } END { print v[int((NR + 1) / 2)] }'; }
summary() { sort -n "$1" | awk -v m="$(median "$1" 1)" -v c="$(median "$1" 2)" 'NR == 1 { printf "%7.1f %7.1f %7.1f", $1 / 1000, m / 1000, c / 1000 }'; }
ratio() { awk -v a="$(median "$1" "$3")" -v b="$(median "$2" "$3")" 'BEGIN { if (b) printf "%6.2f", a / b }'; }

echo "== start of a daemon, ms                     svrun                     Debian's script          ratio"
echo "                                      least  median     CPU     least  median     CPU    median    CPU"
for line in cron:cron memcached:memcached nginx:nginx redis-server:redis-server dnsmasq:dnsmasq haproxy:haproxy tor@default:tor mosquitto:mosquitto chrony:chrony; do
	unit=${line%:*} stock=/etc/init.d/${line#*:} native=/native/${line%:*}
	"$top/build/static/bin/initwright" initgen -q -n "$unit" -o "$native" "$unit" || continue
	rm -f "/tmp/$unit".*
	for _ in $(seq "$rounds"); do
		took "$native" >>"/tmp/$unit.ours" || break
		took "$stock" >>"/tmp/$unit.stock" || break
	done
	[ -s "/tmp/$unit.stock" ] || continue
	printf '%-35s %s  %s    %s %s\n' "$unit" "$(summary "/tmp/$unit.ours")" "$(summary "/tmp/$unit.stock")" \
		"$(ratio "/tmp/$unit.ours" "/tmp/$unit.stock" 1)" "$(ratio "/tmp/$unit.ours" "/tmp/$unit.stock" 2)"
done
