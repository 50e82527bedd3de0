# privdrop: what is left of root's rights, and what a hostile surrounding can do about it.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	grep -q '^dropped:' /etc/passwd || {
		echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
		echo '0day:x:4702:4701::/var/empty:/bin/sh' >>/etc/passwd
		printf 'dropped:x:4701:\nextra1:x:4711:dropped\nextra2:x:4712:dropped\n' >>/etc/group
	}
}

teardown() {
	in_throwaway || return 0
	for pid in $(pids_of sleep); do kill -KILL "$pid" || :; done
	wait_for none_of sleep
}

status_of() { sed -n "s/^$1:[[:space:]]*//p" <<<"$output"; }

# as from a careless parent: groups of root, an inheritable capability, an open descriptor, a secret, a strange umask
dirty() {
	(
		exec 7</etc/passwd
		umask 027
		SECRET=leak setpriv --groups 0,4 --inh-caps +net_raw "$@"
	)
}

@test "with no option nothing of the caller's is left" {
	expect 0 dirty privdrop dropped cat /proc/self/status
	same "4701	4701	4701	4701" "$(status_of Uid)"
	same "4701	4701	4701	4701" "$(status_of Gid)"
	same "4701 4711 4712" "$(status_of Groups | tr ' ' '\n' | sort | xargs)"
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do same 0000000000000000 "$(status_of $set)"; done
	same 1 "$(status_of NoNewPrivs)"
	expect 0 dirty privdrop dropped env
	[[ $output != *SECRET* ]]
	has "$output" "HOME=/var/empty"
	expect 0 dirty privdrop dropped sh -c 'ls /proc/$$/fd'
	[[ $output != *7* ]]
}

@test "kept is what was asked for, and only that" {
	newer_kernel "ambient capabilities"
	expect 0 dirty privdrop --keep-caps cap_net_bind_service --keep-env SECRET --keep-fd 7 dropped sh -c 'cat /proc/self/status; env; readlink /proc/$$/fd/7'
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do same 0000000000000400 "$(status_of $set)"; done
	has "$output" "SECRET=leak"
	has "$output" "/etc/passwd"
	expect 0 privdrop --keep-caps cap_chown=p dropped cat /proc/self/status
	same 0000000000000001 "$(status_of CapBnd)"
	expect 0 privdrop --groups 4711 dropped cat /proc/self/status
	same 4711 "$(status_of Groups | xargs)"
	expect 0 privdrop --clear-groups dropped cat /proc/self/status
	same "" "$(status_of Groups | xargs)"
	expect 0 privdrop --limit nofile=50:60 --nice 5 --umask 0077 --chdir / dropped sh -c 'ulimit -Sn; ulimit -Hn; nice; umask; pwd'
	same "50 60 5 0077 /" "$(xargs <<<"$output")"
}

@test "secure bits are set although the right to set them goes" {
	newer_kernel "ambient capabilities"
	expect 0 privdrop --keep-caps cap_net_raw --securebits "noroot noroot-locked no-setuid-fixup no-setuid-fixup-locked" dropped cat /proc/self/status
	same 0000000000002000 "$(status_of CapEff)"
}

@test "names: numbers, odd names, unknown ones" {
	expect 0 privdrop 31337:31338 id -u
	same 31337 "$output"
	expect 1 privdrop 31337 id -u
	has "$stderr" "no passwd entry and no group"
	expect 0 privdrop 0day id -u
	same 4702 "$output"
	expect 1 privdrop 1day id -u
	has "$stderr" "no such user '1day'"
	expect 1 privdrop 4294967295:1 id -u
	expect 2 privdrop dropped: id -u
	expect 2 privdrop : id -u
	expect 1 privdrop dropped:nogrp id -u
	expect 2 privdrop dropped
	expect 2 privdrop --limit nofile=x dropped true
	expect 2 privdrop --keep-caps cap_nope dropped true
	expect 2 privdrop --seccomp @nope dropped true
}

