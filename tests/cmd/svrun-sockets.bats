# svrun: sockets that it opens for a service, as systemd.socket(5) has them.

bats_require_minimum_version 1.5.0
load ../harness/lib
load ../harness/sockets

@test "without RemoveOnStop= the file stays, and the next start takes its place" {
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=/run/exd.sock"
	for _ in 1 2; do
		expect 0 "$RC" start
		ask /run/exd.sock
		expect 0 "$RC" stop
		[ -S /run/exd.sock ]
		expect 1 "$TALKER" ask /run/exd.sock
	done
	nothing_left
}

@test "a socket outlives the service: who connects while it is restarted is served" {
	unit "ExecStart=$TALKER serve
ExecStartPre=/bin/sh -c 'echo pre >>/run/exd.pre; read -r go </run/exd.go'
Restart=always
RestartSec=100ms" "X-Listen=start
ListenStream=127.0.0.1:4102
ListenStream=/run/exd.sock"
	mkfifo /run/exd.go
	"$RC" start >/dev/null 3>&- &
	starter=$!
	echo go >/run/exd.go
	wait "$starter"
	first=$(main) keeper=$(sed -n 's/^keeper=//p' "$RUN/record")
	# the service dies, and its next life has not begun when somebody connects
	kill -KILL "$first"
	wait_for is_in starting
	"$TALKER" ask 127.0.0.1:4102 >/run/exd.answer 3>&- &
	client=$!
	wait_for grep -q ':1006 .*:.* 01 ' /proc/net/tcp
	echo go >/run/exd.go
	wait "$client"
	another "$first"
	same "$(main) hello" "$(</run/exd.answer)"
	# a restart by command: another keeper, and the same sockets
	first=$(main) inode=$(stat -c %i /run/exd.sock)
	"$RC" restart >/dev/null 3>&- &
	starter=$!
	wait_for gone "$keeper"
	expect 0 grep -q ':1006 .* 0A ' /proc/net/tcp
	"$TALKER" ask /run/exd.sock >/run/exd.answer 3>&- &
	client=$!
	echo go >/run/exd.go
	wait "$starter"
	wait "$client"
	another "$first"
	same "$(main) hello" "$(</run/exd.answer)"
	same "$inode" "$(stat -c %i /run/exd.sock)"
	expect 0 "$RC" stop
	nothing_left
}

@test "a port in use is one line, and leaves nothing" {
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=127.0.0.1:4103"
	expect 0 "$RC" start
	sed -e 's/exd/exe/' -e 's/^ListenStream=.*/ListenStream=\/run\/exd.sock\n&/' "$RC" >/etc/init.d/exe
	chmod 755 /etc/init.d/exe
	expect 1 /etc/init.d/exe start
	same "svrun: unable to start exe: unable to listen at 127.0.0.1:4103 (exe.socket): it is in use" "$stderr"
	[ ! -e /run/exd.sock ] && [ ! -e /run/initwright/exe ]
	same 1 "$(pids_of svkeeper | wc -l)"
	# nor is a live socket in the file system taken away from who has it
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=/run/exd.sock"
	expect 0 svrun "$RC" restart
	expect 1 /etc/init.d/exe start
	has "$stderr" "unable to listen at /run/exd.sock (exe.socket): it is in use"
	ask /run/exd.sock
}

@test "what somebody has planted where the socket is to be is not touched" {
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=/run/exd/sock
SocketUser=daemon
SocketMode=0666"
	install -d -o daemon /run/exd
	echo precious >/run/exd.precious
	ln -s /run/exd.precious /run/exd/sock
	expect 1 "$RC" start
	has "$stderr" "unable to listen at /run/exd/sock (exd.socket): it is in use"
	same "precious root" "$(</run/exd.precious) $(stat -c %U /run/exd.precious)"
	[ -L /run/exd/sock ]
	rm /run/exd/sock
	echo other >/run/exd/sock
	expect 1 "$RC" start
	same other "$(</run/exd/sock)"
	# a link of theirs instead of a folder leads nowhere
	mkdir /run/exd.elsewhere
	ln -s /run/exd.elsewhere /run/exd/folder
	chown -h daemon /run/exd/folder
	sed -i 's,/run/exd/sock,/run/exd/folder/sock,' "$RC"
	expect 1 "$RC" start
	has "$stderr" "somebody's symbolic link is on the way"
	same "" "$(ls /run/exd.elsewhere)"
	nothing_left
}

