# update-rc.d: the links that maintainer scripts ask for.
load ../harness/lib
load ../boot/tree

setup() { debian_tree; }

@test "defaults links as the header says, in the order that headers ask for" {
	script web "Required-Start: log" "Required-Stop: log"
	script log
	expect 0 update web defaults
	expect 0 update log defaults
	same "S01log S02web" "$(links 2)"
	same "S01log S02web" "$(links 5)"
	same "K01web K02log" "$(links 0)"
	same "../init.d/web" "$(readlink "$ROOT/etc/rc2.d/S02web")"
	[ ! -e "$ROOT/etc/rcS.d" ]
}

@test "defaults twice changes nothing, and touches nothing" {
	script web
	expect 0 update web defaults
	before=$(tree_of; stat -c '%n %y' "$ROOT/etc" "$ROOT"/etc/rc?.d "$ROOT"/etc/init.d)
	expect 0 update web defaults
	same "$before" "$(tree_of; stat -c '%n %y' "$ROOT/etc" "$ROOT"/etc/rc?.d "$ROOT"/etc/init.d)"
}

@test "runlevel S, and no stop link there" {
	script early "Default-Start: S" "Default-Stop: S 0 6"
	expect 0 update early defaults
	same "S01early" "$(links S)"
	same "K01early" "$(links 6)"
}

@test "a level in both lists gets a stop link, with a warning" {
	script both "Default-Start: 2 3" "Default-Stop: 3 6"
	expect 0 update both defaults
	has "$stderr" "Default-Start and Default-Stop overlap: both is stopped in 3"
	same "S01both" "$(links 2)"
	same "K01both" "$(links 3)"
}

@test "disable and enable turn the links, an upgrade leaves them" {
	script web
	expect 0 update web defaults
	expect 0 update web disable
	same "K01web" "$(links 2)"
	expect 0 update web defaults
	same "K01web" "$(links 2)"
	expect 0 update web enable 2 3
	same "S01web K01web" "$(links 3) $(links 4)"
	expect 0 update web enable 4 9
	same "update-rc.d: warning: enable action will have no effect on runlevel 9" "$stderr"
	same "S01web" "$(links 4)"
}

@test "defaults-disabled" {
	script web
	expect 0 update web defaults-disabled
	same "K01web K01web" "$(links 2) $(links 0)"
	expect 0 update web defaults-disabled
	same "K01web" "$(links 2)"
	expect 0 update web enable
	same "S01web" "$(links 2)"
}

@test "remove, with the script gone" {
	script web
	script other
	expect 0 update web defaults
	expect 0 update other defaults
	rm "$ROOT/etc/init.d/web"
	expect 0 update web remove
	same "S01other" "$(links 2)"
	expect 0 update web remove
	expect 0 update never-there remove
	! grep -q web "$ROOT"/etc/init.d/.depend.* "$ROOT/etc/init.d/.initwright.defaults"
}

@test "what goes wrong, with the texts that are looked for" {
	expect 1 update nothere defaults
	same "update-rc.d: error: initscript does not exist: /etc/init.d/nothere" "$stderr"
	expect 1 update nothere disable
	same "update-rc.d: error: cannot find a LSB script for nothere" "$stderr"
	script web "Default-Start:"
	expect 1 update web disable
	same "update-rc.d: error: web Default-Start contains no runlevels, aborting." "$stderr"
	script web
	expect 1 update web disable
	same "update-rc.d: error: no runlevel symlinks to modify, aborting!" "$stderr"
	expect 1 update web
	has "$stderr" "update-rc.d: error: not enough arguments"
	expect 1 update -x web defaults
	expect 1 update web frobnicate
	expect 1 update ../../bin/sh defaults
	[ ! -e "$ROOT/etc/rc2.d" ]
}

@test "a loop is refused and told whole; -f cuts it" {
	script la "Required-Start: lb"
	script lb "Required-Start: la"
	script good
	expect 0 update la defaults
	expect 1 update lb defaults
	has "$stderr" "la must start after lb (/etc/init.d/la:4: Required-Start: lb)"
	has "$stderr" "lb must start after la (/etc/init.d/lb:4: Required-Start: la)"
	has "$stderr" "update-rc.d: error: insserv rejected the script header"
	same "S01la" "$(links 2)"
	expect 0 update -f lb defaults
	has "$stderr" "the cheapest to give up"
	expect 0 update good defaults
	same "" "$stderr"
}

