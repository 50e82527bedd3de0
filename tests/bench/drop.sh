#!/bin/sh
# What dropping privileges costs, what is left of root's rights by the tools that are installed, and what a filter costs; run by `make bench`,
# inside a throw-away root.  ROUNDS makes it shorter.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-300}
bench=$top/build/bench
ours=$top/build/static/bin
echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group

echo "== change of user, a program that does nothing"
"$bench/timer" "$rounds" "nothing" "$bench/nothing" \
	-- "limit: a static program that execs it" "$bench/limit-run" "$bench/nothing" \
	-- "ours, static" "$ours/privdrop" --keep-caps cap_net_bind_service dropped "$bench/nothing" \
	-- "ours, static, as setuidgid" "$ours/setuidgid" dropped "$bench/nothing" \
	-- "setpriv" "$(command -v setpriv)" --reuid dropped --regid dropped --init-groups --bounding-set=-all --inh-caps=-all --no-new-privs \
	--reset-env "$bench/nothing"

echo "== an mmap and a munmap"
unit=$(mktemp) || exit 1
trap 'rm -f "$unit"' EXIT
cat >"$unit" <<'END'
[Service]
ExecStart=/bin/true
NoNewPrivileges=yes
LockPersonality=true
MemoryDenyWriteExecute=true
ProtectClock=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~ @privileged @resources
END
printf '%-44s %s\n' "no filter" "$("$bench/limit-filter" pairs)"
printf '%-44s %s\n' "one small filter" "$("$bench/limit-filter" filters 1)"
printf '%-44s %s\n' "34 small filters" "$("$bench/limit-filter" filters 34)"
printf '%-44s %s\n' "ours, all of redis-server's unit" "$("$ours/privdrop" --unit "$unit" -- "$bench/limit-filter" pairs)"

echo "== from root with groups 0 and 4, cap_net_raw inheritable, descriptor 7 open, SECRET in the environment"
printf '%-26s %-16s %-17s %-17s %-4s %-7s %s\n' tool groups inheritable bounding nnp secret "fd 7"
row() { # NAME COMMAND...
	name=$1
	shift
	command -v "$1" >/dev/null || { printf '%-26s not installed\n' "$name"; return; }
	printf '%-26s ' "$name"
	# shellcheck disable=SC2016
	(exec 7</etc/passwd; SECRET=leak setpriv --groups 0,4 --inh-caps +net_raw "$@" /bin/sh -c '
		while read -r key value; do
			case $key in Groups:) g=$value ;; CapInh:) i=$value ;; CapBnd:) b=$value ;; NoNewPrivs:) n=$value ;; esac
		done </proc/self/status
		if [ -e /proc/$$/fd/7 ]; then f=leaks; else f=closed; fi
		printf "%-16s %-17s %-17s %-4s %-7s %s\n" "${g:-none}" "$i" "$b" "$n" "${SECRET-clean}" "$f"' 2>&1)
}
row "ours: privdrop" "$ours/privdrop" dropped
row "ours: setuidgid" "$ours/setuidgid" dropped
row "ours: gosu" "$ours/gosu" dropped
row "setpriv" setpriv --reuid dropped --regid dropped --init-groups
row "setpriv --reuid alone" setpriv --reuid dropped
row "runuser" runuser -u dropped --
row "chpst" /usr/bin/chpst -u dropped
row "s6-setuidgid" s6-setuidgid dropped
row "gosu" /usr/sbin/gosu dropped
row "chroot --userspec" chroot --userspec dropped /
