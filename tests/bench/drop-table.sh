#!/bin/sh
# What is left of root's rights by privdrop and by the tools that are installed, with no option given but the user; run by `make bench`, inside a
# throw-away root.  Fails when ours leaves anything.
#
# Each starts from root with groups 0 and 4, cap_net_raw inheritable, descriptor 7 open, SECRET in the environment and umask 027.
set -u
top=$(cd "${0%/*}/../.." && pwd)
ours=${BIN:-$top/build/static/bin}
grep -q '^dropped:' /etc/passwd || {
	echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
	printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group
}

# shellcheck disable=SC2016
probe='
	while read -r key value; do
		case $key in
		Uid:) u=${value%%[!0-9]*} ;; Gid:) r=${value%%[!0-9]*} ;; Groups:) g=$value ;; CapInh:) i=$value ;; CapBnd:) b=$value ;; CapAmb:) a=$value ;;
		NoNewPrivs:) n=$value ;;
		esac
	done </proc/self/status
	if [ -e /proc/$$/fd/7 ]; then f=leaks; else f=closed; fi
	case $i in *[!0]*) i=${i#00000000000} ;; *) i=none ;; esac
	case $b in *[!0]*) b=full ;; *) b=none ;; esac
	case $a in *[!0]*) a=full ;; *) a=none ;; esac
	printf "%-11s %-11s %-11s %-8s %-7s %-3s %-6s %s\n" "$u:$r" "${g:-none}" "$i" "$b" "$a" "$n" "${SECRET-clean}" "$f"'

run() { # COMMAND...: what the probe says when started by it
	(umask 027 && exec 7</etc/passwd && SECRET=leak setpriv --groups 0,4 --inh-caps +net_raw "$@" 2>&1 | tail -n 1)
}
row() { # NAME COMMAND...
	name=$1
	shift
	printf '%-34s ' "$name"
	if command -v "$1" >/dev/null; then run "$@"; else echo "not installed"; fi
}

printf '%-34s %-11s %-11s %-11s %-8s %-7s %-3s %-6s %s\n' tool "uid:gid" groups inheritable bounding ambient nnp secret "fd 7"
row "ours: privdrop dropped" "$ours/privdrop" dropped /bin/sh -c "$probe"
row "setpriv --reuid --regid --init-groups" setpriv --reuid dropped --regid dropped --init-groups /bin/sh -c "$probe"
row "setpriv --reuid" setpriv --reuid dropped /bin/sh -c "$probe"
row "capsh --user=dropped" /usr/sbin/capsh --user=dropped -- -c "$probe"
row "chpst -u dropped" /usr/bin/chpst -u dropped /bin/sh -c "$probe"
row "s6-setuidgid dropped" s6-setuidgid dropped /bin/sh -c "$probe"
row "gosu dropped" /usr/sbin/gosu dropped /bin/sh -c "$probe"
row "runuser -u dropped" runuser -u dropped -- /bin/sh -c "$probe"
row "start-stop-daemon --chuid dropped" /usr/sbin/start-stop-daemon --start --pidfile /tmp/none --chuid dropped --startas /bin/sh -- -c "$probe"
row "busybox start-stop-daemon -c" busybox start-stop-daemon -S -p /tmp/none -c dropped -a /bin/sh -- -c "$probe"
row "chroot --userspec=dropped" chroot --userspec=dropped / /bin/sh -c "$probe"
row "ours as setuidgid" "$ours/setuidgid" dropped /bin/sh -c "$probe"
row "ours as chpst -u" "$ours/chpst" -u dropped /bin/sh -c "$probe"
row "ours as gosu" "$ours/gosu" dropped /bin/sh -c "$probe"
row "ours as start-stop-daemon --chuid" "$ours/start-stop-daemon" --start --pidfile /tmp/none --chuid dropped --startas /bin/sh -- -c "$probe"

got=$(run "$ours/privdrop" dropped /bin/sh -c "$probe" | tr -s ' ')
[ "$got" = "4701:4701 4701 4711 none none none 1 clean closed" ] || [ "$got" = "4701:4701 4711 4701 none none none 1 clean closed" ] || {
	echo "privdrop leaves something: $got" >&2
	exit 1
}
