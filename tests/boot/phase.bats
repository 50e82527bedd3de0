# What a change of runlevel runs, and in which order: the plan that rc -n prints.
load ../harness/lib
load tree

# plan LEVEL [OPTION]...: "ROUND ACTION LINK" lines, without the directories.
plan() {
	local level=$1
	shift
	rc -n --root "$ROOT" "$@" "$level" | sed -E 's,/etc/[^ ]*/,,'
}
link() { ln -s "${3:-../init.d/${2#???}}" "$ROOT/etc/rc$1.d/$2"; }
bare() { printf '#!/bin/sh\n' >"$ROOT/etc/init.d/$1" && chmod 755 "$ROOT/etc/init.d/$1"; }

@test "headers decide, and .depend files are not looked at" {
	debian_tree
	script log "Required-Start: disk" "Required-Stop: disk"
	script disk
	script web 'Required-Start: $mine' "Should-Start: cache" "Required-Stop: log"
	script cache "X-Start-Before: disk"
	echo '$mine log' >"$ROOT/etc/insserv.conf"
	for s in disk log cache web; do expect 0 update $s defaults; done
	expect 0 plan 2
	local want=$'1 start S01cache\n2 start S02disk\n3 start S03log\n4 start S04web'
	same "$want" "$output"
	expect 0 env PREVLEVEL=2 rc -n --root "$ROOT" 0
	same $'1 stop /etc/rc0.d/K01cache\n1 stop /etc/rc0.d/K01web\n2 stop /etc/rc0.d/K02log\n3 stop /etc/rc0.d/K03disk' "$output"
	# a number that somebody gave changes nothing
	mv "$ROOT/etc/rc2.d/S04web" "$ROOT/etc/rc2.d/S01web"
	mv "$ROOT/etc/rc2.d/S01cache" "$ROOT/etc/rc2.d/S77cache"
	expect 0 plan 2
	same "$(sed 's/S04web/S01web/; s/S01cache/S77cache/' <<<"$want")" "$output"
	for file in start stop boot; do
		: >"$ROOT/etc/init.d/.depend.$file"
		expect 0 plan 2
		same 4 "$(wc -l <<<"$output")"
		rm "$ROOT/etc/init.d/.depend.$file"
	done
	expect 0 plan 2
	same 4 "$(wc -l <<<"$output")"
}

@test "a script without a header is where its number says, alone" {
	debian_tree
	mkdir -p "$ROOT/etc/rc3.d"
	for s in low high same; do script $s; done
	for s in one two; do bare $s; done
	for l in S10low S20one S20same S20two S30high; do link 3 $l; done
	expect 0 plan 3
	same $'1 start S10low\n1 start S20same\n2 start S20one alone\n3 start S20two alone\n4 start S30high' "$output"
	# a header that names one of them is stronger than the number
	script low "Required-Start: two"
	expect 0 plan 3
	same "2 start S20two alone" "$(grep two <<<"$output")"
	same "3 start S10low" "$(grep low <<<"$output")"
	expect 0 plan 3 --serial
	same $'1 start S10low alone\n2 start S20one alone\n3 start S20same alone\n4 start S20two alone\n5 start S30high alone' "$output"
}

@test "all of many numbers are kept apart" {
	debian_tree
	mkdir -p "$ROOT/etc/rc3.d"
	for n in 10 20 30 40 50; do
		bare n$n && script h$n
		link 3 S${n}n$n
		link 3 S${n}h$n
	done
	expect 0 plan 3
	for n in 20 30 40 50; do
		has "$output" "$((n / 10)) start S${n}n$n alone"
		has "$output" "$((n / 10)) start S${n}h$n"
	done
	# a link that has moved is seen by all
	mv "$ROOT/etc/rc3.d/S30h30" "$ROOT/etc/rc3.d/S35h30"
	expect 0 plan 3
	has "$output" "4 start S35h30"
}

@test "links that are none, and files in odd places" {
	debian_tree
	mkdir -p "$ROOT/etc/rc3.d" "$ROOT/opt"
	script web "Required-Start: local"
	bare old~ && bare README
	link 3 S20web
	link 3 S20old~
	link 3 S50gone
	link 3 S50README
	link 3 S99twice ../init.d/web
	link 3 S10dir /etc
	echo junk >"$ROOT/etc/rc3.d/junk"
	mkdir "$ROOT/etc/rc3.d/S33dir"
	: >"$ROOT/etc/rc3.d/.depend"
	# its header counts, wherever it is
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: local\n### END INIT INFO\n' >"$ROOT/opt/local"
	chmod 755 "$ROOT/opt/local"
	link 3 S70local ../../opt/local
	mkdir "$ROOT/etc/rc3.d/S"
	expect 0 plan 3
	same $'1 start S70local\n2 start S20web\n2 start S99twice' "$output"
}

