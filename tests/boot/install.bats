# Many at once, and what must hold for all of them.
# variants: dyn asan
load ../harness/lib
load tree

# every edge of the chain p1 <- p2 <- ... must be kept in every level
in_order() { # COUNT LEVEL...
	local n=$1 level i
	shift
	for level in "$@"; do
		for ((i = 1; i < n; i++)); do
			a=$(cd "$ROOT/etc/rc$level.d" && echo S??p$i) b=$(cd "$ROOT/etc/rc$level.d" && echo S??p$((i + 1)))
			[ -e "$ROOT/etc/rc$level.d/$a" ] && [ -e "$ROOT/etc/rc$level.d/$b" ] && [[ $a < $b ]] || {
				echo "rc$level.d: $a $b" >&2
				return 1
			}
		done
	done
}

@test "twenty additions at once: all there, all in order (Debian)" {
	debian_tree
	for i in {1..20}; do script p$i "Required-Start: p$((i - 1))"; done
	script p0
	expect 0 update p0 defaults
	pids=()
	for i in {1..20}; do update p$i defaults 3>&- & pids+=($!); done
	for p in "${pids[@]}"; do wait "$p"; done
	in_order 20 2 3 4 5
	before=$(tree_of)
	expect 0 update p1 defaults
	same "$before" "$(tree_of)"
}

@test "twenty additions at once: all there, all in order (RHEL)" {
	rhel_tree
	for i in {1..20}; do script p$i "Required-Start: p$((i - 1))"; done
	script p0
	pids=()
	for i in {0..20}; do chk --add p$i 3>&- & pids+=($!); done
	for p in "${pids[@]}"; do wait "$p"; done
	in_order 20 2 3 4 5
}

@test "second links of a script go when it moves, and not before" {
	debian_tree
	mkdir -p "$ROOT"/etc/rc{2,3,4,5}.d
	script web
	for n in 2 3 4 5; do ln -s ../init.d/web "$ROOT/etc/rc$n.d/S20web"; done
	ln -s ../init.d/web "$ROOT/etc/rc2.d/S50web"
	ln -s ../init.d/web "$ROOT/etc/rc3.d/K20web"
	script log
	expect 0 update log defaults
	same "S01log S20web S50web|K20web S01log S20web" "$(links 2)|$(links 3)"
	script web "Required-Start: late"
	script late
	expect 0 update late defaults 60
	same "S60late S61web|S60late S61web" "$(cd "$ROOT/etc/rc2.d" && echo *late *web)|$(cd "$ROOT/etc/rc3.d" && echo *late *web)"
	expect 0 update web remove
	same "S01log S60late" "$(links 2)"
}

@test "where something is no symbolic link, nothing is removed" {
	debian_tree
	script web
	expect 0 update web defaults
	rm "$ROOT/etc/rc2.d/S01web"
	echo mine >"$ROOT/etc/rc2.d/S01web"
	expect 1 update web remove
	has "$stderr" "rc2.d/S01web: no symbolic link"
	[ -L "$ROOT/etc/rc3.d/S01web" ]
	same mine "$(cat "$ROOT/etc/rc2.d/S01web")"
}

@test "a script that is a link, inside and out of the root" {
	debian_tree
	mkdir "$ROOT/opt"
	script web
	mv "$ROOT/etc/init.d/web" "$ROOT/opt/web"
	ln -s /opt/web "$ROOT/etc/init.d/web"
	expect 0 update web defaults
	same "S01web" "$(links 2)"
	ln -s "$ROOT/opt/web" "$ROOT/etc/init.d/out"
	expect 1 update out defaults
	same "update-rc.d: error: initscript does not exist: /etc/init.d/out" "$stderr"
}

@test "overrides replace headers" {
	debian_tree
	script web
	mkdir -p "$ROOT/etc/insserv/overrides" "$ROOT/usr/share/insserv/overrides"
	printf '### BEGIN INIT INFO\n# Provides: web\n# Default-Start: 4\n### END INIT INFO\n' >"$ROOT/usr/share/insserv/overrides/web"
	expect 0 update -n web defaults
	[[ $output != *rc2.d* ]]
	has "$output" "rc4.d  +S01web"
	sed 's/4/5/' "$ROOT/usr/share/insserv/overrides/web" >"$ROOT/etc/insserv/overrides/web"
	expect 0 update -n web defaults
	[[ $output != *rc4.d* ]]
	has "$output" "rc5.d  +S01web"
	# one that is a link, inside of the root
	sed 's/4/3/' "$ROOT/usr/share/insserv/overrides/web" >"$ROOT/elsewhere"
	ln -sf /elsewhere "$ROOT/etc/insserv/overrides/web"
	expect 0 update -n web defaults
	[[ $output != *rc4.d* ]]
	has "$output" "rc3.d  +S01web"
}

@test "an override that cannot be read concerns its script alone" {
	debian_tree
	script web
	script log
	mkdir -p "$ROOT/etc/insserv/overrides/log"
	ln -s web "$ROOT/etc/insserv/overrides/web"
	expect 0 update log defaults
	same "" "$stderr"
	expect 1 update web defaults
	has "$stderr" "/etc/insserv/overrides/web: Too many levels"
	same "S01log" "$(links 2)"
}
