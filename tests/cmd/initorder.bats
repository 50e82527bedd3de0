# initorder: questions about an order.
load ../harness/lib
load ../boot/tree

setup() {
	debian_tree
	script log "Required-Start: disk"
	script disk
	script web 'Required-Start: $mine' "Should-Start: cache" "Required-Stop: log"
	script cache
	echo '$mine log' >"$ROOT/etc/insserv.conf"
	for s in disk log cache web; do expect 0 update $s defaults; done
}
io() { initorder --root "$ROOT" "$@"; }

@test "why one before the other: the whole chain, with file and line" {
	expect 0 io why disk before web
	same $'log must start after disk (/etc/init.d/log:4: Required-Start: disk)
web must start after log (/etc/init.d/web:4: Required-Start: $mine)' "$output"
	expect 1 io why web before disk
	same "initorder: nothing asks for web to come before disk" "$stderr"
	expect 0 io --stop why web before log
	same "log must stop after web (/etc/init.d/web:6: Required-Stop: log)" "$output"
	expect 2 io why nothere before web
}

@test "why a number" {
	expect 0 io why 3
	same $'S03web
web must start after log (/etc/init.d/web:4: Required-Start: $mine)
log must start after disk (/etc/init.d/log:4: Required-Start: disk)' "$output"
	expect 0 io why cache
	same S01cache "$output"
	expect 0 io why --json cache
	same '["S01cache"]' "$output"
}

@test "critical-path is the longest chain" {
	expect 0 io critical-path
	has "$output" "web must start after log"
	same 2 "$(wc -l <<<"$output")"
}

@test "graph" {
	expect 0 io graph --dot
	has "$output" '"disk" -> "log";'
	has "$output" '"cache" -> "web" [style=dashed];'
	expect 0 io graph --svg
	has "$output" '>S03 web</text>'
	expect 2 io graph
	expect 2 io graph --dot --svg
}

@test "verify finds each kind of fault, and none where there is none" {
	expect 0 io verify
	same "" "$output"
	cd "$ROOT/etc/rc2.d"
	ln -s ../init.d/gone S09gone
	ln -s ../init.d/log S33log
	ln -s ../init.d/log K33log
	rm S01cache && ln -s /bin/true S01cache
	mv S03web S01web
	chmod 644 ../init.d/disk
	rm ../rc3.d/S02log
	expect 1 io verify
	has "$output" "dangling: rc2.d/S09gone leads nowhere"
	has "$output" "duplicate: rc2.d has S02log as well as S33log"
	has "$output" "both: rc2.d has S02log as well as K33log"
	has "$output" "foreign: rc2.d/S01cache leads to /bin/true"
	has "$output" "not-executable: /etc/init.d/disk is linked, but not executable"
	has "$output" "order: rc2.d: web must start after log (/etc/init.d/web:4: Required-Start: \$mine), but does not"
	has "$output" "unprovided: /etc/init.d/web:4: log is not started in 3"
	expect 1 io verify --json
	has "$output" '{"kind":"dangling","level":"2","script":"gone","text":"rc2.d/S09gone leads nowhere"}'
}

@test "verify finds loops" {
	script disk "Required-Start: web"
	expect 1 io verify
	has "$output" "loop: a loop when started:"
	expect 0 io why disk before log
}

@test "RHEL" {
	rm -rf "$ROOT"
	rhel_tree
	script log
	script web "Required-Start: log" "Required-Stop: log"
	expect 0 chk --add log
	expect 0 chk --add web
	expect 0 io verify
	expect 0 io --stop why web before log
	same "log must stop after web (/etc/rc.d/init.d/web:5: Required-Stop: log)" "$output"
	expect 0 io --stop why 49
	has "$output" "K49web"
	expect 0 io --stop critical-path
	same "log must stop after web (/etc/rc.d/init.d/web:5: Required-Stop: log)" "$output"
	expect 2 io frob
	expect 2 io
}
