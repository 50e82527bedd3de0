# What tests of sockets share: load ../harness/sockets

TALKER=$TOP/build/harness/talker

setup() {
	require_throwaway
	RC=/etc/init.d/exd
	RUN=/run/initwright/exd
	SEEN=/run/exd.seen
	start_syslogd
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of talker) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	stop_syslogd
	rm -rf /etc/init.d/ex* /run/initwright /etc/initwright /run/exd* /etc/systemd/system/exd*
}

# unit SERVICE-LINES SOCKET-LINES: a native script $RC
unit() {
	mkdir -p /etc/init.d
	{
		printf '#!%s/svrun\n### BEGIN INIT INFO\n# Provides: exd\n### END INIT INFO\n[Service]\n%s\n' "$BIN" "$1"
		printf '[Socket]\nX-Unit=exd.socket\n%s\n' "$2"
	} >"$RC"
	chmod 755 "$RC"
}

state() { sed -n 's/^state=//p' "$RUN/record"; }
main() { sed -n 's/^main=//p' "$RUN/record"; }
is_in() { [ "$(state)" = "$1" ]; }
another() { [ "$(main)" -gt 1 ] && [ "$(main)" != "$1" ]; }
ask() { expect 0 "$TALKER" ask "$1"; }
nothing_left() {
	wait_for none_of talker
	wait_for none_of svkeeper
	[ ! -e "$RUN" ]
}
