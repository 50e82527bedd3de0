# chkconfig in a RHEL tree, and what differs in a Debian one.
load ../harness/lib
load ../boot/tree

setup() { rhel_tree; }
line() { printf '%-15s\t0:%s\t1:%s\t2:%s\t3:%s\t4:%s\t5:%s\t6:%s' "$@"; }

@test "--add links in every level, from the chkconfig line's numbers on" {
	script zdb "chkconfig: 35 60 40" "Default-Start: 3 5" "Default-Stop:"
	script app "chkconfig: 2345 50 55" "Required-Start: zdb" "Required-Stop: zdb"
	expect 0 chk --add app
	expect 0 chk --add zdb
	same "S60zdb S61app" "$(links 3)"
	same "K40zdb S61app" "$(links 4)"
	same "K39app K40zdb" "$(links 0)"
	expect 0 chk --list
	same "$(line app off off on on on on off; echo; line zdb off off off on off on off)" "$output"
}

@test "off in one level moves nobody in others" {
	script zdb "Default-Start: 3 5"
	script app "Required-Start: zdb" "Required-Stop: zdb"
	expect 0 chk --add zdb
	expect 0 chk --add app
	same "S50zdb S51app" "$(links 3)"
	expect 0 chk --level 3 app off
	same "K49app S50zdb|S50zdb S51app" "$(links 3)|$(links 5)"
	expect 0 chk app on
	same "S50zdb S51app" "$(links 3)"
}

@test "a script with a chkconfig line and no block" {
	printf '#!/bin/sh\n# chkconfig: - 91 9\n' >"$ROOT/etc/init.d/plain"
	expect 0 chk --add plain
	same "K09plain K09plain" "$(links 3) $(links 0)"
	expect 0 chk plain on
	same "S91plain K09plain" "$(links 3) $(links 0)"
	expect 0 chk plain reset
	same "K09plain" "$(links 3)"
}

@test "queries" {
	script web
	expect 0 chk --add web
	expect 0 chk --level 3 web
	expect 1 chk --level 1 web
	expect 1 chk --level 35 web
	same "only one runlevel may be specified for a chkconfig query" "$stderr"
	expect 1 chk web
	has "$stderr" "cannot determine current run level"
	mkdir "$ROOT/run"
	{ printf '\1\0\0\0%s' "3N"; head -c 378 /dev/zero; } >"$ROOT/run/utmp"
	expect 0 chk web
	expect 0 chk web off
	expect 1 chk web
	same "" "$output$stderr"
	expect 1 chk nothere
}

@test "the texts that are looked for" {
	expect 1 chk --list nothere
	same "error reading information on service nothere: No such file or directory" "$stderr"
	printf '#!/bin/sh\n' >"$ROOT/etc/init.d/bare"
	expect 1 chk --add bare
	same "service bare does not support chkconfig" "$stderr"
	script web
	expect 1 chk --list web
	same "service web supports chkconfig, but is not referenced in any runlevel (run 'chkconfig --add web')" "$stderr"
	expect 1 chk --list --add web
	same "only one of --list, --add, --del, or --override may be specified" "$stderr"
	expect 1 chk --type foo web
	same "--type must be 'sysv' or 'xinetd'" "$stderr"
	expect 1 chk --level 9 web on
	expect 1 chk web frob
	expect 1 chk a b c
	expect 1 chkconfig -h
	expect 0 chk --list
	same "" "$output"
}