@test "a value is a value, and no other directive" {
	for end in $'\n' $'\r'; do
		expect 2 privdrop --directive "Description=x${end}CapabilityBoundingSet=~" dropped true
		expect 2 privdrop --directive "Nice=1${end}User=root" dropped true
		expect 2 privdrop --directive "Nice=1${end}NoNewPrivileges=no${end}Nice=1" dropped true
		expect 2 privdrop --read-only "/x${end}User=root" dropped true
		expect 0 privdrop --env "A=1${end}User=root" dropped sh -c 'id -u; printf %s "$A"'
		same "4701"$'\n'"A=1${end}User=root" "${output%%$'\n'*}"$'\n'"A=${output#*$'\n'}"
	done
	expect 0 privdrop --env 'A=one  "two' --env B=%h dropped sh -c 'printf "%s|%s" "$A" "$B"'
	same 'one  "two|%h' "$output"
	expect 2 privdrop --env =x dropped true
	mkdir -p '/tmp/a "b' && chmod 777 '/tmp/a "b'
	expect 1 privdrop --read-only '/tmp/a "b' dropped touch '/tmp/a "b/x'
	expect 0 privdrop dropped touch '/tmp/a "b/x'
	rm -r '/tmp/a "b'
	expect 0 privdrop --regid 4711 dropped id -g
	same 4711 "$output"
	expect 0 privdrop --reuid dropped id -u
	same 4701 "$output"
	fds=() && for i in $(seq 70); do fds+=(--keep-fd 3); done
	expect 2 privdrop "${fds[@]}" dropped true
	expect 202 privdrop --keep-fd 77 dropped true
}

@test "who is not root keeps nothing either" {
	expect 0 setpriv --reuid 4701 --regid 4701 --clear-groups --inh-caps +net_raw "$BIN/privdrop" dropped cat /proc/self/status
	for set in CapInh CapPrm CapEff CapAmb; do same 0000000000000000 "$(status_of $set)"; done
	same 1 "$(status_of NoNewPrivs)"
	expect 218 setpriv --reuid 4701 --regid 4701 --clear-groups "$BIN/privdrop" --bounding-set none dropped true
	expect 1 setpriv --reuid 4701 --regid 4701 --clear-groups "$BIN/privdrop" daemon true
	has "$stderr" "only root can run it as user daemon"
}

@test "the directory that one stands in is no way around a mount" {
	mkdir -p /run/user/secret && echo word >/run/user/secret/file && chmod 777 /run/user/secret
	expect 0 sh -c 'cd /run/user/secret && exec "$@"' - "$BIN/privdrop" dropped cat file
	expect 1 sh -c 'cd /run/user/secret && exec "$@"' - "$BIN/privdrop" --protect-home yes dropped cat file
	expect 1 sh -c 'cd /run/user/secret && exec "$@"' - "$BIN/privdrop" --inaccessible /run/user/secret dropped cat file
	expect 1 sh -c 'cd /run/user/secret && exec "$@"' - "$BIN/privdrop" --read-only /run/user/secret dropped touch more
	expect 0 sh -c 'cd /run/user/secret && exec "$@"' - "$BIN/privdrop" --read-only /run/user/secret dropped cat file
	rm -r /run/user/secret
}

@test "restrictions are meant inside of the root directory" {
	jail=/tmp/jail
	mkdir -p $jail/bin $jail/data && chmod 777 $jail/data
	cp "$TOP/build/static/bin/initwright" $jail/bin/privdrop
	cp /bin/busybox $jail/bin/ 2>/dev/null || skip "no static busybox"
	ldd /bin/busybox >/dev/null 2>&1 && { rm -r $jail; skip "no static busybox"; }
	expect 0 privdrop --chroot $jail dropped /bin/busybox touch /data/a
	expect 1 privdrop --chroot $jail --read-only /data dropped /bin/busybox touch /data/b
	(cd /tmp && expect 0 privdrop --chroot jail dropped /bin/busybox ls /data)
	expect 1 privdrop --chroot /no/such dropped true
	rm -r $jail
}

@test "the whole environment is kept, and what is asked for is added" {
	printf 'B=file\nC="two words"\n' >/tmp/env.file
	mkdir /tmp/env.dir && echo dir >/tmp/env.dir/D
	expect 0 env -i A=own B=own HOME=/here PATH="$PATH" "$BIN/privdrop" --keep-all-env --env-file /tmp/env.file --env-dir /tmp/env.dir \
		--directive Environment=E=directive --env F=option dropped env
	same "A=own B=file C=two words D=dir E=directive F=option HOME=/here PATH=$PATH" "$(sort <<<"$output" | paste -sd ' ')"
	rm -r /tmp/env.file /tmp/env.dir
}

