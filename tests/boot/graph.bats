# What headers mean for the order.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }
add() { for s in "$@"; do expect 0 update "$s" defaults; done; }

@test "X-Start-Before and X-Stop-After" {
	script b
	script a "X-Start-Before: b" "X-Stop-After: b"
	add b a
	same "S01a S02b" "$(links 2)"
	same "K01b K02a" "$(links 0)"
}

@test "a dependency by Provides, by file name, and by file name without .sh" {
	script early.sh "Provides: e"
	script plain.sh
	sed -i '/Provides/d' "$ROOT/etc/init.d/plain.sh"
	script web "Required-Start: e plain"
	add web early.sh plain.sh
	same "S01early.sh S01plain.sh S02web" "$(links 2)"
}

@test "dependencies hold across different runlevel sets, and S comes before all" {
	script zdb "Default-Start: 3 5"
	script app "Required-Start: zdb boot"
	script boot "Default-Start: S"
	add app boot zdb
	same "S01zdb S02app" "$(links 3)"
	same "S02app" "$(links 2)"
	same "S01boot" "$(links S)"
}

@test '$all: after everything without it, whatever that asks for' {
	script last 'Required-Start: $all'
	script more 'Required-Start: $all last'
	script wants 'Required-Start: last'
	script a
	script b 'Required-Start: a'
	add last more wants
	has "$stderr" 'given up for $all, which is started after everything else: wants must start after last (/etc/init.d/wants:4: Required-Start: last)'
	add a b
	same "" "$stderr"
	same "S01a S01wants S02b S03last S04more" "$(links 2)"
	script first 'Required-Stop: $all'
	add first
	same "K01first" "$(cd "$ROOT/etc/rc0.d" && echo K01*)"
}

@test "numbers are stable: a link moves only when an edge forces it" {
	mkdir -p "$ROOT"/etc/rc{2,3,4,5}.d
	script log
	script web "Required-Start: log"
	script far
	for n in 2 3 4 5; do ln -s ../init.d/web "$ROOT/etc/rc$n.d/S20web"; ln -s ../init.d/far "$ROOT/etc/rc$n.d/S77far"; done
	add log
	same "S01log S20web S77far" "$(links 2)"
	script far "Required-Start: late"
	script late "Required-Start: web"
	add late
	same "S01log S20web S21late S77far" "$(links 2)"
	script log "Required-Start: late2"
	script late2 "Required-Start: zero"
	script zero
	add zero late2
	same "S01zero S02late2 S03log S20web S21late S77far" "$(links 2)"
}

@test "numbers that differ by level stay, until an edge forbids it" {
	mkdir -p "$ROOT"/etc/rc{2,3}.d
	script web "Default-Start: 2 3"
	ln -s ../init.d/web "$ROOT/etc/rc2.d/S20web"
	ln -s ../init.d/web "$ROOT/etc/rc3.d/S30web"
	script other "Default-Start: 2 3"
	add other
	same "S01other S20web|S01other S30web" "$(links 2)|$(links 3)"
	script log "Default-Start: 2 3" "X-Start-Before: web"
	expect 0 update log defaults 25
	same "S01other S25log S30web|S01other S25log S30web" "$(links 2)|$(links 3)"
}

@test "more than 99 steps are refused, and nothing changes" {
	for i in {100..198}; do script "c$i" "Required-Start: c$((i - 1))"; done
	script c99
	script c199 "Required-Start: c198"
	for i in {99..197}; do update "c$i" defaults || { echo "c$i" >&2; return 1; }; done
	before=$(tree_of)
	expect 1 update c198 defaults
	has "$stderr" "more than 99 steps"
	same "$before" "$(tree_of)"
	expect 0 update c199 defaults
}

@test "numbers near the end are compressed" {
	mkdir -p "$ROOT/etc/rc2.d"
	script a "Default-Start: 2"
	script b "Default-Start: 2" "Required-Start: a"
	script c "Default-Start: 2" "Required-Start: b"
	ln -s ../init.d/a "$ROOT/etc/rc2.d/S98a"
	ln -s ../init.d/b "$ROOT/etc/rc2.d/S99b"
	add c
	same "S01a S02b S03c" "$(links 2)"
}

@test "a service provided twice: everyone after it waits for both, and both hear of it" {
	script m1 "Provides: mta"
	script m2 "Provides: mta"
	script web "Required-Start: mta"
	add m1 m2
	has "$stderr" "service mta already provided by m1"
	add web
	same "S01m1 S01m2 S02web" "$(links 2)"
}

@test "the order does not depend on the order of additions" {
	for i in 1 2 3 4 5 6 7 8; do script "s$i" "Required-Start: s$((i / 2)) s$((i - 3))"; done
	for s in s8 s3 s1 s6 s2 s7 s5 s4; do add $s; done
	a=$(links 2)
	rm -rf "$ROOT"/etc/rc?.d
	add s1 s2 s3 s4 s5 s6 s7 s8
	same "$a" "$(links 2)"
}
