# insserv: options, messages and codes.  Its own test-suite is run by hand: it comes with its sources.
load ../harness/lib
load ../boot/tree

setup() { debian_tree; }
ins() { insserv --root "$ROOT" "$@"; }

@test "add, show, remove" {
	script log
	script web "Required-Start: log" "Required-Stop: log"
	expect 0 ins log web
	same "S01log S02web" "$(links 2)"
	expect 0 ins -s
	same $'K:02:0 1 6:log\nK:01:0 1 6:web\nS:01:2 3 4 5:log\nS:02:2 3 4 5:web' "$output"
	expect 1 ins -r log
	same $'insserv: FATAL: service log has to be enabled to use service web\ninsserv: exiting now!' "$stderr"
	expect 0 ins -r web
	expect 0 ins -r log
	same "*" "$(links 2)"
}

@test "what is required has to be enabled, in each runlevel" {
	script log "Default-Start: 2 3"
	script web "Required-Start: log \$bogus"
	expect 1 ins web
	has "$stderr" 'insserv: warning: could not find all dependencies for $bogus'
	has "$stderr" "insserv: FATAL: service log has to be enabled to use service web"
	[ ! -e "$ROOT/etc/rc2.d" ]
	expect 0 ins log
	expect 1 ins web
	has "$stderr" "insserv: FATAL: service log is missed in the runlevels 4 5 to use service web"
	expect 0 ins -f web
	same "S02web" "$(links 4)"
	expect 0 ins -r -f log
	same "S02web" "$(links 2)"
}

@test "-e enables what is required" {
	script disk
	script log "Required-Start: disk"
	script web "Required-Start: log"
	expect 0 ins -e web
	same "S01disk S02log S03web" "$(links 2)"
}

@test "a loop is refused, one with a Should- too" {
	script la "Required-Start: lb"
	script lb "Should-Start: la"
	expect 1 ins la lb
	has "$stderr" "There is a loop between services if started"
	has "$stderr" "exiting now without changing boot order!"
	[ ! -e "$ROOT/etc/rc2.d" ]
	expect 0 ins -f la lb
	same "S01lb S02la" "$(links 2)"
}

@test "levels on the command line" {
	script web
	expect 0 ins web,start=1,stop=3,5
	same "S01web K01web K01web S01web" "$(links 1) $(links 3) $(links 5) $(links 2)"
	expect 1 ins web,start=9
}

@test "-d is just what the header says" {
	script web
	expect 0 ins web
	script web "Default-Start: 3"
	expect 0 ins web
	same "S01web" "$(links 2)"
	expect 0 ins -d web
	same "*" "$(links 2)"
}

@test "no script: order all, drop what dangles, change nothing that is right" {
	script log
	script web
	expect 0 ins log web
	script log "Required-Start: web"
	ln -s ../init.d/gone "$ROOT/etc/rc2.d/S01gone"
	expect 0 ins
	same "S01web S02log" "$(links 2)"
	# what is no link was not made by an installer
	mkdir "$ROOT/etc/rc2.d/S01mine"
	expect 0 ins
	has "$stderr" "mine: what is in its place in the runlevel directories is no symbolic link and stays"
	rmdir "$ROOT/etc/rc2.d/S01mine"
	before=$(tree_of; stat -c '%n %y' "$ROOT"/etc/rc?.d "$ROOT"/etc/init.d)
	expect 0 ins
	same "$before" "$(tree_of; stat -c '%n %y' "$ROOT"/etc/rc?.d "$ROOT"/etc/init.d)"
}

@test "-n and -v tell" {
	script web "Default-Start: 2" "Default-Stop:"
	expect 0 ins -n web
	has "$stderr" "insserv: enable service ../init.d/web -> /etc/init.d/../rc2.d/S01web"
	has "$stderr" "insserv: dryrun, not creating depend.boot, depend.start, and depend.stop"
	[ ! -e "$ROOT/etc/rc2.d" ]
	expect 0 ins -v web
	has "$stderr" "insserv: creating /etc/init.d/.depend.start"
	expect 0 ins -n -r web
	has "$stderr" "insserv: remove service /etc/init.d/../rc2.d/S01web"
	expect 0 ins -n --json -r web
	has "$output" '{"action":"remove","level":"2","from":"S01web"}'
}

@test "skipped, missing, broken" {
	script web
	chmod 644 "$ROOT/etc/init.d/web"
	expect 0 ins web
	has "$stderr" "insserv: script web is not an executable file, will be skipped in boot sequence!"
	expect 0 ins web~
	has "$stderr" "insserv: script name web~ is not valid, skipped!"
	expect 1 ins nothere
	same "insserv: nothere: No such file or directory" "$stderr"
	printf '#!/bin/sh\n### BEGIN INIT INFO\n' >"$ROOT/etc/init.d/bad"
	chmod 755 "$ROOT/etc/init.d/bad" "$ROOT/etc/init.d/web"
	expect 1 ins bad
	has "$stderr" "FATAL: script bad is broken: missing end of LSB comment."
	expect 0 ins web
	script web2 "Provides: web"
	expect 1 ins web2
	has "$stderr" "insserv: script web2: service web already provided!"
	expect 1 ins -x
	has "$stderr" "For help use: insserv -h"
}

@test "other places: -p, -i, -c, -o, paths and directories" {
	script log
	script web 'Required-Start: $mine'
	mkdir "$ROOT/dep" "$ROOT/over"
	echo '$mine log' >"$ROOT/conf"
	cd "$ROOT/etc"
	expect 0 insserv -p "$ROOT/etc/init.d" -i ../dep -c ../conf -o "$ROOT/over" log web
	same "S01log S02web" "$(links 2)"
	same "web: log" "$(tail -n 1 "$ROOT/dep/.depend.start")"
	[ ! -e "$ROOT/etc/init.d/.depend.start" ]
	printf '### BEGIN INIT INFO\n# Provides: new\n# Default-Start: 3\n### END INIT INFO\n' >"$ROOT/over/new"
	script new
	expect 0 insserv -c "$ROOT/conf" -o "$ROOT/over" "$ROOT/etc/init.d/new"
	same "S01log S01new S02web" "$(links 3)"
	same "S01log S02web" "$(links 2)"
	expect 0 insserv -c "$ROOT/conf" -o "$ROOT/over" "$ROOT/etc/init.d"
}

@test "upstart jobs say what they are" {
	mkdir "$ROOT/lib"
	printf '#!/bin/sh\n[ "$1 $2" = "job lsb-header" ] && printf "### BEGIN INIT INFO\\n# Provides: job\\n# Default-Start: 3\\n### END INIT INFO\\n"\n' >"$ROOT/lib/upstart-job"
	chmod 755 "$ROOT/lib/upstart-job"
	ln -s "$ROOT/lib/upstart-job" "$ROOT/etc/init.d/job"
	expect 0 insserv -u "$ROOT/lib/upstart-job" -p "$ROOT/etc/init.d" job
	same "S01job" "$(links 3)"
	[ ! -e "$ROOT/etc/rc2.d" ]
	# one that cannot be asked is its own trouble
	echo rubbish >"$ROOT/lib/upstart-job"
	script web
	expect 0 insserv -u "$ROOT/lib/upstart-job" -p "$ROOT/etc/init.d" web
	same "S01job S01web" "$(links 3)"
}
