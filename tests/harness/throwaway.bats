# variants: dyn
# The throw-away root of the tests: what is done inside must stay inside.
load lib

throwaway() { "$HARNESS/throwaway" "$@"; }

setup() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	throwaway true 2>/dev/null || skip "no throw-away root to be had here"
}

@test "the status of the command comes back, also when a signal ends it" {
	expect 0 throwaway true
	expect 7 throwaway sh -c 'exit 7'
	expect 137 throwaway sh -c 'kill -KILL $$'
	expect 127 throwaway no-such-command
	has "$stderr" "unable to execute no-such-command: No such file"
}

@test "what is written inside is not there outside" {
	expect 0 throwaway sh -c 'touch /etc/throwaway-was-here /run/throwaway-was-here /tmp/x here && ls /etc/throwaway-was-here'
	[ ! -e /etc/throwaway-was-here ]
	[ ! -e /run/throwaway-was-here ]
	[ ! -e here ]
}

@test "-w is the way out, -b shows a directory" {
	mkdir "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/in"
	echo text >"$BATS_TEST_TMPDIR/in/file"
	expect 0 throwaway -b "$BATS_TEST_TMPDIR/in" -w "$BATS_TEST_TMPDIR/out" \
		sh -c "cp $BATS_TEST_TMPDIR/in/file $BATS_TEST_TMPDIR/out/; rm $BATS_TEST_TMPDIR/in/file"
	same text "$(cat "$BATS_TEST_TMPDIR/out/file")"
	same text "$(cat "$BATS_TEST_TMPDIR/in/file")"
}

@test "processes, host name and network are its own, lo is up" {
	expect 0 throwaway sh -c 'echo $(hostname) $$ $(sed -n "s/^ *\([a-z0-9]*\):.*/\1/p" /proc/net/dev)'
	same "throwaway 2 lo" "$output"
	grep -q . /proc/net/tcp
	expect 0 throwaway bash -c 'exec 3<>/dev/udp/127.0.0.1/9'
}

@test "orphans are reaped at once" {
	expect 0 throwaway bash -c '( (exit 0) & (exit 0) & ) ; load=; end=$((SECONDS + 5))
		while grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null; do [ $SECONDS -lt $end ] || exit 1; done'
}

@test "what the caller's nice level is does not matter" {
	expect 0 nice -n 5 "$HARNESS/throwaway" nice
	same 0 "$output"
}

@test "nothing survives the command: no process, no cgroup" {
	expect 0 throwaway sh -c 'mkdir -p /sys/fs/cgroup/a/b; setsid sleep 4711 & :'
	none_of sleep || ! pgrep -f 'sleep 4711'
	[ -z "$(find /sys/fs/cgroup -maxdepth 2 -name 'throwaway-*' 2>/dev/null)" ]
}

@test "killing it kills what is inside" {
	"$HARNESS/throwaway" sleep 4712 3>&- &
	local outer=$!
	wait_for pgrep -f '^sleep 4712'
	kill -TERM "$outer"
	wait "$outer" || :
	! pgrep -f '^sleep 4712'
}

@test "kernel settings cannot be changed, but for the next pid" {
	expect 0 throwaway sh -c '! (echo x >/proc/sys/kernel/hostname) 2>/dev/null && echo 4000 >/proc/sys/kernel/ns_last_pid && sh -c "echo \$\$"'
	[ "$output" -ge 4001 ]
}

@test "-R ends what is left behind" {
	expect 3 throwaway -R sh -c 'sleep 4713 & setsid sleep 4713 & exit 3'
	! pgrep -f '^sleep 4713'
}
