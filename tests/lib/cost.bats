# variants: dyn
# What the usual questions cost: which files of the library are read, and that nothing is executed.
load ../harness/lib
load table

setup_file() {
	in_throwaway || return 0
	mkdir -p /usr/lib/initwright
	cp -r "$TOP/lib" "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -sf initwright "/usr/lib/initwright/$name"; done
}
setup() {
	require_throwaway
	command -v strace >/dev/null || skip "there is no strace"
	rm -rf /lib/lsb/init-functions.d /etc/lsb-base-logging.sh
	cd "$BATS_TEST_TMPDIR"
	cp "$(command -v sleep)" demo
	./demo 1000 3>&- &
	DEMO=$!
	wait_for named "$DEMO" demo
	echo "$DEMO" >pid
}
teardown() { [ -z "${DEMO:-}" ] || kill "$DEMO"; }

# reads CODE: the library's files that are opened, by a shell that sources it and runs the code, in turn; and what is executed or forked
reads() {
	echo ". /usr/lib/initwright/lib/lsb/init-functions; $1" >script
	strace -f -qq -e trace=execve,open,openat,fork,vfork,clone,clone3 -e signal=none -o trace sh script >out || :
	sed -nE 's,.*open(at)?\(.*"/usr/lib/initwright/lib/([^"]*)".* = [0-9]+$,\2,p; s,.*execve\("([^"]*)".* = 0$,executes \1,p; s,.*(fork|clone3?)\(.*,a process,p' trace |
		sed '1{/^executes/d}'
}

@test "reading the library" {
	same "lsb/init-functions
lsb/verbose.sh" "$(reads :)"
	mkdir -p /lib/lsb/init-functions.d
	: >/lib/lsb/init-functions.d/00-verbose
	same lsb/init-functions "$(reads :)"
}

@test "status of a daemon that runs" {
	same "lsb/init-functions
lsb/verbose.sh
lsb/process.sh" "$(reads 'status_of_proc -p pid "$PWD/demo" demo')"
	same "demo is running." "$(<out)"
}

@test "status of a daemon that is a script" {
	printf '#!/bin/sh\nread -r x <&3\n' >scripted
	chmod 755 scripted
	mkfifo wait
	./scripted 3<>wait >/dev/null &
	local pid=$!
	wait_for named "$pid" scripted
	echo "$pid" >scripted.pid
	same "lsb/init-functions
lsb/verbose.sh
lsb/process.sh
lsb/script.sh" "$(reads 'status_of_proc -p scripted.pid ./scripted demo')"
	kill "$pid"
	same "demo is running." "$(<out)"
}

@test "the messages of a start" {
	same "lsb/init-functions
lsb/verbose.sh" "$(reads 'log_daemon_msg "Starting it" demo; log_end_msg 0')"
}
