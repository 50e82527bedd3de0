# Where a service's control group lies (Slice=), and whose it is (Delegate=).

bats_require_minimum_version 1.5.0
load ../harness/lib

CG=/sys/fs/cgroup

setup() {
	require_throwaway
	[ -w "$CG/cgroup.procs" ] || skip "no control groups"
	mkdir -p /etc/init.d
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of exampled) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	rm -rf /etc/init.d/ex* /etc/initwright /etc/systemd/system/ex* /run/ex* /run/initwright
	! mountpoint -q /srv/pids || umount /srv/pids
}

# unit NAME LINE...: a native script with these lines in [Service]
unit() {
	{
		printf '#!%s/svrun\n[Service]\nExecStart=%s -f\n' "$BIN" "$EXAMPLED"
		printf '%s\n' "${@:2}"
	} >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}
main() { sed -n 's/^main=//p' "/run/initwright/$1/record"; }

@test "a service lies in its slice, the slice in the one that its name says; the last one out takes them away" {
	unit exa "Slice=ex-deep.slice"
	unit exb "Slice=ex.slice"
	expect 0 svrun /etc/init.d/exa start
	expect 0 svrun /etc/init.d/exb start
	same "$(main exa)" "$(<$CG/initwright/ex.slice/ex-deep.slice/exa/cgroup.procs)"
	same "$(main exb)" "$(<$CG/initwright/ex.slice/exb/cgroup.procs)"
	expect 0 svrun /etc/init.d/exa status
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e $CG/initwright/ex.slice/ex-deep.slice ]
	expect 0 svrun /etc/init.d/exb restart
	same "$(main exb)" "$(<$CG/initwright/ex.slice/exb/cgroup.procs)"
	expect 0 svrun /etc/init.d/exb stop
	[ ! -e $CG/initwright ]
}

@test "what a dead keeper left in a slice is stopped, and its neighbours are not" {
	unit exa "Slice=ex-deep.slice"
	unit exb "Slice=ex-deep.slice"
	expect 0 svrun /etc/init.d/exa start
	expect 0 svrun /etc/init.d/exb start
	kill -KILL "$(sed -n 's/^keeper=//p' /run/initwright/exa/record)"
	wait_for eval '! kill -0 "$(sed -n s/^keeper=//p /run/initwright/exa/record)" 2>/dev/null'
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e $CG/initwright/ex.slice/ex-deep.slice/exa ]
	expect 0 svrun /etc/init.d/exb status
	expect 0 svrun /etc/init.d/exb stop
	[ ! -e $CG/initwright ]
}

@test "the limits of a slice's unit are set on the slice, drop-ins count, and the service is below" {
	# that hierarchy is the host's: others may be in it at the same time
	local x=ex${EPOCHREALTIME/[.,]/}
	mkdir -p /srv/pids
	mount -t cgroup -o pids cgroup /srv/pids 2>/dev/null || skip "version 1 has not the controller of pids here"
	mkdir -p "/etc/systemd/system/$x-.slice.d" "/etc/initwright/$x-deep.slice.d"
	printf '[Unit]\nDescription=a slice\n[Slice]\nTasksMax=77\nTasksAccounting=yes\nIPAddressDeny=any\n' >"/etc/systemd/system/$x.slice"
	printf '[Slice]\nTasksMax=55\n' >"/etc/systemd/system/$x-.slice.d/10.conf"
	printf '[Slice]\nTasksMax=44\n' >"/etc/initwright/$x-deep.slice.d/20.conf"
	unit exa "Slice=$x-deep.slice" "TasksMax=33"
	start_syslogd
	expect 0 svrun /etc/init.d/exa start
	stop_syslogd
	top=/srv/pids/initwright/$x.slice
	same "77 44 33" "$(xargs < <(cat $top/pids.max $top/$x-deep.slice/pids.max $top/$x-deep.slice/exa/pids.max))"
	same "$(main exa)" "$(<$top/$x-deep.slice/exa/cgroup.procs)"
	# what is not done is said, with its line
	grep -q "/etc/systemd/system/$x.slice:6: IPAddressDeny= of a slice is not honoured" "$SYSLOG"
	same 0 "$(grep -c Accounting "$SYSLOG")"
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e "$top" ]
	[ ! -e $CG/initwright ]
	# without limits of its own it is there all the same
	unit exa "Slice=$x-deep.slice"
	expect 0 svrun /etc/init.d/exa start
	same "$(main exa)" "$(<$top/$x-deep.slice/exa/cgroup.procs)"
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e "$top" ]
}

owners() { (cd "$1" && stat -c '%U %n' . cgroup.procs cgroup.subtree_control cgroup.threads cgroup.type cgroup.freeze cgroup.kill cgroup.max.depth); }

@test "Delegate: the group is its user's, the limits are not; helpers stand aside; a stop ends the whole tree" {
	group=$CG/initwright/exa
	unit exa "User=nobody" "Delegate=yes" "ExecStartPost=/bin/sh -c 'cat /proc/self/cgroup >/tmp/post'" "ExecStartPre=/bin/sh -c 'cat /proc/self/cgroup >/tmp/pre'" \
		"ExecStop=/bin/sh -c 'cat /proc/self/cgroup >/tmp/end'"
	rm -f /tmp/pre /tmp/post /tmp/end
	expect 0 svrun /etc/init.d/exa start
	same $'nobody .\nnobody cgroup.procs\nnobody cgroup.subtree_control\nnobody cgroup.threads\nroot cgroup.type\nroot cgroup.freeze\nroot cgroup.kill\nroot cgroup.max.depth' "$(owners $group)"
	grep -q '/initwright/exa$' /tmp/pre
	grep -q '/initwright/exa/\.control$' /tmp/post
	# its user divides it, and moves its main process down
	as_user="setpriv --reuid nobody --regid nogroup --clear-groups"
	$as_user mkdir -p $group/one/two
	$as_user sh -c "echo $(main exa) >$group/one/two/cgroup.procs"
	sleep 1000 3>&- &
	echo $! >$group/one/cgroup.procs
	same "$(main exa)" "$(<$group/one/two/cgroup.procs)"
	expect 0 svrun /etc/init.d/exa status
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e $CG/initwright ]
	none_of sleep
	grep -q '/initwright/exa/\.control$' /tmp/end
	rm -f /tmp/pre /tmp/post /tmp/end
}

@test "Delegate: root's service keeps root's group, and without it a user gets nothing" {
	unit exa "Delegate=yes"
	expect 0 svrun /etc/init.d/exa start
	same root "$(stat -c %U $CG/initwright/exa)"
	expect 0 svrun /etc/init.d/exa stop
	unit exa "User=nobody" "Delegate=no"
	expect 0 svrun /etc/init.d/exa start
	same "root root" "$(xargs < <(stat -c %U $CG/initwright/exa $CG/initwright/exa/cgroup.procs))"
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e $CG/initwright ]
}

@test "Delegate: the next life finds an undivided group" {
	unit exa "User=nobody" "Delegate=yes" "Restart=always" "RestartSec=0"
	expect 0 svrun /etc/init.d/exa start
	mkdir $CG/initwright/exa/left
	old=$(main exa)
	kill -KILL "$old"
	wait_for eval '[ "$(main exa)" -gt 1 ] && [ "$(main exa)" != "$old" ] && grep -q ^state=running /run/initwright/exa/record'
	[ ! -e $CG/initwright/exa/left ]
	same nobody "$(stat -c %U $CG/initwright/exa)"
	expect 0 svrun /etc/init.d/exa stop
	[ ! -e $CG/initwright ]
}