@test "without the right to change links" {
	script web
	expect 0 chk --add web
	[ "$(id -u)" = 0 ] || skip "needs another user"
	command -v setpriv >/dev/null || skip "no setpriv"
	chmod 755 "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "${BATS_TEST_TMPDIR%/*/*}"
	expect 1 setpriv --reuid 65534 --regid 65534 --clear-groups chkconfig --root "$ROOT" web off
	same "You do not have enough privileges to perform this operation." "$stderr"
	expect 0 setpriv --reuid 65534 --regid 65534 --clear-groups chkconfig --root "$ROOT" --list web
	same "S50web" "$(links 3)"
}

@test "--del" {
	script web
	expect 0 chk --add web
	expect 0 chk --del web
	same "*" "$(links 3)"
	expect 0 chk --del web
	expect 1 chk --del nothere
}

@test "resetpriorities finds the numbers anew" {
	script web "chkconfig: 345 50 50" "Default-Start: 3 4 5"
	expect 0 chk --add web
	script web "chkconfig: 345 20 80" "Default-Start: 3 4 5"
	expect 0 chk --add web
	same "S50web" "$(links 3)"
	expect 0 chk web resetpriorities
	same "S20web K80web" "$(links 3) $(links 0)"
}

@test "--override holds only while the links are the script's own" {
	script web "chkconfig: 345 50 50" "Default-Start: 3 4 5"
	expect 0 chk --add web
	mkdir "$ROOT/etc/chkconfig.d"
	printf '# chkconfig: 5 70 30\n### BEGIN INIT INFO\n# Provides: web\n# Default-Start: 5\n### END INIT INFO\n' >"$ROOT/etc/chkconfig.d/web"
	expect 0 chk --override web
	same "K30web S70web" "$(links 3) $(links 5)"
	expect 0 chk --level 2 web on
	printf '# chkconfig: 4 70 30\n' >"$ROOT/etc/chkconfig.d/web"
	expect 0 chk --override web
	same "S70web K30web" "$(links 5) $(links 4)"
}

@test "xinetd services" {
	mkdir "$ROOT/etc/xinetd.d"
	printf 'service time\n{\n\tdisable = yes\n\tid = time\n}\n' >"$ROOT/etc/xinetd.d/time"
	printf 'service echo\n{\n\tid = echo\n}\n' >"$ROOT/etc/xinetd.d/echo"
	script web
	expect 0 chk --add web
	expect 0 chk --list
	same "$(line web off off on on on on off; printf '\n\nxinetd based services:\n\t%-15s\ton\n\t%-15s\toff' echo: time:)" "$output"
	expect 0 chk time on
	same "$(printf 'service time\n{\n\tdisable = no\n\tid = time\n}\n')" "$(cat "$ROOT/etc/xinetd.d/time")"
	expect 0 chk time
	expect 0 chk echo off
	same "$(printf 'service echo\n{\n\tid = echo\n\tdisable = yes\n}\n')" "$(cat "$ROOT/etc/xinetd.d/echo")"
	expect 0 chk --type xinetd --list echo
	same "$(printf '%-15s\toff' echo)" "$output"
}

@test "a loop is refused" {
	script la "Required-Start: lb"
	script lb "Required-Start: la"
	expect 0 chk --add la
	expect 1 chk --add lb
	has "$stderr" "lb must start after la (/etc/rc.d/init.d/lb:4: Required-Start: la)"
	same "S50la" "$(links 3)"
}

@test "names are no patterns" {
	script axb
	expect 0 chk --add axb
	script 'a*b'
	expect 0 chk --add 'a*b'
	expect 0 chk --del 'a*b'
	same "S50axb" "$(links 3)"
}

@test "systemd-sysv-install" {
	script web
	expect 0 systemd-sysv-install --root "$ROOT" enable web
	expect 0 systemd-sysv-install --root="$ROOT" is-enabled web
	expect 0 systemd-sysv-install --root "$ROOT" disable web
	expect 1 systemd-sysv-install --root "$ROOT" is-enabled web
}

@test "a Debian tree: stop links only where Default-Stop says so" {
	rm -rf "$ROOT"
	debian_tree
	script web "Default-Stop: 0 6"
	expect 0 chk --add web
	same "S01web K01web" "$(links 3) $(links 0)"
	[ ! -e "$ROOT/etc/rc1.d/K01web" ]
	expect 0 chk web off
	same "K01web" "$(links 3)"
	expect 0 chk --scheme rhel --list web
}