@test "beside a unit file: the socket unit with its drop-ins, and what initgen makes of both" {
	dir=/etc/systemd/system
	mkdir -p "$dir/exd.socket.d"
	printf '[Service]\nExecStart=%s serve -o %s\n[Install]\nAlso=exd.socket\n' "$TALKER" "$SEEN" >"$dir/exd.service"
	printf '[Socket]\nListenStream=/run/%%p.sock\nListenStream=4107\nBindIPv6Only=ipv6-only\n[Install]\nWantedBy=sockets.target\n' >"$dir/exd.socket"
	printf '[Socket]\nListenStream=\nListenStream=/run/exd.other\n' >"$dir/exd.socket.d/own.conf"
	expect 0 svrun -n exd "$dir/exd.service" start
	same "exd: listens, and is started for who connects" "$output"
	ask /run/exd.other
	expect 0 svrun -n exd "$dir/exd.service" stop
	expect 0 initgen -o "$RC" exd
	grep -q '^# Default-Start: *2 3 4 5$' "$RC"
	sed -i "1s,.*,#!$BIN/svrun," "$RC"
	expect 0 "$RC" start
	ask /run/exd.other
	expect 0 "$RC" stop
	# an administrator's line for it
	mkdir -p /etc/initwright/exd.d
	printf '[Socket]\nListenStream=127.0.0.1:4107\nX-Listen=start\n' >/etc/initwright/exd.d/x.conf
	rm "$SEEN"
	expect 0 "$RC" start
	wait_for [ -e "$SEEN" ]
	same "LISTEN_FDS=2
LISTEN_FDNAMES=exd.socket:exd.socket" "$(head -n 2 "$SEEN")"
	expect 0 "$RC" explain
	has "$output" "socket         127.0.0.1:4107 (exd.socket)"
	expect 0 "$RC" stop
	nothing_left
}

@test "initgen --install of a template with Accept=: a script that listens" {
	dir=/etc/systemd/system
	mkdir -p "$dir" /usr/lib/initwright /etc/rc2.d
	ln -sf "$BIN/svrun" /usr/lib/initwright/svrun
	printf '[Service]\nExecStart=%s answer\nStandardInput=socket\n' "$TALKER" >"$dir/exd@.service"
	printf '[Socket]\nListenStream=127.0.0.1:4108\nAccept=yes\n[Install]\nWantedBy=sockets.target\n' >"$dir/exd.socket"
	expect 0 initgen --install exd@
	same "../init.d/exd" "$(readlink /etc/rc2.d/S??exd)"
	expect 0 "$RC" start
	ask 127.0.0.1:4108
	has "$output" " 127.0.0.1"
	expect 0 "$RC" status
	has "$output" "exd is listening"
	expect 0 "$RC" stop
	expect 0 initgen --uninstall exd
	[ ! -e "$RC" ]
	nothing_left
	rm -rf /usr/lib/initwright /etc/rc2.d
	# an instance of it is a service like any other
	sed -i 's/^ExecStart=.*/ExecStart=\/bin\/sleep 1000/; /^StandardInput/d' "$dir/exd@.service"
	expect 0 svrun -n exd@one "$dir/exd@.service" start
	expect 0 svrun -n exd@one "$dir/exd@.service" status
	has "$output" "exd@one is running"
	expect 0 svrun -n exd@one "$dir/exd@.service" stop
}

@test "what is to be a socket and is none is said" {
	unit "ExecStart=$TALKER serve
StandardInput=socket" "X-Listen=no
ListenStream=/run/exd.sock"
	expect 6 "$RC" start
	same "svrun: unable to start exd: its standard input is to be a socket, and there is none" "$stderr"
	unit "ExecStart=$TALKER serve" "X-Listen=start
ListenStream=/run/exd.sock
SocketUser=nobodyatall"
	expect 6 "$RC" start
	has "$stderr" "exd.socket: unknown user nobodyatall"
	nothing_left
}
