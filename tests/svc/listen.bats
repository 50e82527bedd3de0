# What the keeper does about sockets before and after the service: it waits for who connects, and runs the commands of socket units.

bats_require_minimum_version 1.5.0
load ../harness/lib
load ../harness/sockets

@test "on demand: the first who connects has it started, and so does the next after its end" {
	unit "ExecStart=$TALKER serve -n 1" "ListenStream=/run/exd.sock"
	expect 0 "$RC" start
	same "exd: listens, and is started for who connects" "$output"
	same listening "$(state)"
	none_of talker
	expect 0 "$RC" status
	has "$output" "exd is listening"
	expect 0 "$RC" start
	has "$output" "exd is already running"
	ask /run/exd.sock
	first=${output%% *}
	wait_for is_in listening
	gone "$first"
	ask /run/exd.sock
	[ "${output%% *}" != "$first" ]
	expect 0 "$RC" stop
	nothing_left
	expect 3 "$RC" status
}

@test "on demand: one that never serves is not started for ever" {
	unit "ExecStart=/bin/false
StartLimitBurst=3" "ListenStream=127.0.0.1:4104"
	expect 0 "$RC" start
	expect 0 sh -c "'$TALKER' ask 127.0.0.1:4104 || :"
	wait_for none_of svkeeper
	expect 1 "$RC" status
	has "$output" "started too often"
	expect 1 "$TALKER" ask 127.0.0.1:4104
}

@test "the commands and conditions of a socket unit" {
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=/run/exd.sock
ExecStartPre=/bin/sh -c 'test -e /run/exd.sock || echo pre >>/run/exd.log'
ExecStartPost=/bin/sh -c 'test -S /run/exd.sock && echo post >>/run/exd.log'
ExecStopPre=/bin/sh -c 'test -S /run/exd.sock && echo stop >>/run/exd.log'
ExecStopPost=/bin/sh -c 'test -e /run/exd.sock || echo after >>/run/exd.log'
RemoveOnStop=yes"
	expect 0 "$RC" start
	expect 0 "$RC" restart
	expect 0 "$RC" stop
	same "pre post post stop after" "$(xargs </run/exd.log)"
	sed -i 's,^ExecStartPre=.*,ExecStartPre=/bin/false,' "$RC"
	expect 1 "$RC" start
	has "$stderr" "/bin/false exited with status 1"
	nothing_left
	unit "ExecStart=$TALKER serve -o $SEEN" "X-Listen=start
ListenStream=/run/exd.sock
ConditionPathExists=/run/exd.none"
	expect 0 "$RC" start
	wait_for [ -e "$SEEN" ]
	same "own LISTEN_PID no" "$(<"$SEEN")"
	[ ! -e /run/exd.sock ]
	expect 0 "$RC" stop
}
