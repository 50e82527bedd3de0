#!/bin/sh
# What dropping privileges costs, and what a filter costs; run by `make bench`, inside a throw-away root.  ROUNDS makes it shorter.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-300}
bench=$top/build/bench
ours=$top/build/static/bin
echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group

echo "== change of user by a command: one exec more, of which the second line is all that can be had"
for program in true-static nothing; do
	"$bench/timer" "$rounds" "$program" "$bench/$program" \
		-- "limit: a static program that execs it" "$bench/limit-run" "$bench/$program" \
		-- "ours, static" "$ours/privdrop" --keep-caps cap_net_bind_service dropped "$bench/$program" \
		-- "ours, static, as setuidgid" "$ours/setuidgid" dropped "$bench/$program" \
		-- "setpriv" "$(command -v setpriv)" --reuid dropped --regid dropped --init-groups --bounding-set=-all --inh-caps=-all \
		--no-new-privs --reset-env "$bench/$program"
done
echo "== change of user in one fork and exec"
for program in true-static nothing; do
	"$bench/spawn" "$rounds" "$bench/$program"
done

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