@test "what a system has for a unit called privdrop is not for the command" {
	mkdir -p /etc/tmpfiles.d
	echo 'd /run/planted 0755 root root -' >/etc/tmpfiles.d/privdrop.conf
	expect 0 privdrop dropped true
	rm /etc/tmpfiles.d/privdrop.conf
	[ ! -e /run/planted ]
}

@test "a link that is planted in the root directory makes nothing outside of it" {
	jail=/tmp/jail outside=/tmp/outside
	mkdir -p $jail/data $jail/bin $outside
	cp "$TOP/build/static/bin/initwright" $jail/bin/initwright
	ln -s $outside $jail/data/link
	for from in /etc /etc/passwd; do
		run privdrop --chroot $jail --bind $from:/data/link/planted dropped /bin/initwright --list
		same "" "$(ls $outside)"
	done
	# nor in what is bound there
	mkdir -p /tmp/mine $jail/data/sub && ln -s $outside /tmp/mine/sub
	run privdrop --chroot $jail --bind /tmp/mine:/data --bind /etc:/data/sub/planted dropped /bin/initwright --list
	same "" "$(ls $outside)"
	expect 0 privdrop --chroot $jail --bind /etc:/made/here --bind /etc/passwd:/made/file dropped /bin/initwright --list
	[ -d $jail/made/here ] && [ -f $jail/made/file ]
	rm -r $jail $outside /tmp/mine
}

@test "a user namespace, with groups that have no number in it" {
	newer_kernel "user namespaces"
	expect 0 privdrop --private-users dropped sh -c 'id -u; id -g; wc -l </proc/self/uid_map'
	same "4701 4701 2" "$(xargs <<<"$output")"
}

@test "what the kernel denies is an error, and nothing near it" {
	as_user=(setpriv --reuid 4701 --regid 4701 --clear-groups "$BIN/privdrop")
	expect 205 "${as_user[@]}" --limit nofile=100:99999999 dropped true
	expect 206 "${as_user[@]}" --oom-score -500 dropped true
	expect 211 "${as_user[@]}" --ionice real-time:0 dropped true
	expect 201 "${as_user[@]}" --nice -5 dropped true
	expect 0 "${as_user[@]}" --limit nofile=100:200 --oom-score 500 --nice 5 dropped sh -c 'ulimit -n; cat /proc/self/oom_score_adj; nice'
	same "100 500 5" "$(xargs <<<"$output")"
}

@test "what a core dump has in it, and how late a timer may be" {
	[ -e /proc/self/timerslack_ns ] || skip "the kernel does not show it"
	expect 0 privdrop --directive "CoredumpFilter=elf-headers 0x1" --directive TimerSlackNSec=70us dropped cat /proc/self/coredump_filter \
		/proc/self/timerslack_ns
	same "00000011 70000" "$(xargs <<<"$output")"
	expect 2 privdrop --directive TimerSlackNSec=never dropped true
}

@test "a set that is asked for may be had" {
	newer_kernel "ambient capabilities"
	expect 0 privdrop --ambient-caps cap_net_raw dropped cat /proc/self/status
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do same 0000000000002000 "$(status_of $set)"; done
	expect 0 privdrop --inh-caps cap_net_raw dropped cat /proc/self/status
	same "0000000000002000 0000000000002000 0000000000000000" "$(status_of CapInh) $(status_of CapBnd) $(status_of CapPrm)"
	expect 218 privdrop --ambient-caps cap_net_raw --bounding-set cap_kill dropped true
	expect 218 privdrop --bounding-set none --ambient-caps cap_net_raw dropped true
}

@test "a program that is not there, or may not be run" {
	expect 127 privdrop dropped /no/such/program
	touch /tmp/plain
	expect 126 privdrop dropped /tmp/plain
	rm /tmp/plain
	# a chroot without the program's libraries
	mkdir -p /tmp/jail/bin
	cp /bin/true /tmp/jail/bin/
	expect 127 privdrop --chroot /tmp/jail dropped /bin/true
	has "$stderr" "unable to execute /bin/true: its interpreter or loader is not there"
	rm -r /tmp/jail
	mkdir -m 700 /tmp/closed
	expect 200 privdrop --chdir /tmp/closed dropped true
	has "$stderr" "unable to change to its working directory"
	rmdir /tmp/closed
}

