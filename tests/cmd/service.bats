# service: the script's own answer, its arguments as they are, and an environment with nothing else in it.
load ../harness/lib
load ../boot/tree

put() { # NAME LINE...: a script below /etc/init.d of the throw-away root
	printf '%s\n' '#!/bin/sh' "${@:2}" >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}

@test "arguments, directory, environment and status are the script's" {
	require_throwaway
	put probe 'for a; do echo "<$a>"; done; pwd; env | sort; exit 42'
	cd "$BATS_TEST_TMPDIR"
	LANG=C.UTF-8 TERM=dumb FOO=bar expect 42 service probe start 'a b' '/bo*' '' --help
	has "$output" $'<start>\n<a b>\n</bo*>\n<>\n<--help>\n/\n'
	has "$output" "LANG=C.UTF-8"
	has "$output" "LC_TELEPHONE="
	[[ $output != *FOO* ]]
	[[ $output != *HOME* ]]
}

@test "unknown services" {
	require_throwaway
	mkdir -p /etc/init.d
	expect 1 service nothere start
	same "nothere: unrecognized service" "$stderr"
	put probe 'echo probe'
	expect 1 service ../init.d/probe start
	expect 1 service '' start
	expect 1 service . start
	chmod 644 /etc/init.d/probe
	expect 1 service probe start
	expect 1 service
	has "$stderr" "Usage: service < option > | --status-all"
	expect 0 service -h
	printf '#!/nonexistent/shell\n' >/etc/init.d/probe
	chmod 755 /etc/init.d/probe
	expect 127 service probe start
	printf 'echo no first line "$1"\n' >/etc/init.d/probe
	expect 0 service probe hello
	same "no first line hello" "$output"
}

@test "--full-restart" {
	require_throwaway
	put probe 'echo "$1"; [ "$1" = start ] && exit 7; exit 3'
	expect 7 service probe --full-restart
	same $'stop\nstart' "$output"
}

@test "--status-all marks as it always did" {
	require_throwaway
	rm -f /etc/init.d/*
	put up 'echo up is running'
	put quiet 'exit 0'
	put down 'echo down is not running; exit 3'
	put strange 'echo "Usage: strange {start|stop}"; exit 1'
	put single 'echo never asked'
	put hangs 'echo hangs; exec sleep 1000'
	put off 'echo off'
	chmod 644 /etc/init.d/off
	expect 0 service --status-all --timeout 500ms
	same $' [ - ]  down\n [ - ]  quiet\n [ + ]  up' "$output"
	same $' [ ? ]  hangs\n [ ? ]  strange' "$stderr"
	rm /etc/init.d/hangs
	expect 0 service --status-all --json
	same '[{"service":"down","code":3,"state":"not running","output":"down is not running\n"},
 {"service":"quiet","code":0,"state":"running","output":""},
 {"service":"strange","code":1,"state":"dead, with pid file","output":"Usage: strange {start|stop}\n"},
 {"service":"up","code":0,"state":"running","output":"up is running\n"}]' "$output"
	none_of sleep
}

@test "--status-all in a RHEL tree says what the scripts say" {
	require_throwaway
	rm -rf /etc/init.d /etc/rc.d
	mkdir -p /etc/rc.d/init.d
	ln -s rc.d/init.d /etc/init.d
	put up 'echo up is running'
	expect 0 service --status-all
	same "up is running" "$output"
	rm -rf /etc/init.d /etc/rc.d
}

@test "--root: native scripts only" {
	debian_tree
	script web
	expect 1 service --root "$ROOT" web start
	same "service: unable to run $ROOT/etc/init.d/web: not a native script, and its root is not /" "$stderr"
	printf '#!/usr/lib/initwright/svrun\n### BEGIN INIT INFO\n# Provides: nat\n### END INIT INFO\n[Service]\nExecStart=/bin/true\n' >"$ROOT/etc/init.d/nat"
	chmod 755 "$ROOT/etc/init.d/nat"
	expect 3 service --root "$ROOT" nat status
	has "$output" "nat is not running"
	expect 0 service --root "$ROOT" --status-all
	same " [ - ]  nat" "$output"
	same " [ ? ]  web" "$stderr"
}
