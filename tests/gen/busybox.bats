# variants: dyn
# The scripts for the target busybox, in a root that has busybox and nothing else.
load target
TARGET=busybox

setup_file() {
	in_throwaway || return 0
	export CAGE=/tmp/cage
	mkdir -p $CAGE/bin $CAGE/sbin $CAGE/etc/init.d $CAGE/proc $CAGE/dev $CAGE/run $CAGE/www $CAGE/usr/bin $CAGE/usr/sbin
	cp /bin/busybox $CAGE/bin/
	for a in $(busybox --list); do [ "$a" = busybox ] || ln -s busybox "$CAGE/bin/$a"; done
	ln -s ../bin/busybox $CAGE/sbin/start-stop-daemon
	printf 'root:x:0:0:root:/:/bin/sh\nwww:x:33:33:www:/www:/bin/sh\n' >$CAGE/etc/passwd
	printf 'root:x:0:\nwww:x:33:\n' >$CAGE/etc/group
	echo hello >$CAGE/www/index.html
	mount -t proc proc $CAGE/proc
	mount --bind /dev $CAGE/dev
}

setup() {
	require_throwaway
	RUNNER="env -i PATH=/bin:/sbin chroot $CAGE"
	! ldd /bin/busybox >/dev/null 2>&1 || skip "busybox is not static"
}

# in the cage: /etc/init.d/S50NAME
caged() {
	NAME=$1
	SCRIPT=/etc/init.d/S50$NAME
	initgen -q -t busybox -n "$NAME" -o "$CAGE$SCRIPT" "${@:2}"
}

main_pid() {
	init 0 status
	IFS= read -r PID <"$CAGE/run/initgen/$NAME"
	alive "$PID"
}

@test "linters and five shells have nothing to say" { is_tidy; }

@test "a web server in the foreground, as its user, with a directory and a limit" {
	printf '[Service]\nExecStart=/bin/httpd -f -p 127.0.0.1:8080 -h /www\nUser=www\nRuntimeDirectory=httpd\nRuntimeDirectoryMode=0700\nLimitNOFILE=100\nUMask=027\nExecReload=/bin/kill -CONT $MAINPID\n' >"$BATS_TEST_TMPDIR/httpd.service"
	caged httpd "$BATS_TEST_TMPDIR/httpd.service"
	init 3 status
	init 0 start
	same "Starting httpd: OK" "$output"
	main_pid
	first=$PID
	same " 33 33 33 33; 33 33 33 33; 33;" "$(ids "$PID" | sed 's/ ;/;/')"
	same "33:33 700" "$(stat -c '%u:%g %a' $CAGE/run/httpd)"
	same 0027 "$(snap_get "$PID" umask)"
	same "100 100" "$(snap_get "$PID" files)"
	init 0 start
	main_pid
	same "$first" "$PID"
	init 0 reload
	init 0 restart
	main_pid
	[ "$first" != "$PID" ]
	init 0 stop
	same "Stopping httpd: OK" "$output"
	gone "$PID"
	init 3 status
	init 0 stop
	[ ! -e $CAGE/run/httpd ]
}

@test "a daemon that forks, with nothing that says its pid, and one that says it" {
	printf '[Service]\nType=forking\nExecStart=/bin/crond -c /etc -L /dev/null\n' >"$BATS_TEST_TMPDIR/crond.service"
	caged crond "$BATS_TEST_TMPDIR/crond.service"
	init 0 start
	main_pid
	init 0 stop
	gone "$PID"
	printf '[Service]\nType=forking\nPIDFile=/run/ntpd.pid\nExecStart=/bin/sh -c "sleep 1000 & echo $$! >/run/ntpd.pid"\n' >"$BATS_TEST_TMPDIR/n.service"
	caged n "$BATS_TEST_TMPDIR/n.service"
	init 0 start
	main_pid
	init 0 stop
	gone "$PID"
	[ ! -e $CAGE/run/ntpd.pid ]
}