@test "loops are cut, and told" {
	debian_tree
	mkdir -p "$ROOT/etc/rc3.d"
	script a "Required-Start: c"
	script b "Required-Start: a"
	script c "Required-Start: b"
	for s in a b c; do link 3 S01$s; done
	rc -n --root "$ROOT" 3 >"$ROOT/out" 2>"$ROOT/err"
	same 3 "$(wc -l <"$ROOT/out")"
	same 1 "$(wc -l <"$ROOT/err")"
	has "$(cat "$ROOT/err")" "a loop, cut here: "
	has "$(cat "$ROOT/err")" "(/etc/init.d/"
}

@test "Debian: what the level before has too is left alone" {
	debian_tree
	script both "Default-Start: 2 3"
	script new "Default-Start: 3" "Default-Stop: 2"
	script old "Default-Start: 2" "Default-Stop: 3"
	for s in both new old; do expect 0 update $s defaults; done
	export PREVLEVEL=2
	expect 0 plan 3
	same $'1 stop K01old\n1 start S01new' "$output"
	export PREVLEVEL=N
	expect 0 plan 3
	same $'1 start S01both\n1 start S01new' "$output"
	export PREVLEVEL=3
	expect 0 plan 2
	same $'1 stop K01new\n1 start S01old' "$output"
}

@test "interactive scripts are alone" {
	debian_tree
	mkdir -p "$ROOT/etc/rcS.d"
	script ask "X-Interactive: true"
	script other
	link S S01ask
	link S S01other
	expect 0 plan S
	same $'1 start S01ask alone\n1 start S01other' "$output"
}

@test "RHEL: chkconfig numbers count, unless --parallel" {
	rhel_tree
	script net "chkconfig: 3 10 90" "Required-Stop: "
	script web "chkconfig: 3 85 15" "Required-Start: late"
	script late "chkconfig: 3 90 10"
	script pure "Required-Start: net"
	link 3 S10net
	link 3 S85web
	link 3 S90late
	link 3 S20pure
	expect 0 plan 3
	same $'1 start S10net alone\n2 start S20pure\n3 start S85web alone\n4 start S90late alone' "$output"
	expect 0 plan 3 --parallel
	same $'1 start S10net\n1 start S90late\n2 start S20pure\n2 start S85web' "$output"
	expect 0 rc -n --root "$ROOT" 3
	has "$output" "/etc/rc.d/rc3.d/S10net"
	# stopping goes up by the numbers as well
	for l in K90net K15web K10late; do link 0 $l; done
	expect 0 plan 0
	same $'1 stop K10late alone\n2 stop K15web alone\n3 stop K90net alone' "$output"
	script net "Required-Stop: "
	script web "Required-Stop: net"
	expect 0 plan 0 --parallel
	same $'1 stop K15web\n1 stop K10late' "$(grep ^1 <<<"$output" | sort -k3r)"
	same "2 stop K90net" "$(grep ^2 <<<"$output")"
}

@test "busybox: the scripts of /etc/init.d themselves" {
	debian_tree
	script S50web "Required-Start: log" "Required-Stop: log" "Provides: web"
	script S60log "Provides: log"
	bare S10plain
	bare S90last.sh
	chmod 644 "$ROOT/etc/init.d/S90last.sh"
	bare rcS
	expect 0 plan S
	same $'1 start S10plain alone\n2 start S60log\n3 start S50web\n4 start S90last.sh alone' "$output"
	expect 0 rcS -n --root "$ROOT"
	same 4 "$(wc -l <<<"$output")"
	expect 0 rcK -n --root "$ROOT"
	same $'1 stop /etc/init.d/S90last.sh alone\n2 stop /etc/init.d/S50web\n3 stop /etc/init.d/S60log\n4 stop /etc/init.d/S10plain alone' "$output"
}

@test "no tree, no level, no sense" {
	debian_tree
	expect 0 rc -n --root "$ROOT" 3
	same "" "$output"
	expect 2 rc -n --root "$ROOT" 7
	same "rc: unable to enter runlevel 7: only 0 to 6 and S are known" "$stderr"
	expect 2 env -u RUNLEVEL rc -n --root "$ROOT"
	expect 2 rc --root "$ROOT" 3
	expect 2 rc -n --root "$ROOT" --layout suse 3
	expect 0 rc -n --root "$ROOT" --layout rhel 3
	expect 2 rcK -n --root "$ROOT"
	rm -r "$ROOT/etc"
	expect 1 rc -n --root "$ROOT" 3
	same "rc: /etc/init.d: No such file or directory" "$stderr"
}
