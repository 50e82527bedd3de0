#!/bin/sh
# What dropping privileges costs, and what a filter costs; run by `make bench`, inside a throw-away root.  ROUNDS makes it shorter.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-300}
bench=$top/build/bench
ours=$top/build/static/bin
echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group

echo "== change of user by a command: one exec more; the second line is the exec alone, the third with the system calls of a drop: all that can be had"
for program in true-static nothing; do
	"$bench/timer" "$rounds" "$program" "$bench/$program" \
		-- "limit: a static program that execs it" "$bench/limit-run" "$bench/$program" \
		-- "limit: one that drops, and execs it" "$bench/limit-drop" "$bench/$program" \
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
# each in turn, and the median: a single one is up to a passing load; two in a hundred are no difference here
pairs() {
	"$bench/limit-filter" pairs
	"$bench/limit-filter" filters 1
	"$bench/limit-filter" filters 34
	"$ours/privdrop" --unit "$unit" -- "$bench/limit-filter" pairs
}
for _ in 1 2 3 4 5 6 7; do
	pairs | tr '\n' ' '
	echo
done | awk '
	function median(col, i, k, t) {
		for (i = 1; i <= NR; i++)
			for (k = i; k > 1 && v[k - 1, col] > v[k, col]; k--) { t = v[k, col]; v[k, col] = v[k - 1, col]; v[k - 1, col] = t }
		return v[int((NR + 1) / 2), col]
	}
	{ for (i = 1; i <= 4; i++) v[NR, i] = $(2 * i - 1) }
	END {
		printf "%-44s %d ns\n%-44s %d ns\n%-44s %d ns\n", "no filter", median(1), "one small filter", median(2), "34 small filters", median(3)
		printf "%-44s %d ns  %s\n", "ours, all of redis-server'"'"'s unit", median(4), median(4) <= median(2) * 1.02 ? "met" : "FALLS SHORT"
	}'
