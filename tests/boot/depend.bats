# The files that startpar runs the scripts by.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }

@test "who comes after whom, for boot, start and stop" {
	script disk "Default-Start: S" "Default-Stop: 0 6"
	script fsck "Default-Start: S" "Default-Stop:" "Required-Start: disk"
	script log "Required-Start: disk" "Required-Stop: disk"
	script web "Required-Start: log" "Should-Start: log" "Required-Stop: log"
	for s in web log fsck disk; do expect 0 update $s defaults; done
	same $'TARGETS = disk fsck\nINTERACTIVE =\nfsck: disk' "$(cat "$ROOT/etc/init.d/.depend.boot")"
	same $'TARGETS = log web\nINTERACTIVE =\nweb: log' "$(cat "$ROOT/etc/init.d/.depend.start")"
	same $'TARGETS = web log disk\nlog: web\ndisk: log' "$(cat "$ROOT/etc/init.d/.depend.stop")"
}

@test '$all is spelled out' {
	script last 'Required-Start: $all'
	script a
	script b
	for s in last a b; do expect 0 update $s defaults; done
	has "$(cat "$ROOT/etc/init.d/.depend.start")" "last: a b"
}

@test "no line is longer than startpar reads" {
	for i in {100..350}; do
		script "service-$i"
		mkdir -p "$ROOT/etc/rc2.d"
		ln -s "../init.d/service-$i" "$ROOT/etc/rc2.d/S01service-$i"
	done
	script last 'Required-Start: $all'
	expect 0 update last defaults
	[ "$(awk '{ if (length($0) > m) m = length($0) } END { print m }' "$ROOT/etc/init.d/.depend.start")" -lt 2047 ]
	same 252 "$(sed -n 's/^TARGETS = //p' "$ROOT/etc/init.d/.depend.start" | wc -w)"
	same 251 "$(sed -n 's/^last: //p' "$ROOT/etc/init.d/.depend.start" | wc -w)"
}

@test "a damaged file is repaired by the next run, whatever it is for" {
	script log
	script web "Required-Start: log"
	expect 0 update log defaults
	expect 0 update web defaults
	whole=$(cat "$ROOT/etc/init.d/.depend.start")
	for ((n = 0; n < ${#whole}; n += 7)); do
		printf '%s' "${whole:0:n}" >"$ROOT/etc/init.d/.depend.start"
		expect 0 update log defaults
		same "$whole" "$(cat "$ROOT/etc/init.d/.depend.start")"
	done
}

@test "a RHEL tree has none" {
	rm -rf "$ROOT"
	rhel_tree
	script log
	expect 0 chk --add log
	same $'.initwright.defaults\n.initwright.lock' "$(cd "$ROOT/etc/init.d" && ls -A | grep '^\.')"
	same 600 "$(stat -c %a "$ROOT/etc/init.d/.initwright.lock")"
}
