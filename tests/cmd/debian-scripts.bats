# variants: dyn static
# Debian's own init scripts, unchanged, with our start-stop-daemon in the place of dpkg's: the same codes and the same words.
load ../harness/lib

setup_file() {
	[ "${THROWAWAY:-}" = 1 ] && [ -e "$TOP/build/debs/complete" ] || return 0
	"$TOP/tests/harness/install-packages" "$TOP/build/debs"
	cp "$(readlink -f /sbin/start-stop-daemon)" /tmp/theirs
	cp "$BIN/initwright" /tmp/ours
}

setup() {
	require_throwaway
	[ -e "$TOP/build/debs/complete" ] || skip "the packages are not there: make debs"
}

use() { # theirs|ours
	rm -f /sbin/start-stop-daemon
	case $1 in
	ours) cp /tmp/ours /usr/lib/initwright-under-test && ln -s /usr/lib/initwright-under-test /sbin/start-stop-daemon ;;
	theirs) cp /tmp/theirs /sbin/start-stop-daemon ;;
	esac
}

# does its pidfile name one of them?  Before that, nobody's stop would find it
running() { # PROCESS PIDFILE
	[ -s "$2" ] && pgrep -x "$1" | grep -qx "$(head -n 1 "$2" | tr -d ' ')"
}
# sshd executes itself anew on a reload: until that has written its pidfile again, a stop finds nobody
rewritten() { # PIDFILE STAMP
	local now
	now=$(stamp "$1") && [ -s "$1" ] && [ "$now" != "$2" ]
}
stamp() { stat -c %i:%z "$1" 2>/dev/null; }
is_down() { ! pgrep -x "$1" >/dev/null; }

# what a user sees of a script's life, without what differs from run to run; each line ends with its exit code
life() { # SCRIPT PROCESS PIDFILE
	local action code before=
	for action in status start status start restart status reload stop status stop; do
		code=0
		[ "$action" != reload ] || before=$(stamp "$3")
		"/etc/init.d/$1" "$action" </dev/null >/tmp/said 2>&1 3>&- || code=$?
		echo "$action: $code: $(sed 's/[0-9][0-9]*/N/g' /tmp/said | tr '\n' '|')"
		case $action in
		start | restart)
			wait_for running "$2" "$3"
			echo "$2 runs" ;;
		reload) [ "$2" != sshd ] || wait_for rewritten "$3" "$before" ;;
		stop)
			wait_for is_down "$2"
			echo "$2 is gone" ;;
		esac
	done
}

compare() { # SCRIPT PROCESS PIDFILE
	mkdir -p /run/sshd
	use theirs
	"/etc/init.d/$1" start </dev/null >/tmp/first 2>&1 3>&- || :
	wait_for -t 5 running "$2" "$3" || skip "with dpkg's own it does not start here: $(tail -n 1 /tmp/first)"
	"/etc/init.d/$1" stop </dev/null >/dev/null 2>&1 3>&-
	wait_for is_down "$2"
	life "$1" "$2" "$3" >/tmp/life.theirs
	wait_for is_down "$2"
	use ours
	life "$1" "$2" "$3" >/tmp/life.ours
	wait_for is_down "$2"
	grep -q "$2 runs" /tmp/life.theirs
	same "$(</tmp/life.theirs)" "$(</tmp/life.ours)"
}

@test "cron" { compare cron cron /run/crond.pid; }
@test "redis-server" { compare redis-server redis-server /run/redis/redis-server.pid; }
@test "nginx" { compare nginx nginx /run/nginx.pid; }
@test "ssh" { compare ssh sshd /run/sshd.pid; }
@test "memcached" { compare memcached memcached /run/memcached/memcached.pid; }