@test "a user with very many groups keeps all of them or does not start" {
	echo 'crowd:x:4703:4701::/:/bin/sh' >>/etc/passwd
	seq 10000 75534 | awk '{ print "g" $1 ":x:" $1 ":crowd" }' >>/etc/group
	expect 0 privdrop crowd sh -c 'id -G | wc -w'
	same 65536 "$((output))"
	echo 'onemore:x:80000:crowd' >>/etc/group
	run privdrop crowd true
	sed -i '/crowd/d' /etc/group /etc/passwd
	[ "$status" = 1 ] || [ "$status" = 216 ]
	has "$output" groups
}

@test "a full process table is an error, and no program as root" {
	# the kernel counts those that are there already, of the whole machine: a user that nobody else has
	uid=$((100000 + $(stat -Lc %i /proc/self/ns/pid) % 1000000))
	for i in 1 2; do
		privdrop --limit nproc=1 $uid:$uid sleep 100 3>&- &
	done
	wait_for eval '[ "$(pids_of sleep | wc -l)" = 2 ]'
	run privdrop --limit nproc=1 $uid:$uid id -u
	kill %1 %2
	# it is the change of user that fails, or since Linux 3.1 the exec
	[ "$status" = 126 ] || [ "$status" = 217 ]
	has "$output" "unavailable"
}

@test "nothing can be typed into the terminal" {
	command -v script >/dev/null || skip "no script(1)"
	# the terminal that there is has no other name than the one under /dev/pts
	expect 0 script -qec 'mv /dev/tty /dev/tty.away; privdrop dropped perl -e '\''$c = "x"; ioctl(STDIN, 0x5412, $c); print "$!\n"; print `grep ^Seccomp: /proc/self/status`'\'' </dev/null >/tmp/said 2>&1; mv /dev/tty.away /dev/tty' /dev/null
	has "$(cat /tmp/said)" "Seccomp:	2"
	rm /tmp/said
	expect 0 script -qec 'privdrop dropped perl -e '\''$c = "x"; print ioctl(STDIN, 0x5412, $c) ? "typed" : "refused"'\' /dev/null
	has "$output" refused
}

@test "restrictions: paths, calls, addresses, Landlock, namespaces" {
	newer_kernel "Landlock"
	expect 1 privdrop --protect-system strict dropped touch /var/tmp/x
	expect 226 privdrop --read-only /no/such dropped true
	same "privdrop: unable to set up its mount namespace: /no/such: No such file or directory" "$stderr"
	expect 1 privdrop --private-tmp dropped test -e /tmp/mark -o -e /etc/no
	touch /tmp/mark
	expect 1 privdrop --private-tmp dropped test -e /tmp/mark
	expect 0 privdrop dropped test -e /tmp/mark
	rm /tmp/mark
	expect 159 privdrop --seccomp '~@file-system' dropped sh -c 'ls /; exit 159'
	expect 1 privdrop --seccomp '~mkdirat mkdir' --seccomp-errno EPERM dropped mkdir /tmp/made
	expect 0 privdrop --landlock-read / --landlock-write /dev/null dropped true
	expect 1 privdrop --landlock-read / dropped touch /var/tmp/x
	expect 0 privdrop --private-network dropped sh -c 'grep -c : /proc/net/dev'
	same 1 "$output"
	expect 3 privdrop --private-pids dropped sh -c 'echo $$; exit 3'
	same 1 "$output"
	expect 0 privdrop --inaccessible /etc/passwd --read-only /etc dropped stat -c %a /etc/passwd
	same 0 "$output"
}

@test "explain changes nothing and says everything" {
	newer_kernel "ambient capabilities"
	expect 0 privdrop --explain --keep-caps cap_kill --protect-home yes --lock /tmp/lock dropped prog arg
	has "$output" "bounding set: cap_kill"
	has "$output" "user: 4701 dropped"
	has "$output" "mount /home: inaccessible"
	has "$output" "execute: prog arg"
	[ ! -e /tmp/lock ]
}

