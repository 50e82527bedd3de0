# variants: dyn asan static
# Linux 3.10 is enough.  Each row of tests/harness/oldkernel.c (`oldkernel -l`: a system call, or a part of one, that came later) has a test here, in which
# it fails alone and with all others, as on the old kernel and as under a container runtime that does not know it: what needs it is done in another way,
# or is refused by its name before anything has begun.
load lib

setup() {
	require_throwaway
	cd "$BATS_TEST_TMPDIR"
	chmod 755 .
}
teardown() {
	in_throwaway || return 0
	clean_up
}
clean_up() {
	pkill -KILL -x sleep || :
	for pid in $(pids_of svkeeper); do kill -KILL "$pid" || :; done
	umount /run/old/kept 2>/dev/null || :
	rm -rf /run/initwright /run/old
}

# without NAME FUNCTION: the function runs commands with $OLD before them
without() {
	local how
	for how in "-o $1" "-e -o $1" "" "-e"; do
		OLD="$HARNESS/oldkernel $how"
		echo "# $OLD" >&2
		"$2"
	done
	attempted "$1" "$2"
}

# that the call is made at all, or its failing would mean nothing: where it kills, all that does not go well
attempted() {
	OLD="$HARNESS/oldkernel -k -o $1"
	(set -e; "$2") >/dev/null 2>&1 3>&- &
	! wait $! || { echo "nobody makes the call: $1" >&2; return 1; }
	clean_up
}

# --- what is done ---

launch() {
	local pid
	expect 0 $OLD start-stop-daemon -S -b -m -p "$PWD/pid" -x /bin/sleep -- 1000
	pid=$(<pid)
	alive "$pid"
	expect 0 $OLD start-stop-daemon -T -p "$PWD/pid" -x /bin/sleep
	expect 0 $OLD start-stop-daemon -K -R 10 --remove-pidfile -p "$PWD/pid" -x /bin/sleep
	gone "$pid"
	expect 3 $OLD start-stop-daemon -T -p "$PWD/pid" -x /bin/sleep
}

service_lives() {
	local main
	printf '[Service]\nExecStart=/bin/sleep 1000\n%s\n' "${1:-}" >old.service
	expect 0 $OLD svrun "$PWD/old.service" start
	main=$(sed -n 's/^main=//p' /run/initwright/old.service/record)
	alive "$main"
	GROUP=$(cat "/proc/$main/cgroup")
	expect 0 $OLD svrun "$PWD/old.service" start
	has "$output" "already running"
	expect 0 $OLD svrun "$PWD/old.service" stop
	gone "$main"
	expect 3 $OLD svrun "$PWD/old.service" status
}

launch_and_service() {
	launch
	service_lives
}

closes_descriptors() {
	expect 0 $OLD start-stop-daemon -S -b -m -p "$PWD/pid" -x /bin/sleep -- 1000 7</etc/passwd 9</etc/passwd 200</etc/passwd
	same "0 1 2" "$(ls "/proc/$(<pid)/fd" | sort -n | xargs)"
	expect 0 start-stop-daemon -K -R 10 -p "$PWD/pid" -x /bin/sleep
}

# what is mounted below a directory that is cleaned up is not part of it
cleans_up() {
	printf '[Service]\nRuntimeDirectory=old\nExecStart=/bin/sh -c "mkdir -p /run/old/a/b; echo x >/run/old/a/b/c; exec sleep 1000"\n' >old.service
	expect 0 $OLD svrun "$PWD/old.service" start
	wait_for test -s /run/old/a/b/c
	mkdir -p /run/old/kept
	mount -t tmpfs none /run/old/kept
	echo mine >/run/old/kept/file
	$OLD svrun "$PWD/old.service" stop >/dev/null 2>&1 || :
	[ ! -e /run/old/a ]
	same mine "$(cat /run/old/kept/file)"
	umount /run/old/kept
	rm -rf /run/old
}

in_its_group() {
	service_lives
	if [ -w /sys/fs/cgroup/cgroup.procs ]; then has "$GROUP" /initwright/old; fi
}

filters() {
	expect 0 $OLD privdrop --seccomp '~@mount chmod fchmod fchmodat' --seccomp-errno EXDEV nobody -- perl -MErrno -e 'exit !(!chmod(0600, "/etc/passwd") && $!{EXDEV})'
}

logs_nothing_and_kills_nobody() {
	expect 0 $OLD privdrop --directive 'SystemCallLog=getpid getppid' nobody -- perl -e 'exit !(getppid() > 0)'
}

filters_and_logs() {
	expect 0 $OLD privdrop --directive 'SystemCallLog=getpid' --seccomp '~chmod fchmodat' --seccomp-errno EXDEV nobody -- true
}

# refused STATUS FEATURE OPTION...: it says what is missing, and does without only if that is said
refused() {
	local status=$1 feature=$2
	shift 2
	expect "$status" $OLD privdrop "$@" nobody -- touch "$PWD/ran"
	has "$stderr" "this host"
	[ ! -e ran ]
	expect 0 $OLD privdrop "--missing=$feature:ignore" "$@" nobody -- true
	$OLD privdrop --features | grep -qE "^$feature +no "
}

no_programs() {
	grep -qs cgroup2 /proc/self/mounts || skip "no control groups of version 2"
	refused 219 cgroup-addresses --directive IPAddressDeny=any
}
no_landlock() { refused 1 landlock --landlock-read /; }
no_ambient() { refused 1 ambient-capabilities --keep-caps cap_net_raw; }
no_cgroup_namespace() {
	$OLD privdrop --private-cgroup nobody -- touch "$PWD/ran" 2>err && return 1
	[ -s err ]
	[ ! -e ran ]
}

@test "pidfd_open" { without pidfd_open launch_and_service; }
@test "pidfd_send_signal" { without pidfd_send_signal launch_and_service; }
@test "close_range" { without close_range closes_descriptors; }
@test "openat2" { without openat2 cleans_up; }
@test "clone3" { without clone3 in_its_group; }
@test "seccomp" { without seccomp filters; }
@test "seccomp-actions" { without seccomp-actions logs_nothing_and_kills_nobody; }
@test "seccomp-log" { without seccomp-log filters_and_logs; }
@test "bpf" { without bpf no_programs; }
@test "landlock" { without landlock no_landlock; }
@test "ofd-locks" { without ofd-locks launch_and_service; }
@test "ambient-capabilities" { without ambient-capabilities no_ambient; }
@test "cgroup-namespace" { without cgroup-namespace no_cgroup_namespace; }
@test "others" {
	for OLD in "$HARNESS/oldkernel -o others" "$HARNESS/oldkernel -e -o others"; do
		launch_and_service
		cleans_up
		filters
	done
}

@test "each row has its test" {
	same "$("$HARNESS/oldkernel" -l | cut -f 1 | sort)" "$(sed -n 's/^@test "\([a-z0-9_-]*\)" {.*/\1/p' "$BATS_TEST_FILENAME" | sort)"
}
