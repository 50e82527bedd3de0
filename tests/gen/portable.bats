# variants: dyn
# The scripts for the target portable, of real daemons' units as Debian ships them, on a system with nothing of ours.
load target
TARGET=portable

setup_file() { install_daemons; }

@test "what tmpfiles.d wants below /run is made, and stays" {
	require_throwaway
	mkdir -p /usr/lib/tmpfiles.d
	printf 'd /run/extmp/deep 2750 daemon nogroup -\n' >/usr/lib/tmpfiles.d/tmpd.conf
	make_script tmpd --exec '/bin/sleep 1000'
	tidy "$SCRIPT"
	init 0 start
	same "2750 daemon nogroup" "$(stat -c '%a %U %G' /run/extmp/deep)"
	chmod 2710 /run/extmp/deep
	init 0 restart
	same 2710 "$(stat -c %a /run/extmp/deep)"
	init 0 stop
	[ -d /run/extmp/deep ]
	rm -r /run/extmp /usr/lib/tmpfiles.d/tmpd.conf
}

@test "linters and five shells have nothing to say" { is_tidy; }
@test "cron" { daemon cron /usr/sbin/cron; }
@test "memcached, a wrapper that becomes the daemon" { daemon memcached /usr/bin/memcached; }
@test "nginx, forking" { daemon nginx /usr/sbin/nginx reload; }
@test "dnsmasq, forking with helpers before and after" { daemon dnsmasq /usr/sbin/dnsmasq reload; }
@test "redis-server, with user, umask, limits and directories" {
	daemon redis-server /usr/bin/redis-check-rdb
	redis_is_as_its_unit_says
}

# fake NAME OPTION...: a service that sleeps, as user daemon, its process tree in a session of its own
fake() {
	printf '#!/bin/sh\nsleep 1000 &\nexec sleep 1001\n' >/usr/local/bin/fake
	chmod 755 /usr/local/bin/fake
	make_script "$1" --exec /usr/local/bin/fake --user daemon "${@:2}"
}

@test "a host with neither start-stop-daemon: setpriv, then su" {
	require_throwaway
	fake fake
	for hidden in /sbin/start-stop-daemon /usr/bin/setpriv /sbin/runuser; do
		mv "$hidden" "$hidden.hidden"
		init 0 start
		main_pid
		wait_for eval '[ "$(readlink /proc/$PID/exe)" = "$(readlink -f /bin/sleep)" ]'
		same "$(id -u daemon)" "$(stat -c %u "/proc/$PID")"
		init 0 stop
		wait_for none_of sleep
		init 3 status
	done
	for hidden in /sbin/start-stop-daemon /usr/bin/setpriv /sbin/runuser; do mv "$hidden.hidden" "$hidden"; done
}

@test "what another process has by now is not the service" {
	require_throwaway
	fake other
	init 0 start
	main_pid
	real=$PID
	sed -i 's/began=.*/began=1/' /run/initgen/other
	init 1 status
	has "$output" "dead"
	sleep 1000 &
	printf '%s\nbegan=1\nsession=0\n' $! >/run/initgen/other
	init 1 status
	init 0 stop
	alive $!
	init 3 status
	kill $!
	ps -o pid= -s "$real" | xargs kill
	wait_for none_of sleep
}

@test "a program that ends at once, or is not there, is no success" {
	require_throwaway
	make_script bad --exec /bin/false
	init 1 start
	has "$stderr" "bad: the program ended at once"
	init 3 status
	make_script none --exec /usr/sbin/none
	init 5 start
	make_script nouser --exec /bin/sleep --user no-such-user
	init 6 start
}