@test "a loop gives way at its Should- dependency" {
	script la "Should-Start: lb"
	script lb "Required-Start: la"
	expect 0 update la defaults
	expect 0 update lb defaults
	same "S01la S02lb" "$(links 2)"
}

@test "an unterminated header stops nobody but its own script" {
	script good
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: bad\n' >"$ROOT/etc/init.d/bad"
	expect 0 update good defaults
	same "" "$stderr"
	expect 1 update bad defaults
	has "$stderr" "missing end of LSB comment"
	same "S01good" "$(links 2)"
}

@test "old forms: numbers are where the search for a place starts" {
	script log
	script web "Required-Start: log"
	expect 0 update log defaults 30 70
	same "S30log K70log" "$(links 2) $(links 0)"
	expect 0 update web start 20 2 3 4 5 . stop 80 0 1 6 .
	has "$stderr" "start and stop actions are no longer supported; falling back to defaults"
	[[ $stderr != *"do not match"* ]]
	same "S30log S31web" "$(links 2)"
	expect 0 update web start 20 2 3 .
	has "$stderr" "update-rc.d: warning: start runlevel arguments (2 3) do not match web Default-Start values (2 3 4 5)"
	expect 1 update web start x 2 .
	expect 1 update web start 20 12 .
	expect 1 update web defaults 100
}

@test "a script without a header" {
	printf '#!/bin/sh\n' >"$ROOT/etc/init.d/old"
	expect 0 update old defaults
	same "update-rc.d: warning: script 'old' missing LSB tags" "$stderr"
	same "S20old K20old" "$(links 2) $(links 6)"
	expect 0 update old remove
	expect 0 update old start 15 2 . stop 85 0 6 .
	same "S15old K85old" "$(links 2) $(links 6)"
	[ -z "$(ls -A "$ROOT/etc/rc3.d")" ]
}

@test "-n shows the plan and the reasons, and changes nothing" {
	script log
	script web "Required-Start: log"
	expect 0 update log defaults
	before=$(tree_of)
	expect 0 update -n web defaults
	has "$output" "rc2.d  +S02web  because web must start after log (/etc/init.d/web:4: Required-Start: log)"
	expect 0 update -n --json web defaults
	has "$output" '{"action":"add","level":"2","to":"S02web","why":"web must start after log'
	same "$before" "$(tree_of)"
	expect 0 update -n log defaults
	same "" "$output"
}

@test "DPKG_ROOT and -r" {
	script web
	DPKG_ROOT=$ROOT expect 0 update-rc.d web defaults
	same "S01web" "$(links 2)"
	expect 0 update-rc.d -r "$ROOT" web remove
	same "*" "$(links 2)"
	expect 1 update-rc.d --root "$ROOT/none" web defaults
	has "$stderr" "No such file or directory"
}

@test "no scripts at all: there is nothing to remove, and nothing else can be done" {
	rmdir "$ROOT/etc/init.d"
	expect 0 update web remove
	same "" "$stderr"
	expect 1 update web defaults
	has "$stderr" "/etc/init.d: No such file or directory"
}

@test "a header that shrank takes effect, unless somebody changed the links" {
	script web
	script hand
	expect 0 update web defaults
	expect 0 update hand defaults
	expect 0 update hand disable 5
	script web "Default-Start: 3"
	script hand "Default-Start: 3"
	expect 0 update web defaults
	expect 0 update hand defaults
	same "S01web" "$(cd "$ROOT/etc/rc3.d" && echo *web)"
	[ ! -e "$ROOT/etc/rc2.d/S01web" ]
	[ -e "$ROOT/etc/rc2.d/S01hand" ]
	[ -e "$ROOT/etc/rc5.d/K01hand" ]
}

@test "links do not lead out of the root" {
	script web
	mkdir "$BATS_TEST_TMPDIR/outside"
	ln -s ../../../outside "$ROOT/etc/rc2.d"
	ln -s "$BATS_TEST_TMPDIR/outside" "$ROOT/etc/rc3.d"
	update web defaults || :
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/outside")" ]
}
