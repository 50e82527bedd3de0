# What the tests of the targets share.  In a bats file:  load target
# TARGET is what initgen is asked for; SCRIPT the script that is tested, to be run by $RUNNER (a list of words) if that is set.

load ../harness/lib

need_daemons() {
	require_throwaway
	if [ ! -e "$TOP/build/debs/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages are not there: make debs" >&2; return 1; }
		skip "the packages are not there: make debs"
	fi
}

install_daemons() {
	in_throwaway && [ -e "$TOP/build/debs/complete" ] || return 0
	"$TOP/tests/harness/install-packages" "$TOP/build/debs"
}

# make_script NAME [OPTION...] UNIT: /etc/init.d/NAME
make_script() {
	NAME=$1
	shift
	SCRIPT=/etc/init.d/$NAME
	initgen --quiet --target "$TARGET" --name "$NAME" --output "$SCRIPT" "$@"
}

init() { expect "$1" ${RUNNER:-} "$SCRIPT" "$2"; }

# the main process, as the script's record has it
main_pid() {
	init 0 status
	IFS= read -r PID <"/run/initgen/$NAME"
	alive "$PID"
}

processes() { ps -eo pid,ppid,args --no-headers | awk -v me=$$ '$1 != me && $2 != me' | grep -c "$1"; }

# goes_all_the_way PROGRAM [reload]: start, status right in both states, second start and stop do nothing, another start, nothing left
goes_all_the_way() {
	local first
	init 3 status
	init 0 start
	main_pid
	first=$PID
	same "$1" "$(readlink "/proc/$PID/exe")"
	init 0 start
	main_pid
	same "$first" "$PID"
	if [ "${2:-}" = reload ]; then
		init 0 reload
		main_pid
		same "$first" "$PID"
		init 0 force-reload
		main_pid
		same "$first" "$PID"
	else
		init 3 reload
	fi
	init 0 restart
	main_pid
	[ "$first" != "$PID" ]
	init 0 try-restart
	main_pid
	init 0 stop
	gone "$PID"
	wait_for nothing_runs "$1"
	init 3 status
	init 0 stop
	init 0 try-restart
	init 3 status
	init 0 start
	main_pid
	init 0 stop
	init 3 status
	wait_for nothing_runs "$1"
	[ ! -e "/run/initgen/$NAME" ]
}

nothing_runs() { ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q -- "-> $1\$"; }

# ids PID: user, group and groups, as the kernel has them
ids() { awk '/^(Uid|Gid|Groups):/ { $1 = ""; printf "%s;", $0 }' "/proc/$1/status"; }

# tidy FILE: what linters and other shells think of a script
tidy() {
	shellcheck -s sh "$1"
	checkbashisms "$1"
	for s in dash bash "busybox sh" mksh yash; do LC_ALL=C.UTF-8 $s -n "$1"; done
}

# a unit that has one of everything, for tidy
unit_of_all() {
	cat >"$1" <<-'END'
		[Unit]
		Description=It's a "daemon" of $HOME
		After=network-online.target
		ConditionPathExists=!/etc/nothing
		ConditionPathExists=|/etc
		ConditionDirectoryNotEmpty=|/etc
		AssertPathIsMountPoint=|/proc
		[Service]
		Type=forking
		User=daemon
		Group=nogroup
		Environment="A=it's" B=2
		PassEnvironment=TERM
		UnsetEnvironment=LANG
		EnvironmentFile=-/etc/default/*.nothing
		ExecCondition=/bin/true
		ExecStartPre=-+/bin/mkdir -p "/tmp/a b"
		ExecStart=/usr/sbin/x ${A} $B x${A}y
		ExecStartPost=/bin/true
		ExecReload=/bin/kill -HUP $MAINPID
		ExecStop=/bin/kill $MAINPID
		ExecStopPost=!/bin/true
		RuntimeDirectory=x x/y
		RuntimeDirectoryPreserve=restart
		StateDirectory=x
		ConfigurationDirectory=x
		WorkingDirectory=-/srv
		LimitNPROC=10
		LimitCORE=infinity
		Nice=5
		OOMScoreAdjust=-5
		StandardOutput=append:/tmp/log
		PrivateTmp=yes
		[Install]
		WantedBy=multi-user.target
	END
}

# scripts with everything and with nothing, for this target
is_tidy() {
	unit_of_all "$BATS_TEST_TMPDIR/x.service"
	printf '[Service]\nExecStart=/bin/x\n' >"$BATS_TEST_TMPDIR/y.service"
	for u in x y; do
		initgen -q -t "$TARGET" -o "$BATS_TEST_TMPDIR/$u" "$BATS_TEST_TMPDIR/$u.service"
		tidy "$BATS_TEST_TMPDIR/$u"
	done
}

# daemon UNIT PROGRAM [reload]: the real one, all the way
daemon() {
	need_daemons
	make_script "$1" "$1"
	goes_all_the_way "${@:2}"
}

# what redis' unit says of its process is so
redis_is_as_its_unit_says() {
	init 0 start
	main_pid
	local u g
	u=$(id -u redis) g=$(id -g redis)
	same " $u $u $u $u; $g $g $g $g; $g;" "$(ids "$PID")"
	same "$u:$g 2755" "$(stat -c '%u:%g %a' /run/redis)"
	same 0007 "$(snap_get "$PID" umask)"
	same 0000000000003001 "$(snap_get "$PID" ignored)"
	init 0 stop
	[ ! -e /run/redis ]
}
