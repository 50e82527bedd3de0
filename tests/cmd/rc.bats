# rc: running the scripts of a runlevel.
load ../harness/lib
load ../boot/tree

setup() {
	require_throwaway
	unset RUNLEVEL PREVLEVEL
	rm -rf /etc/init.d /etc/rc?.d /etc/rc.d /run/initwright /etc/default/rcS
	mkdir -p /etc/init.d /etc/rc2.d /etc/rc3.d /var/lock/subsys
	ROOT=
	D=$BATS_TEST_TMPDIR
}
teardown() {
	in_throwaway || return 0
	[ -z "${RC:-}" ] || kill -KILL "$RC" 2>/dev/null || :
	pkill -x sleep || :
}

# job NAME COMMANDS [KEY: VALUE]...: a script with a header; it gets links by hand
job() {
	local name=$1 what=$2
	shift 2
	script "$name" "$@"
	sed -i '$d' "/etc/init.d/$name"
	printf '%s\n' "$what" >>"/etc/init.d/$name"
}
link() { ln -s "../init.d/${2#???}" "/etc/rc$1.d/$2"; }
# this root as a RHEL one
rhel() {
	rm -rf /etc/init.d /etc/rc?.d
	rhel_tree
	cp -a "$ROOT"/etc/* /etc/
	ROOT=
}
# the words of a file in one line
line() { tr '\n' ' ' <"$1"; }

@test "scripts run in their order, with the runlevels in the environment" {
	printf 'VERBOSE=no # words\nOTHER=x\n' >/etc/default/rcS
	job a 'echo "a $* $RUNLEVEL $PREVLEVEL $runlevel $previous $VERBOSE $OTHER. $PATH $(umask) $PWD"'
	job b 'echo "b $*"' "Required-Start: a"
	job c 'echo "c $*"'
	link 3 S02b; link 3 S01a; link 3 K01c
	expect 0 env PREVLEVEL=2 rc 3
	same $'c stop\na start 3 2 3 2 no . /sbin:/usr/sbin:/bin:/usr/bin 0022 /\nb start' "$output"
	same "" "$stderr"
	expect 0 env RUNLEVEL=3 PREVLEVEL=N rc
	same $'a start 3 N 3 N no . /sbin:/usr/sbin:/bin:/usr/bin 0022 /\nb start' "$output"
}

@test "side by side, each script's output in one piece; standard input is empty" {
	mkfifo "$D/f" "$D/g"
	job a "echo a1; echo >$D/f; read x <$D/g; cat; echo a2"
	job b "read x <$D/f; echo b1; echo >$D/g; echo b2 >&2; cat; printf b3"
	link 2 S01a; link 2 S01b
	expect 0 rc 2 <<<"not for them"
	[ "$output" = $'a1\na2\nb1\nb2\nb3' ] || same $'b1\nb2\nb3\na1\na2' "$output"
}

@test "all that went wrong is named at the end" {
	job bad 'exit 3'
	job dead 'kill -9 $$'
	job gone 'exit 5'
	job plain 'exit 6'
	job slow 'sleep 100'
	job later 'echo later' "Required-Start: bad dead slow"
	printf '#!/none\n' >/etc/init.d/odd
	chmod 755 /etc/init.d/odd
	job off 'echo never'
	chmod 644 /etc/init.d/off
	for s in bad dead gone plain slow later odd off; do link 2 S01$s; done
	expect 1 rc --timeout 300ms 2
	has "$output" later
	has "$stderr" "rc: not executable: off"
	has "$stderr" "rc: program not installed: gone"
	has "$stderr" "rc: not configured: plain"
	has "$stderr" "rc: failed in runlevel 2: "
	for s in "bad (status 3)" "dead (signal 9)" "slow (no end within 300ms)" "odd (No such file or directory)"; do has "$stderr" "$s"; done
	none_of sleep
}

@test "a script that stops what does not run has not failed" {
	job a 'exit 7'
	link 3 K01a
	expect 0 env PREVLEVEL=2 rc 3
	link 2 S01a
	expect 1 rc 2
	same "rc: failed in runlevel 2: a (status 7)" "$stderr"
}

@test "a daemon may keep its output open: rc ends, what it prints goes to the log, and it lives" {
	start_syslogd
	job d "(while :; do read x <$D/f; echo \"daemon \$x\"; done) & echo \$! >$D/pid; echo started"
	mkfifo "$D/f"
	link 2 S01d
	expect 0 rc 2
	same started "$output"
	echo one >"$D/f"
	wait_for grep -q 'd: daemon one' "$SYSLOG"
	PID=$(<"$D/pid")
	alive "$PID"
	kill "$PID"
	# who listened ends with it
	wait_for none_of rc
	stop_syslogd
}

@test "a script outlives a killed rc, and what it prints fails nothing" {
	mkfifo "$D/f"
	job a "echo \$\$ >$D/pid; read x <$D/f; echo one; echo two && echo whole >$D/done"
	job b "echo b >$D/b" "Required-Start: a"
	link 2 S01a; link 2 S02b
	rc 2 >"$D/out" 3>&- &
	RC=$!
	wait_for test -s "$D/pid"
	kill -KILL "$RC"
	wait "$RC" || :
	RC=
	echo >"$D/f"
	wait_for test -s "$D/done"
	[ ! -e "$D/b" ]
	# the next run is not in anybody's way
	echo 'echo a again' >>/etc/init.d/a
	(echo >"$D/f") 3>&- &
	expect 0 rc 2
	has "$output" "a again"
	[ -e "$D/b" ]
}

@test "a flood of output: all of it, in order, in little memory" {
	job a "yes 0123456789abcdef | head -c 100000000"
	job b "echo first; sleep 0.2; echo last"
	link 2 S01a; link 2 S01b
	expect 0 bash -c "rc 2 | tee >(wc -c >$D/n) | grep -v 0123456789abcdef"
	same $'first\nlast' "$output"
	wait_for test -s "$D/n"
	same 100000012 "$(($(<"$D/n") + 0))"
}

@test "SIGTERM: no more scripts, but those that run come to their end" {
	mkfifo "$D/f"
	job a "echo >$D/ready; read x <$D/f; echo a done"
	job b "echo b" "Required-Start: a"
	link 2 S01a; link 2 S02b
	rc 2 >"$D/out" 2>"$D/err" 3>&- &
	RC=$!
	wait_for test -e "$D/ready"
	kill -TERM "$RC"
	echo >"$D/f"
	local status=0
	wait "$RC" || status=$?
	RC=
	same 143 "$status"
	same "a done" "$(cat "$D/out")"
	same "rc: stopped by signal 15" "$(cat "$D/err")"
}

@test "a script without a header has the terminal" {
	printf '#!/bin/sh\nread x; echo "read $x"\n' >/etc/init.d/a
	chmod 755 /etc/init.d/a
	link 2 S01a
	expect 0 rc 2 <<<"what was typed"
	same "read what was typed" "$output"
	# nor needs it a first line
	echo 'echo "plain $1"' >/etc/init.d/a
	expect 0 rc 2
	same "plain start" "$output"
}

@test "no descriptor, a full disk, a file system that cannot be written" {
	job a 'echo out; echo a >>/tmp/ran'
	link 2 S01a
	expect 0 rc 2 <&- >&- 2>&-
	expect 0 sh -c 'rc 2 >/dev/full'
	mount -t tmpfs -o ro none /run
	expect 0 rc 2
	same out "$output"
	umount /run
	mount -t tmpfs -o size=4k,nr_inodes=2 none /run
	expect 0 rc 2
	same out "$output"
	has "$stderr" "rc: unable to record when scripts ran: No space left on device"
	umount /run
	same "a a a a " "$(line /tmp/ran)"
}

@test "RHEL: the lock files say what runs" {
	rhel
	for s in on off lock; do job $s "echo $s \$1"; done
	touch /var/lock/subsys/on /var/lock/subsys/lock.init
	for s in on off lock; do
		ln -s ../init.d/$s /etc/rc.d/rc3.d/S10$s
		ln -s ../init.d/$s /etc/rc.d/rc2.d/K10$s
	done
	expect 0 env PREVLEVEL=3 rc 2
	same $'lock stop\non stop' "$(sort <<<"$output")"
	expect 0 env PREVLEVEL=2 rc 3
	same "off start" "$output"
	chmod 644 /etc/rc.d/init.d/off
	expect 0 rc 3
	same "" "$output$stderr"
}

@test "confirm: yes, no, continue" {
	rhel
	for s in a b c d; do
		job $s "echo $s"
		ln -s ../init.d/$s /etc/rc.d/rc3.d/S10$s
	done
	touch /var/run/confirm
	expect 0 rc 3 < <(printf 'y\n'; sleep 0.3; printf 'n\n'; sleep 0.3; printf 'what\n'; sleep 0.3; printf 'c\n')
	has "$output" "Start service a (Y)es/(N)o/(C)ontinue? [Y] a"
	has "$output" "Start service b (Y)es/(N)o/(C)ontinue? [Y] Start service c"
	same "c d " "$(grep -xE '[a-d]' <<<"${output//* /}" | tail -n 2 | tr '\n' ' ')"
	[ ! -e /var/run/confirm ]
	expect 0 rc --confirm 3 </dev/null
	same 4 "$(grep -o 'Start service' <<<"$output" | wc -l)"
}

@test "busybox: rcS and rcK; a name in .sh is read by a shell" {
	rm -rf /etc/rc?.d
	printf '#!/none\necho "sourced $1 ${runlevel:-none}"\n' >/etc/init.d/S10a.sh
	printf '#!/bin/sh\necho "b $1"\n' >/etc/init.d/S20b
	chmod 755 /etc/init.d/S20b
	expect 0 rcS
	same $'sourced start none\nb start' "$output"
	expect 0 rcK
	same $'b stop\nsourced stop none' "$output"
	# nobody stands in the way of a machine that goes down
	grep -q '^run S N ' /run/initwright/.boot
	same 1 "$(grep -c '^run' /run/initwright/.boot)"
}

@test "Debian: halt and reboot have the console for themselves, and stop is the word" {
	mkdir /etc/rc0.d
	printf '#!/bin/sh\nread x; echo "halt $1 $x"\n' >/etc/init.d/halt
	chmod 755 /etc/init.d/halt
	job a 'echo "a $1"'
	ln -s ../init.d/halt /etc/rc0.d/S90halt
	link 0 K01a
	expect 0 rc 0 <<<now
	same $'a stop\nhalt stop now' "$output"
	[ ! -e /run/initwright/.boot ]
}

@test "when each script ran is recorded" {
	job a 'sleep 0.02; exit 4'
	job b '' "Required-Start: a"
	link 2 S01a; link 2 S02b
	expect 1 rc 2
	expect 0 cat /run/initwright/.boot
	same "boot $(cat /proc/sys/kernel/random/boot_id)" "$(head -n 1 <<<"$output")"
	grep -qE '^run 2 N [0-9]+$' <<<"$output"
	grep -qE '^script a start [0-9]+ [0-9]+ 4 -1$' <<<"$output"
	grep -qE '^script b start [0-9]+ [0-9]+ 0 0$' <<<"$output"
}

@test "thousands of links" {
	local i
	for i in {1..2000}; do
		printf '#!/bin/true\n### BEGIN INIT INFO\n# Provides: s%s\n# Required-Start: s%s\n### END INIT INFO\n' $i $((i / 2)) >/etc/init.d/s$i
		ln -s ../init.d/s$i /etc/rc2.d/S01s$i
	done
	chmod 755 /etc/init.d/s*
	for i in {1..8000}; do ln -s ../init.d/gone$i /etc/rc2.d/K09gone$i; done
	expect 0 timeout 60 rc 2
	same 2000 "$(grep -c '^script s' /run/initwright/.boot)"
}
