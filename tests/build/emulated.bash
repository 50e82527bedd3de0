# What a build for another machine is asked to do under qemu-user, by `they`: the launcher, services with their keeper, privileges, checks, scripts,
# links, runlevels.  Each that does not work there is named with the system call that the emulator has not (seen by a program of ten lines that makes it).

# run a command of THEIRS
they() { "qemu-$EMULATOR-static" "$THEIRS" "$@"; }

# a tree for update-rc.d: three scripts, no links
tree() { # ROOT
	local name
	mkdir -p "$1"/etc/{init.d,rc{0,1,2,3,4,5,6,S}.d}
	for name in disk log web; do
		printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: %s\n# Required-Start: %s\n# Required-Stop:\n# Default-Start: 2 3 4 5\n# Default-Stop: 0 1 6\n### END INIT INFO\n' \
			$name "$([ $name = disk ] || echo disk)" >"$1/etc/init.d/$name"
		chmod 755 "$1/etc/init.d/$name"
	done
}

emulated_generators() {
	local target
	for target in portable debian rhel suse busybox; do
		initgen --target $target "$TOP/init.d/exampled.service" >ours 2>ours.err
		they initgen --target $target "$TOP/init.d/exampled.service" >theirs 2>theirs.err
		cmp ours theirs
		cmp ours.err theirs.err
	done
}

emulated_links() {
	local link
	tree ours.d
	tree theirs.d
	for link in disk log web; do
		expect 0 update-rc.d --root "$PWD/ours.d" $link defaults
		expect 0 they update-rc.d --root "$PWD/theirs.d" $link defaults
	done
	diff -r ours.d theirs.d
	same "$(cd ours.d; find . -type l | sort)" "$(cd theirs.d; find . -type l | sort)"
	[ -L theirs.d/etc/rc2.d/S01disk ]
}

emulated_lint() {
	local status=0
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: x\n# Required-Start: $nowhere\n### END INIT INFO\nkill `cat /run/x.pid`\n' >x
	initlint x >ours || status=$?
	expect "$status" they initlint x
	same "$(<ours)" "$output"
	[ -s ours ]
}

emulated_launcher() {
	local pid="$PWD/launched.pid"
	# a pidfile that the launcher writes and believes, by its own user
	expect 0 they start-stop-daemon --start --background --make-pidfile --pidfile "$pid" --exec /bin/sleep -- 1000
	alive "$(<"$pid")"
	expect 0 they start-stop-daemon --status --pidfile "$pid" --exec /bin/sleep
	expect 1 they start-stop-daemon --start --background --make-pidfile --pidfile "$pid" --exec /bin/sleep -- 1000
	PID=$(<"$pid")
	expect 0 they start-stop-daemon --stop --retry 10 --remove-pidfile --pidfile "$pid"
	gone "$PID"
	expect 3 they start-stop-daemon --status --pidfile "$pid"
	# of another user, whose start is another one
	expect 0 they start-stop-daemon --start --background --chuid nobody --make-pidfile --pidfile "$pid" --exec /bin/sleep -- 1000
	PID=$(<"$pid")
	same "$(id -u nobody)" "$(stat -c %u "/proc/$PID")"
	expect 0 they start-stop-daemon --stop --retry 10 --remove-pidfile --pidfile "$pid" --user nobody
	gone "$PID"
	# what cannot be executed is told, whoever it would have been
	printf '#!/none\n' >/tmp/cannot
	chmod 755 /tmp/cannot
	for user in root nobody; do
		expect 2 they start-stop-daemon --start --background --chuid $user --exec /tmp/cannot
		has "$stderr" "No such file or directory"
	done
	rm /tmp/cannot
	# readiness
	expect 0 they start-stop-daemon --start --background --notify-await --make-pidfile --pidfile "$pid" --startas /usr/bin/perl -- -MSocket -e \
		'socket S, AF_UNIX, SOCK_DGRAM, 0; ($a = $ENV{NOTIFY_SOCKET}) =~ s/^@/\0/; send S, "READY=1", 0, sockaddr_un($a) or die; sleep 1000'
	expect 0 they start-stop-daemon --stop --retry 10 --pidfile "$pid"
	expect 2 they start-stop-daemon --start --background --notify-await --exec /bin/false
	# a daemon that writes its pidfile
	printf '#!/bin/sh\necho $$ >%s\nexec sleep 1000\n' "$PWD/own.pid" >daemon
	chmod 755 daemon
	expect 0 they start-stop-daemon --start --background --pidfile "$PWD/own.pid" --startas "$PWD/daemon"
	wait_for test -s own.pid
	expect 0 they pidcheck "$PWD/own.pid"
	expect 0 they pidcheck --exec /bin/sleep "$PWD/own.pid"
	expect 1 they pidcheck --exec /bin/true "$PWD/own.pid"
	PID=$(<own.pid)
	expect 0 they start-stop-daemon --stop --retry 10 --remove-pidfile --pidfile "$PWD/own.pid"
	gone "$PID"
}