@test "arguments, the environment and its file arrive as they are" {
	require_throwaway
	printf '#!/bin/sh\n{ printf "<%%s>" "$@"; echo; env; } >/tmp/args.new\nmv /tmp/args.new /tmp/args\nexec sleep 1000\n' >/usr/local/bin/args
	chmod 755 /usr/local/bin/args
	printf 'OPTS="-a '"'b c'"'"\nX=$(id)\n' >/etc/default/args
	make_script args --exec "/usr/local/bin/args \"a  b\" 'it\\'s' \$OPTS \${X} \$\$x *" --env "Y=a 'b' \"c\" 100% \\"
	init 0 start
	wait_for test -e /tmp/args
	same "<a  b><it's><-a><b c><\$(id)><\$x><*>" "$(head -n 1 /tmp/args)"
	grep -Fx "Y=a 'b' \"c\" 100% \\" /tmp/args
	grep -Fx 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' /tmp/args
	! grep -E '^(BATS|TOP|HOME)' /tmp/args
	init 0 stop
}

@test "a daemon that ignores TERM is killed when its time is over" {
	require_throwaway
	cat >"$BATS_TEST_TMPDIR/deaf.service" <<-'END'
		[Service]
		ExecStart=/bin/sh -c "trap '' TERM; while :; do sleep 1; done"
		TimeoutStopSec=1
	END
	make_script deaf "$BATS_TEST_TMPDIR/deaf.service"
	init 0 start
	main_pid
	init 0 stop
	gone "$PID"
	wait_for none_of sleep
}

@test "a oneshot that remains, conditions, and a start that fails" {
	require_throwaway
	printf '[Unit]\nConditionPathExists=/etc/go\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/touch /tmp/done\nExecStop=/bin/rm /tmp/done\n' >"$BATS_TEST_TMPDIR/once.service"
	make_script once "$BATS_TEST_TMPDIR/once.service"
	init 0 start
	has "$stderr" "not started: ConditionPathExists=/etc/go"
	init 3 status
	touch /etc/go
	init 0 start
	[ -e /tmp/done ]
	init 0 status
	init 0 stop
	[ ! -e /tmp/done ]
	init 3 status
	printf '[Service]\nExecStartPre=/bin/false\nExecStart=/bin/sleep 1000\nExecStopPost=/bin/touch /tmp/post\nRuntimeDirectory=pre\n' >"$BATS_TEST_TMPDIR/pre.service"
	make_script pre "$BATS_TEST_TMPDIR/pre.service"
	init 1 start
	[ -e /tmp/post ]
	[ ! -e /run/pre ]
	none_of sleep
}

@test "what commands say goes where the unit sends it" {
	require_throwaway
	cat >"$BATS_TEST_TMPDIR/said.service" <<-END
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStartPre=/bin/echo before
		ExecStart=/bin/sh -c 'echo out; echo err >&2'
		ExecStop=/bin/echo after
		StandardOutput=append:/said
	END
	make_script said "$BATS_TEST_TMPDIR/said.service"
	init 0 start
	init 0 stop
	same "before
out
err
after" "$(</said)"
	[[ $output$stderr != *after* ]]
	sed -i 's/^StandardOutput=.*/StandardError=truncate:&/; s/:StandardOutput=append:/:/' "$BATS_TEST_TMPDIR/said.service"
	make_script said "$BATS_TEST_TMPDIR/said.service"
	init 0 start
	has "$output" before
	has "$output" out
	same err "$(</said)"
	init 0 stop
	has "$output" after
	rm /said
}

@test "no directory is made through a link" {
	require_throwaway
	printf '[Service]\nExecStart=/bin/sleep 1000\nUser=daemon\nRuntimeDirectory=evil\n' >"$BATS_TEST_TMPDIR/evil.service"
	make_script evil "$BATS_TEST_TMPDIR/evil.service"
	mkdir /tmp/mine
	ln -s /tmp/mine /run/evil
	init 1 start
	has "$stderr" "evil: /run/evil is a symbolic link"
	same 0 "$(stat -c %u /tmp/mine)"
}

@test "actions that are none, and users who may not" {
	require_throwaway
	fake who
	init 2 ''
	init 3 nonsense
	has "$stderr" "Usage: /etc/init.d/who {start|stop|"
	RUNNER="setpriv --reuid 65534 --regid 65534 --clear-groups"
	init 4 start
	init 3 status
}
