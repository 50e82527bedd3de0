# What a command is started with: the sockets of its service.

bats_require_minimum_version 1.5.0
load ../harness/lib
load ../harness/sockets

@test "the service gets its sockets: order, names, types, addresses, modes" {
	unit "ExecStart=$TALKER serve -o $SEEN
ExecStartPre=/bin/sh -c 'echo pre \$\${LISTEN_FDS-none} >/run/exd.pre'
NonBlocking=yes" "X-Listen=start
FileDescriptorName=talk
ListenStream=/run/exd/a
ListenDatagram=/run/exd/b
ListenSequentialPacket=/run/exd/c
ListenStream=@exd
ListenStream=127.0.0.1:4101
ListenDatagram=127.0.0.1:4101
ListenFIFO=/run/exd/fifo
ListenNetlink=kobject-uevent 1
SocketMode=0640
SocketUser=daemon
SocketGroup=bin
DirectoryMode=0711
Symlinks=/run/exd/link
RemoveOnStop=yes"
	expect 0 "$RC" start
	has "$output" "exd started, pid $(main)"
	wait_for [ -e "$SEEN" ]
	same "LISTEN_FDS=8
LISTEN_FDNAMES=talk:talk:talk:talk:talk:talk:talk:talk
own LISTEN_PID yes
3 stream nonblocking /run/exd/a
4 datagram connected nonblocking /run/exd/b
5 seqpacket nonblocking /run/exd/c
6 stream nonblocking @exd
7 stream nonblocking 127.0.0.1:4101
8 datagram connected nonblocking 127.0.0.1:4101
9 fifo
10 raw connected nonblocking family 16" "$(<"$SEEN")"
	same "pre none" "$(</run/exd.pre)"
	same "640 daemon bin socket" "$(stat -c '%a %U %G %F' /run/exd/a)"
	same "640 daemon bin fifo" "$(stat -c '%a %U %G %F' /run/exd/fifo)"
	same "711 root" "$(stat -c '%a %U' /run/exd)"
	same /run/exd/a "$(readlink /run/exd/link)"
	for to in /run/exd/a /run/exd/link @exd 127.0.0.1:4101; do
		ask "$to"
		same "$(main) hello" "$output"
	done
	for to in /run/exd/b 127.0.0.1:4101; do
		expect 0 "$TALKER" tell "$to"
		same "$(main) got" "$output"
	done
	expect 0 "$RC" stop
	same "" "$(ls /run/exd)"
	expect 1 "$TALKER" ask @exd
	expect 1 "$TALKER" ask 127.0.0.1:4101
	nothing_left
}
