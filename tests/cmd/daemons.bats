# variants: dyn asan static
# Real daemons, with their units as Debian ships them, all the way: initgen, links, start, status, what the process looks like,
# reload, restart, stop.  What a process should look like was taken from systemd 252 running the same units.
# The packages come from build/debs (make debs).
load ../harness/lib

setup_file() {
	in_throwaway && [ -e "$TOP/build/debs/complete" ] || return 0
	"$TOP/tests/harness/install-packages" "$TOP/build/debs"
	mkdir -p /usr/lib/initwright
	cp "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -s initwright "/usr/lib/initwright/$name"; done
	for n in 0 1 2 3 4 5 6 S; do mkdir -p "/etc/rc$n.d"; done
}

setup() {
	require_throwaway
	if [ ! -e "$TOP/build/debs/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages are not there: make debs" >&2; return 1; }
		skip "the packages are not there: make debs"
	fi
}

teardown() { stop_syslogd; }

init() { expect "$1" service "$NAME" "$2"; }

# the pid that status names
main_pid() {
	init 0 status
	PID=$(sed -n 's/.*pid \([0-9]*\).*/\1/p' <<<"$output")
	[ -n "$PID" ] || { echo "status names no pid: $output" >&2; return 1; }
	alive "$PID"
}

# hard limits are the host's, as far as systemd would let them be
HARD=$(ulimit -Hn)
if [ "$HARD" = unlimited ] || [ "$HARD" -gt 524288 ]; then HARD=524288; fi

# looks_like PID: stdin has the lines of snap that must be there, besides what all of them have in common
looks_like() {
	local want keys
	want=$({ cat; printf '%s\n' "blocked 0000000000000000" "core 0 unlimited" "nice 0" "oom 0"; } | sort)
	keys=$(cut -d' ' -f1 <<<"$want" | sort -u | paste -sd '|')
	same "$want" "$(snap "$1" | grep -E "^($keys) |^($keys)$" | grep -vE '^env (LANG|HOME|LOGNAME|USER|SHELL|TERM|PWD|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID|MAINPID|NOTIFY_SOCKET)=' | sort)"
}

install_unit() { # UNIT: makes the script and the links
	NAME=$1
	rm -f /etc/init.d/"$NAME" /etc/rc?.d/[SK]??"$NAME"
	start_syslogd
	expect 0 initgen "/lib/systemd/system/$NAME.service"
	printf '%s\n' "$output" >"/etc/init.d/$NAME"
	chmod 755 "/etc/init.d/$NAME"
	grep -q '^### BEGIN INIT INFO' "/etc/init.d/$NAME"
	expect 0 update-rc.d "$NAME" defaults
	for n in 2 3 4 5; do compgen -G "/etc/rc$n.d/S??$NAME" >/dev/null; done
	for n in 0 1 6; do compgen -G "/etc/rc$n.d/K??$NAME" >/dev/null; done
}

# start_it PROGRAM: from nothing to running; a second start does nothing
start_it() {
	PROGRAM=$1
	init 3 status
	init 0 start
	main_pid
	local first=$PID
	same "$PROGRAM" "$(readlink "/proc/$PID/exe")"
	init 0 start
	main_pid
	same "$first" "$PID"
}

# reload_it: the same process goes on
reload_it() {
	local first=$PID
	init 0 reload
	main_pid
	same "$first" "$PID"
}

no_process() { ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q -- "-> $PROGRAM\$"; }

# restart_and_stop_it: another process, then none; a second stop does nothing
restart_and_stop_it() {
	local first=$PID
	init 0 restart
	main_pid
	[ "$first" != "$PID" ]
	init 0 stop
	no_process
	init 3 status
	init 0 stop
	init 3 status
}

# talk PORT TEXT: the first line of what the service answers, without its carriage return
talk() {
	local line
	exec 9<>"/dev/tcp/127.0.0.1/$1" || return
	[ -z "$2" ] || printf '%s' "$2" >&9
	IFS= read -r -t 5 line <&9
	exec 9>&-
	printf '%s\n' "${line%$'\r'}"
}

