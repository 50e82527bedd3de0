# variants: dyn static
# privdrop --explain says what is done: the steps of its plan are those of the system calls, in the same order.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	newer_kernel "all of these steps"
	command -v strace >/dev/null || skip "no strace"
	strace -o /tmp/trace true || skip "strace may not trace here"
	grep -q '^dropped:' /etc/passwd || {
		echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
		printf 'dropped:x:4701:\nextra1:x:4711:dropped\n' >>/etc/group
	}
	all=$(($(cat /proc/sys/kernel/cap_last_cap) + 1))
	cd /
}

# a word for each step of the plan
planned() {
	awk -v all="$all" '
		function word(w) { if (w != last) print w; last = w }
		/^session:/ { word("session") }
		/^OOM score: -?[0-9]+$/ { word("oom") }
		/^core dump filter: 0x[0-9a-f]+$/ { word("coredump") }
		/^nice: -?[0-9]+$/ { word("nice") }
		/^scheduling:/ { word("scheduling") }
		/^processors:/ { word("processors") }
		/^I\/O priority: 0x[0-9a-f]+$/ { word("ioprio") }
		/^timer slack: [0-9]+ ns$/ { word("slack") }
		/^limit [A-Z]+:/ { word("limit") }
		/^keyring:/ { word("keyring") }
		/^network:/ { word("network") }
		/^IPC:/ { word("ipc") }
		/^mount / { word("mounts") }
		/^host name:/ { word("uts") }
		/^root directory: [^,]*$/ { word("chroot") }
		/^groups:/ { word("groups" (/none/ ? "" : substr($0, 8))) }
		/^group:/ { word("gid " $2) }
		/^user namespace:/ { word("users") }
		/^bounding set:/ && $3 != "all" { word("drop " (all - ($3 == "none" ? 0 : split($3, names, ",")))) }
		/^user:/ { word("uid " $2) }
		/^inheritable set:/ && $3 != "none" { word("caps") }
		/^ambient set:/ && $3 != "none" { word("ambient " split($3, names, ",")) }
		/^secure bits: 0x[0-9a-f]+$/ { word("securebits") }
		/^directory:/ && $2 != "/" { word("chdir " $2) }
		/^signal when the parent dies:/ { word("death") }
		/^new privileges: never/ { word("nnp") }
		/^Landlock:/ { word("landlock") }
		/^system call filter:/ { word("filter " $(NF - 1)) }
	'
}

# a call during which another process was traced too stands in two lines
whole_calls() { # FILE
	awk '
		/ <unfinished \.\.\.>$/ { sub(/ *<unfinished \.\.\.>$/, ""); begun[$1] = $0; next }
		$2 == "<..." { pid = $1; sub(/^.* resumed>/, ""); print begun[pid] $0; next }
		{ print }
	' "$1"
}

