# A process for each connection: Accept= of systemd.socket(5), by svrun.

bats_require_minimum_version 1.5.0
load ../harness/lib
load ../harness/sockets

@test "Accept=: a process for each connection, by its standard streams or as descriptor 3" {
	unit "ExecStart=$TALKER answer -o $SEEN
StandardInput=socket" "ListenStream=4105
ListenStream=/run/exd.sock
Accept=yes"
	expect 0 "$RC" start
	same listening "$(state)"
	ask 4105
	first=$output
	has "$first" " 127.0.0.1"
	ask 4105
	[ "$output" != "$first" ]
	same "REMOTE_ADDR=127.0.0.1
own LISTEN_PID no
0 stream connected [::ffff:127.0.0.1]:4105
1 stream connected [::ffff:127.0.0.1]:4105
2 stream connected [::ffff:127.0.0.1]:4105" "$(<"$SEEN")"
	ask /run/exd.sock
	has "$output" " hello"
	expect 0 "$RC" stop
	nothing_left
	expect 1 "$TALKER" ask 4105
	unit "ExecStart=$TALKER answer -o $SEEN" "ListenStream=4105
Accept=yes"
	expect 0 "$RC" start
	ask 4105
	same "LISTEN_FDS=1
LISTEN_FDNAMES=connection
REMOTE_ADDR=127.0.0.1
own LISTEN_PID yes
3 stream connected [::ffff:127.0.0.1]:4105" "$(<"$SEEN")"
	expect 0 "$RC" stop
	nothing_left
}

@test "Accept=: MaxConnections= and MaxConnectionsPerSource= turn away, a stop ends those who are served" {
	unit "ExecStart=/bin/sh -c 'echo in; exec sleep 1000'
StandardInput=socket" "ListenStream=127.0.0.1:4106
Accept=yes
MaxConnections=2"
	expect 0 "$RC" start
	for i in 1 2; do
		"$TALKER" ask 127.0.0.1:4106 >/run/exd.$i 3>&- &
		wait_for pgrep -fc "sleep 1000" >/dev/null
		wait_for -t 10 same_count "$i"
	done
	ask 127.0.0.1:4106
	same "" "$output"
	wait_for grep -q "too many connections" "$SYSLOG"
	expect 0 "$RC" stop
	wait
	wait_for same_count 0
	sed -i 's/^MaxConnections=.*/MaxConnectionsPerSource=1/' "$RC"
	expect 0 "$RC" start
	"$TALKER" ask 127.0.0.1:4106 >/run/exd.1 3>&- &
	wait_for same_count 1
	ask 127.0.0.1:4106
	same "" "$output"
	wait_for grep -q "of one source" "$SYSLOG"
	expect 0 "$RC" stop
	wait
	nothing_left
}
same_count() { [ "$(pids_of sleep | wc -l)" = "$1" ]; }