answers() { # PORT TEXT PATTERN
	local line
	line=$(talk "$1" "$2" 2>/dev/null) && [[ $line == $3 ]]
}

@test "redis-server" {
	install_unit redis-server
	start_it /usr/bin/redis-check-rdb
	answers 6379 $'PING\r\n' +PONG
	local files=65535
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 65535 ] || files=$(ulimit -Hn)
	looks_like "$PID" <<-END
		cwd /var/lib/redis
		uid $(id -u redis) $(id -u redis) $(id -u redis) $(id -u redis)
		gid $(id -g redis) $(id -g redis) $(id -g redis) $(id -g redis)
		groups $(id -g redis)
		umask 0007
		ignored 0000000000003001
		no_new_privs 1
		files $files $files
		session own
	END
	same "$(id -u redis):$(id -g redis) 2755" "$(stat -c '%u:%g %a' /run/redis)"
	init 3 reload
	restart_and_stop_it
	[ ! -e /run/redis ]
}

@test "nginx" {
	install_unit nginx
	start_it /usr/sbin/nginx
	answers 80 $'GET / HTTP/1.0\r\n\r\n' 'HTTP/1.1 200 OK'
	looks_like "$PID" <<-END
		cwd /
		uid 0 0 0 0
		gid 0 0 0 0
		groups
		umask 0000
		ignored 0000000040001000
		files 1024 $HARD
		session own
	END
	reload_it
	answers 80 $'GET / HTTP/1.0\r\n\r\n' 'HTTP/1.1 200 OK'
	restart_and_stop_it
}

@test "cron" {
	install_unit cron
	start_it /usr/sbin/cron
	looks_like "$PID" <<-END
		cwd /var/spool/cron
		uid 0 0 0 0
		gid 0 0 0 0
		groups
		umask 0022
		ignored 0000000000000000
		files 1024 $HARD
		session own
		env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		env READ_ENV=yes
	END
	init 3 reload
	restart_and_stop_it
}

@test "memcached" {
	install_unit memcached
	start_it /usr/bin/memcached
	# of Type=simple: it is started, and may not listen yet
	wait_for answers 11211 $'version\r\n' 'VERSION 1.*'
	looks_like "$PID" <<-END
		cwd /
		uid $(id -u memcache) $(id -u memcache) $(id -u memcache) $(id -u memcache)
		gid $(id -g memcache) $(id -g memcache) $(id -g memcache) $(id -g memcache)
		groups
		umask 0022
		ignored 0000000000001000
		no_new_privs 1
		files 1024 1024
		session own
		env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		env PIDFILE=/run/memcached/memcached.pid
	END
	init 3 reload
	restart_and_stop_it
}

@test "dnsmasq" {
	install_unit dnsmasq
	start_it /usr/sbin/dnsmasq
	local gid
	gid=$(getent group dip | cut -d: -f3)
	looks_like "$PID" <<-END
		cwd /
		uid $(id -u dnsmasq) $(id -u dnsmasq) $(id -u dnsmasq) $(id -u dnsmasq)
		gid $gid $gid $gid $gid
		groups
		umask 0022
		ignored 0000000000001000
		files 1024 $HARD
		session other
		env PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin
		env PIDFILE=/run/dnsmasq/dnsmasq.pid
	END
	reload_it
	restart_and_stop_it
}

@test "ssh" {
	install_unit ssh
	start_it /usr/sbin/sshd
	answers 22 '' 'SSH-2.0-OpenSSH_*'
	looks_like "$PID" <<-END
		cwd /
		uid 0 0 0 0
		gid 0 0 0 0
		groups
		umask 0022
		ignored 0000000000001000
		files 1024 $HARD
		session own
	END
	reload_it
	wait_for answers 22 '' 'SSH-2.0-OpenSSH_*'
	restart_and_stop_it
}