# qemu-user 7.2 has no PR_SET_CHILD_SUBREAPER: the daemon below would be lost if its pidfile did not name it
emulated_services() {
	local unit=$PWD/em.service main
	main() { sed -n 's/^main=//p' /run/initwright/em.service/record; }
	another() { [ "$(main)" -gt 1 ] && [ "$(main)" != "$1" ] && grep -q '^state=running' /run/initwright/em.service/record; }
	printf '[Service]\nExecStart=/bin/sleep 1000\nRestart=on-failure\nRestartSec=50ms\n' >"$unit"
	expect 0 they svrun "$unit" start
	main=$(main)
	alive "$main"
	expect 0 they svrun "$unit" status
	kill -KILL "$main"
	wait_for another "$main"
	expect 0 they svrun "$unit" status
	main=$(main)
	expect 0 they svrun "$unit" stop
	gone "$main"
	expect 3 they svrun "$unit" status
	printf '[Service]\nType=forking\nPIDFile=%s\nExecStart=/bin/sh -c "setsid sleep 1000 & echo $$! >%s"\n' "$PWD/em.pid" "$PWD/em.pid" >"$unit"
	expect 0 they svrun "$unit" start
	main=$(<em.pid)
	alive "$main"
	expect 0 they svrun "$unit" stop
	gone "$main"
	printf '[Service]\nExecStart=/nonexistent\n' >"$unit"
	expect 5 they svrun "$unit" start
	has "$stderr$output" "No such file or directory"
}

emulated_privileges() {
	expect 0 they privdrop --limit nofile=50:60 --nice 5 --umask 0077 --chdir / nobody -- sh -c 'id -u; ulimit -Sn; ulimit -Hn; nice; umask; pwd; cat /proc/self/status'
	same "$(id -u nobody) 50 60 5 0077 /" "$(head -n 6 <<<"$output" | xargs)"
	has "$output" $'NoNewPrivs:\t1'
	has "$output" $'CapBnd:\t0000000000000000'
	expect 0 they privdrop --keep-caps cap_net_bind_service nobody -- cat /proc/self/status
	has "$output" $'CapEff:\t0000000000000400'
	# qemu-user 7.2 has neither seccomp(2) nor PR_SET_SECCOMP: nothing is run without the filter that was asked for
	expect 1 they privdrop --seccomp '~@mount' nobody -- touch "$PWD/unfiltered"
	[ ! -e unfiltered ]
}

# four scripts: c and d wait for b, b for a
emulated_runlevel() {
	local name
	rm -rf /etc/init.d /etc/rc?.d
	mkdir -p /etc/init.d /etc/rc2.d
	for name in a: b:a c:b d:b; do
		printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: em%s\n# Required-Start: %s\n### END INIT INFO\necho "%s $1 $RUNLEVEL $PREVLEVEL"\n[ %s != d ]\n' \
			"${name%:*}" "${name#*:}" "${name%:*}" "${name%:*}" | sed 's/^\(# Required-Start: \)\(.\)/\1em\2/' >/etc/init.d/em${name%:*}
		chmod 755 /etc/init.d/em${name%:*}
		ln -sf ../init.d/em${name%:*} /etc/rc2.d/S0$((5 + ${#name}))em${name%:*}
	done
	expect 1 they rc 2
	same $'a start 2 N\nb start 2 N' "$(head -n 2 <<<"$output")"
	same $'c start 2 N\nd start 2 N' "$(tail -n 2 <<<"$output" | sort)"
	has "$stderr" "failed in runlevel 2: emd (status 1)"
	grep -q '^script ema start' /run/initwright/.boot
	expect 0 they bootchart --text
	has "$output" emb
}

emulated() { # EMULATOR PROGRAM
	EMULATOR=$1 THEIRS=$2
	same "$("$BIN/initwright" --list)" "$(they --list)"
	emulated_generators
	emulated_links
	emulated_lint
	emulated_launcher
	emulated_services
	emulated_privileges
	emulated_runlevel
}