# a word for each system call of a step, from our beginning to the execution of the command
done_in() { # FILE
	awk '
		function flush() { if (drops) { print "drop " drops; last = "" } drops = 0; if (raised) { print "ambient " raised; last = "" } raised = 0 }
		function word(w) { flush(); if (w != last) print w; last = w }
		function list(s) { if (s !~ /\[/) return ""; sub(/.*\[/, "", s); sub(/\].*/, "", s); gsub(",", "", s); return s == "" ? "" : " " s }
		{ sub(/^[0-9]+ +/, "") }
		/= -1 E|= \?|NULL, \{rlim_cur/ { next }
		/^setsid\(/ { word("session") }
		/^open.*oom_score_adj", O_WRONLY/ { word("oom") }
		/^open.*coredump_filter", O_WRONLY/ { word("coredump") }
		/^setpriority\(/ { word("nice") }
		/^sched_setscheduler\(/ { word("scheduling") }
		/^sched_setaffinity\(/ { word("processors") }
		/^ioprio_set\(/ { word("ioprio") }
		/^prctl\(PR_SET_TIMERSLACK/ { word("slack") }
		/^setrlimit\(|^prlimit64\(0, [A-Z_]+, \{/ { word("limit") }
		/^keyctl\(KEYCTL_JOIN/ { word("keyring") }
		/^unshare\(CLONE_NEWNET\)/ { word("network") }
		/^unshare\(CLONE_NEWIPC\)/ { word("ipc") }
		/^mount\(/ { word("mounts") }
		/^unshare\(CLONE_NEWUTS\)/ { word("uts") }
		/^chroot\(/ { word("chroot") }
		/^setgroups(32)?\(/ { word("groups" list($0)) }
		/^setresgid(32)?\([0-9]/ { gsub(/[^0-9 ]/, " "); word("gid " $2) }
		/^unshare\(CLONE_NEWUSER\)/ { word("users") }
		/^prctl\(PR_CAPBSET_DROP/ { drops++ }
		/^setresuid(32)?\([0-9]/ { gsub(/[^0-9 ]/, " "); word("uid " $2) }
		# a later one takes away the right to set the secure bits
		/^capset\(/ && !/inheritable=0}/ && !caps++ { word("caps") }
		/^prctl\(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE/ { raised++ }
		/^prctl\(PR_SET_SECUREBITS/ { word("securebits") }
		/^chdir\("/ && !/"\/"/ { split($0, part, "\""); word("chdir " part[2]) }
		/^prctl\(PR_SET_PDEATHSIG/ { word("death") }
		/^prctl\(PR_SET_NO_NEW_PRIVS/ { word("nnp") }
		/^landlock_restrict_self\(/ { word("landlock") }
		/^seccomp\(SECCOMP_SET_MODE_FILTER|^prctl\(PR_SET_SECCOMP/ { split($0, part, "len="); word("filter " (part[2] + 0)) }
	' "$1"
}

agrees() {
	local plan
	expect 0 privdrop --explain "$@"
	plan=$(planned <<<"$output")
	[ -n "$plan" ]
	strace -f -o /tmp/trace "$BIN/privdrop" "$@"
	whole_calls /tmp/trace >/tmp/calls
	same "$plan" "$(done_in /tmp/calls)"
}

@test "ids, groups and capabilities are changed as explained" {
	agrees dropped /bin/true
	agrees --keep-groups --allow-new-privs dropped /bin/true
	agrees --groups 4711,7 --bounding-set cap_kill,cap_chown dropped:7 /bin/true
	agrees --keep-caps cap_kill,cap_net_raw --securebits "noroot noroot-locked" 31337:31338 /bin/true
	agrees --clear-groups root /bin/true
}

@test "surroundings are changed as explained" {
	agrees --setsid --oom-score 5 --nice 3 --sched batch --affinity 0 --ionice idle dropped /bin/true
	agrees --directive CoredumpFilter=all --directive TimerSlackNSec=5us --oom-score 1 --nice 1 --limit nofile=50:60 dropped /bin/true
	agrees --chdir /tmp --pdeathsig TERM --limit core=0 --limit nproc=1000 --umask 077 dropped /bin/true
	mkdir -p /tmp/jail && mount --rbind / /tmp/jail
	agrees --chroot /tmp/jail --chdir /usr dropped /bin/true
	umount -l /tmp/jail && rmdir /tmp/jail
}

@test "restrictions are made as explained" {
	# what the host lacks is a warning, and no step
	! privdrop --features | grep -E '^(landlock|seccomp|.*-namespace) +no ' || skip "this host has not all of them"
	agrees --private-tmp --private-network --private-hostname --seccomp '~@mount' dropped /bin/true
	agrees --landlock-read / --protect-home yes --chdir /tmp dropped /bin/true
	agrees --private-network --private-ipc dropped /bin/true
	agrees --private-users --read-only /usr dropped /bin/true
	agrees --private-dev --private-network --address-families AF_UNIX --keep-caps cap_chown --landlock-read / dropped /bin/true
}
