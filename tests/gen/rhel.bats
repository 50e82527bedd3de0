# variants: dyn
# The scripts for the target rhel, with bash as sh and a functions file that has of Red Hat's what they use.
load target
TARGET=rhel
RUNNER="bash --posix"

setup_file() {
	in_throwaway || return 0
	mkdir -p /var/lock/subsys
	cat >/etc/init.d/functions <<-'END'
		umask 022
		PATH=/sbin:/usr/sbin:/bin:/usr/bin
		export PATH
		names=(success failure)
		success() { printf '\033[60G[  OK  ]\r'; return 0; }
		failure() { local code=$?; printf '\033[60G[FAILED]\r'; return $code; }
		action() { local said=$1; shift; printf '%s ' "$said"; "$@" && success || failure; echo; }
		status() { echo "$1 is unknown"; return 9; }
	END
	install_daemons
	rm -f /sbin/start-stop-daemon
}

@test "linters and five shells have nothing to say" { is_tidy; }

@test "the lock of the subsystem, Red Hat's words and codes" {
	require_throwaway
	make_script fake --exec '/bin/sleep 1000' --user daemon
	init 3 status
	same "fake is stopped" "$output"
	init 0 start
	has "$output" "Starting fake: "
	has "$output" "[  OK  ]"
	[ -e /var/lock/subsys/fake ]
	main_pid
	same "fake (pid  $PID) is running..." "$output"
	same "$(id -u daemon)" "$(stat -c %u "/proc/$PID")"
	same 0 "$(($(sed -n 's/^SigIgn:.*\(.\)$/0x\1/p' "/proc/$PID/status") & 6))"
	kill -KILL "$PID"
	wait_for gone "$PID"
	init 1 status
	same "fake dead but pid file exists" "$output"
	rm /run/initgen/fake
	init 2 status
	same "fake dead but subsys locked" "$output"
	init 0 stop
	[ ! -e /var/lock/subsys/fake ]
	init 0 condrestart
	init 3 status
}

@test "bash without env --default-signal starts nothing that ignores INT and QUIT" {
	require_throwaway
	printf '#!/bin/sh\ncase $1 in --*) exit 1 ;; esac\nexec /usr/bin/env.real "$@"\n' >/tmp/env
	chmod 755 /tmp/env
	cp /usr/bin/env /usr/bin/env.real
	cp /tmp/env /usr/bin/env
	make_script old --exec '/bin/sleep 1000' --user daemon
	init 0 start
	cp /usr/bin/env.real /usr/bin/env
	main_pid
	same 0 "$(($(sed -n 's/^SigIgn:.*\(.\)$/0x\1/p' "/proc/$PID/status") & 6))"
	same "$PID" "$(snap_get "$PID" session >/dev/null; ps -o sid= -p "$PID" | tr -d ' ')"
	init 0 stop
	gone "$PID"
}

@test "memcached and nginx" {
	daemon memcached /usr/bin/memcached
	daemon nginx /usr/sbin/nginx reload
}

@test "where the lock cannot be made the service runs all the same, and is known" {
	require_throwaway
	make_script lockless --exec '/bin/sleep 1000'
	mv /var/lock/subsys /tmp/subsys
	init 0 start
	has "$stderr" "unable to make /var/lock/subsys/lockless"
	main_pid
	init 0 stop
	gone "$PID"
	mv /tmp/subsys /var/lock/subsys
}
