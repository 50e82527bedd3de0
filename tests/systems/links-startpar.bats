# variants: dyn
# startpar runs the scripts of a runlevel by our .depend files: all of them, none before what it has to come after.
load ../harness/lib
load ../boot/tree

DEBS=$TOP/build/debs-sysvinit

setup() {
	require_throwaway
	if [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages of sysvinit are not there" >&2; return 1; }
		skip "the packages of sysvinit are not there: make check-systems as root on Debian"
	fi
	mkdir "$BATS_TEST_TMPDIR/x"
	for deb in "$DEBS"/startpar_*.deb; do dpkg-deb -x "$deb" "$BATS_TEST_TMPDIR/x"; done
	STARTPAR=$(find "$BATS_TEST_TMPDIR/x" -name startpar -type f -perm -1 | head -n 1)
	rm -rf /etc/init.d /etc/rc?.d
	mkdir -p /etc/init.d /etc/rc3.d
	ROOT= LOG=$BATS_TEST_TMPDIR/log
}

# each says when it starts and when it has ended
daemon() { # NAME KEY...
	script "$@"
	sed -i '$d' "/etc/init.d/$1"
	printf 'echo "%s $1" >>%s\necho "%s end" >>%s\n' "$1" "$LOG" "$1" "$LOG" >>"/etc/init.d/$1"
}
net() {
	daemon s0
	for i in {1..60}; do daemon s$i "Required-Start: s$((i / 3)) s$((i / 2))" "Required-Stop: s$((i / 3)) s$((i / 2))" "X-Interactive: $([ $((i % 20)) = 7 ] && echo true || echo false)"; done
	(cd /etc/init.d && insserv s*)
}
run_level() { # ACTION FROM TO
	: >"$LOG"
	(cd /etc/init.d && PREVLEVEL=$2 RUNLEVEL=$3 "$STARTPAR" -p 4 -t 20 -T 3 -M "$1" -P "$2" -R "$3") </dev/null >/dev/null 2>&1 3>&-
}
line() { grep -nx "$1" "$LOG" | cut -d: -f1; }

@test "start: all, each after what it requires has ended" {
	net
	run_level start N 2
	same 61 "$(grep -c ' start$' "$LOG")"
	for i in {1..60}; do
		[ "$(line "s$((i / 2)) end")" -lt "$(line "s$i start")" ]
		[ "$(line "s$((i / 3)) end")" -lt "$(line "s$i start")" ]
	done
}

@test "stop: all, each before what it requires" {
	net
	run_level stop 2 0
	same 61 "$(grep -c ' stop$' "$LOG")"
	for i in {1..60}; do [ "$(line "s$i end")" -lt "$(line "s$((i / 2)) stop")" ]; done
}

@test "a damaged file is whole again after the next call of any installer" {
	net
	for n in 0 1 100 777 2000; do
		truncate -s $n /etc/init.d/.depend.start
		update-rc.d s0 defaults
		run_level start N 2
		same 61 "$(grep -c ' start$' "$LOG")"
	done
}

@test "more services than a line of startpar's holds" {
	for i in {1..300}; do daemon service-with-a-long-name-$i; done
	(cd /etc/init.d && insserv service*)
	run_level start N 2
	same 300 "$(grep -c ' start$' "$LOG")"
}