@test "explain names what each option does" {
	newer_kernel "ambient capabilities"
	expect 0 privdrop --explain --pdeathsig TERM --argv0 other --tasks-max 7 \
		--directive DevicePolicy=closed --directive "DeviceAllow=/dev/kvm rw" --directive IPAddressDeny=any --directive RuntimeDirectory=zork \
		--directive SetCredential=id:word --lock-wait /tmp/lock --private-pids --private-cgroup dropped prog
	for line in "lock: /tmp/lock, waiting for it" "pid namespace: a new one" "control group namespace: a new one" "signal when the parent dies: 15" \
		"limit by control group: TasksMax 7" "devices: those that every program has" \
		"devices allowed: /dev/kvm rw" "addresses denied: any" "directory to be made: /run/zork, mode 0755" "credentials: in /run/credentials" \
		"execute prog: other"; do
		has "$output" "$line"
	done
	[ ! -e /run/zork ] && [ ! -e /tmp/lock ]
}

@test "what says nothing about a command is refused, and so is what would be ignored" {
	for line in Restart=always Type=forking StandardOutput=null ExecStartPre=/bin/true KillMode=none IgnoreSIGPIPE=yes RemoveIPC=yes; do
		expect 2 privdrop --directive $line dropped true
		same "privdrop: ${line%%=*}= says nothing about a command" "$stderr"
	done
	expect 2 privdrop --securebits nonsense dropped true
	has "$stderr" 'SecureBits=: bad value "nonsense"'
	[[ $stderr != *ignored* ]]
	expect 2 privdrop --directive BPFProgram=egress:/x dropped true
	[[ $stderr != *"runs without"* ]]
	# one that may be missing
	newer_kernel "Landlock"
	expect 228 privdrop --landlock-read /no/such --landlock-read / dropped true
	same "privdrop: unable to restrict it by Landlock: /no/such: No such file or directory" "$stderr"
	expect 0 privdrop --landlock-read -/no/such --landlock-read / dropped true
}

@test "a policy for namespaces that only we can make" {
	[[ $BIN != */asan/* ]] || skip "the sanitizer needs /proc"
	unshare -m sh -c 'mount -t tmpfs none /proc && "$@"' sh "$BIN/privdrop" --private-pids --private-cgroup dropped true >/tmp/said 2>&1 && false
	has "$(cat /tmp/said)" "this host has no pid-namespace, which it asks for"
	unshare -m sh -c 'mount -t tmpfs none /proc && "$@"' sh "$BIN/privdrop" --private-pids --private-cgroup --missing all:warn dropped true >/tmp/said 2>&1
	has "$(cat /tmp/said)" "no pid-namespace, it goes on without"
	has "$(cat /tmp/said)" "no cgroup-namespace, it goes on without"
	rm /tmp/said
}

@test "streams that were closed are no place for other files" {
	expect 0 sh -c '"$@" <&- >/tmp/said' sh "$BIN/privdrop" --lock /tmp/l dropped readlink /proc/self/fd/0
	same /dev/null "$(cat /tmp/said)"
	expect 0 sh -c '"$@" <&- >/tmp/said' sh "$BIN/chpst" -L /tmp/l -u dropped readlink /proc/self/fd/0
	same /dev/null "$(cat /tmp/said)"
	rm -f /tmp/l /tmp/said
}

@test "a mount whose links are not to be followed stays one" {
	mkdir -p /tmp/nolinks && mount -t tmpfs -o nosymfollow none /tmp/nolinks 2>/dev/null || skip "the kernel has no such mounts"
	grep -q ' /tmp/nolinks .*nosymfollow' /proc/self/mountinfo || { umount /tmp/nolinks; skip "the kernel has no such mounts"; }
	expect 0 privdrop --read-only /tmp/nolinks dropped grep ' /tmp/nolinks ' /proc/self/mountinfo
	has "$output" nosymfollow
	umount /tmp/nolinks && rmdir /tmp/nolinks
}

@test "features are listed, and a missing one is never passed over in silence" {
	expect 0 privdrop --features
	has "$output" "seccomp"
	has "$output" "landlock"
	if privdrop --features | grep -q '^apparmor *no'; then
		expect 1 privdrop --apparmor mine dropped true
		has "$stderr" "this host has no apparmor"
		expect 0 privdrop --apparmor mine --missing apparmor:warn dropped true
		has "$stderr" "warning: this host has no apparmor"
		expect 0 privdrop --apparmor mine --missing apparmor:ignore dropped true
		same "" "$stderr"
	fi
	expect 2 privdrop --missing nope:warn dropped true
}

# the kernel's side of it played by files, for there are few machines that have either: what is written, by whom, and what becomes of a refusal
@test "labels for the exec are written as the kernel has it, or the command does not run" {
	[[ $BIN != */asan/* ]] || skip "the sanitizer needs /proc"
	cat >/tmp/lsm <<-'END'
	mount -t tmpfs none /sys && mount -t tmpfs none /proc || exit 9
	mkdir -p /sys/module/apparmor/parameters /sys/fs/selinux /proc/self/attr/apparmor
	exec=/proc/self/attr/apparmor/exec
	: >$exec; : >/proc/self/attr/exec; chmod 666 $exec /proc/self/attr/exec
	echo Y >/sys/module/apparmor/parameters/enabled
	privdrop --apparmor my-profile dropped true; echo "$? $(cat $exec)"
	chmod 444 $exec /proc/self/attr/exec
	privdrop --apparmor my-profile dropped true; echo "$?"
	privdrop --apparmor -my-profile dropped true; echo "$?"
	echo N >/sys/module/apparmor/parameters/enabled
	privdrop --apparmor my-profile dropped true; echo "$?"
	echo 1 >/sys/fs/selinux/enforce; chmod 666 /proc/self/attr/exec
	privdrop --selinux a:b:c dropped true; echo "$? $(cat /proc/self/attr/exec)"
	chmod 444 /proc/self/attr/exec
	privdrop --selinux a:b:c dropped true; echo "$?"
	END
	expect 0 unshare -m sh /tmp/lsm
	same "0 exec my-profile 231 0 1 0 a:b:c 229" "$(xargs <<<"$output")"
	rm /tmp/lsm
}

@test "a unit gives user and restrictions" {
	cat >/tmp/u.service <<-'END'
	[Service]
	ExecStart=/bin/true
	User=dropped
	CapabilityBoundingSet=CAP_KILL
	LimitNOFILE=77
	PrivateTmp=yes
	SystemCallFilter=~@mount
	END
	expect 0 privdrop --unit /tmp/u.service -- sh -c 'id -un; ulimit -n; pwd; ls /tmp; grep -E "^(CapBnd|Seccomp):" /proc/self/status'
	same "dropped 77 / CapBnd: 0000000000000020 Seccomp: 2" "$(xargs <<<"$output")"
	mkdir /tmp/u.service.d
	printf '[Service]\nLimitNOFILE=78\nBPFProgram=egress:/x\n' >/tmp/u.service.d/local.conf
	expect 2 privdrop --unit /tmp/u.service -- true
	has "$stderr" "/tmp/u.service.d/local.conf:3: BPFProgram= is not honoured here"
	expect 0 privdrop --unit /tmp/u.service --directive BPFProgram= -- sh -c 'ulimit -n'
	same 78 "$output"
	rm -r /tmp/u.service /tmp/u.service.d
	expect 2 privdrop --unit /tmp/u.service -- true
	has "$stderr" "unable to read"
}

@test "what could not be made is told by the number that systemd has for it" {
	while read -r code key base; do
		[ ! -e "$base/dir-in-the-way" ] && ln -s /nowhere "$base/dir-in-the-way"
		expect "$code" privdrop --directive "$key=dir-in-the-way" dropped true
		has "$stderr" "cannot make the directory $base/dir-in-the-way: "
		rm "$base/dir-in-the-way"
	done <<-'END'
	233 RuntimeDirectory /run
	238 StateDirectory /var/lib
	239 CacheDirectory /var/cache
	240 LogsDirectory /var/log
	241 ConfigurationDirectory /etc
	END
	expect 243 privdrop --directive LoadCredential=a:/no/such/file dropped true
	same "" "$output"
}

@test "limits by control group are each command's own, and nothing of them stays" {
	mkdir -p /tmp/pids && mount -t cgroup -o pids cgroup /tmp/pids 2>/dev/null || skip "no control group for it"
	for n in 11 22; do
		privdrop --tasks-max $n dropped sleep 100 3>&- &
	done
	wait_for eval '[ "$(pids_of sleep | wc -l)" = 2 ]'
	groups=$(for pid in $(pids_of sleep); do sed -n 's/.*:pids:.*\(initwright.*\)/\1/p' "/proc/$pid/cgroup"; done | sort -u)
	same 2 "$(wc -l <<<"$groups")"
	same "11 22" "$(for g in $groups; do cat /tmp/pids/"$g"/pids.max; done | sort | xargs)"
	kill %1 %2
	wait
	expect 0 privdrop --tasks-max 10% dropped sed -n 's/.*:pids:.*\(initwright.*\)/\1/p' /proc/self/cgroup
	for g in $groups; do [ ! -e "/tmp/pids/$g" ]; done
	rmdir "/tmp/pids/$output"
	rmdir /tmp/pids/initwright 2>/dev/null || :
	umount /tmp/pids
}

@test "a command stays in its control group unless a limit is asked for" {
	newer_kernel "programs at control groups"
	[ -w /sys/fs/cgroup/cgroup.procs ] || skip "no control groups"
	expect 0 privdrop --private-dev dropped cat /proc/self/cgroup
	same "$(cat /proc/self/cgroup)" "$output"
	expect 0 privdrop --directive DevicePolicy=closed dropped cat /proc/self/cgroup
	has "$output" initwright/privdrop-
	expect 1 privdrop --directive DevicePolicy=strict --directive DeviceAllow=/dev/null dropped head -c 1 /dev/zero
	expect 0 privdrop --directive DevicePolicy=strict --directive DeviceAllow=/dev/null root head -c 1 /dev/null
	find /sys/fs/cgroup -depth -path '*initwright*' -type d -exec rmdir {} +
}

@test "a control group is entered where it is, of either version" {
	for mount in "cgroup2 none" "cgroup pids -o pids"; do
		set -- $mount
		mkdir -p /tmp/groups && mount -t "$1" "${@:3}" "$2" /tmp/groups 2>/dev/null || continue
		# the hierarchy is the host's, and that of other tests
		group=entered-${VARIANT:-}-$$
		mkdir "/tmp/groups/$group"
		expect 0 privdrop --cgroup "/tmp/groups/$group" dropped cat /proc/self/cgroup
		[[ $output == *"/$group"* ]]
		rmdir "/tmp/groups/$group" && umount /tmp/groups
	done
	expect 219 privdrop --cgroup /tmp/groups dropped true
	expect 1 privdrop --cgroup /no/such dropped true
	has "$stderr" "unable to open the control group /no/such"
	rmdir /tmp/groups
}

@test "what the host cannot limit is said" {
	privdrop --features | grep -q '^cgroup-io *no' || skip "there is a controller"
	expect 0 privdrop --directive IOWeight=50 dropped true
	has "$stderr" "warning: IOWeight=50 has no effect"
	expect 219 privdrop --directive IOWeight=50 --missing cgroup-io:refuse dropped true
}

@test "the lock is the one that flock(1) takes, and no way to write to the file" {
	touch /tmp/l && chmod 600 /tmp/l
	expect 0 privdrop --lock /tmp/l dropped sh -c 'for f in /proc/$$/fd/*; do case $(readlink $f) in /tmp/l) sed -n s/^flags:.//p /proc/$$/fdinfo/${f##*/};; esac; done'
	same 0 "$((output & 3))"
	expect 1 flock /tmp/l "$BIN/privdrop" --lock /tmp/l dropped true
	privdrop --lock /tmp/l dropped sleep 100 3>&- &
	wait_for eval '[ -n "$(pids_of sleep)" ]'
	expect 1 flock -n /tmp/l true
	kill %1
	rm /tmp/l
}

@test "one lock, one command" {
	privdrop --lock /tmp/l dropped sleep 100 3>&- &
	wait_for eval '[ -n "$(pids_of sleep)" ]'
	expect 1 privdrop --lock /tmp/l dropped true
	has "$stderr" "unable to lock /tmp/l"
	kill %1
	wait_for privdrop --lock /tmp/l dropped true
	ln -s /etc/passwd /tmp/l2
	expect 1 privdrop --lock /tmp/l2 dropped true
	rm -f /tmp/l /tmp/l2
}
