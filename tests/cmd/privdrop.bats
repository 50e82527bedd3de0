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
	expect 2 privdrop --env 'A=1
User=root' dropped true
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
	has "$stderr" "unable to execute /bin/true"
	rm -r /tmp/jail
	mkdir -m 700 /tmp/closed
	expect 200 privdrop --chdir /tmp/closed dropped true
	has "$stderr" "unable to change to its working directory"
	rmdir /tmp/closed
}

@test "a user with very many groups keeps all of them or does not start" {
	many=$(seq -s, 10000 75535)
	printf '%s' "$many" | tr ',' '\n' | awk '{ print "g" $1 ":x:" $1 ":crowd" }' >>/etc/group
	echo 'crowd:x:4703:4701::/:/bin/sh' >>/etc/passwd
	got=0
	count=$(privdrop crowd sh -c 'id -G | wc -w' 2>/tmp/err) || got=$?
	if [ $got = 0 ]; then [ "$count" -ge 65535 ]; else grep -q groups /tmp/err; fi
	sed -i '/crowd/d' /etc/group /etc/passwd
	rm -f /tmp/err
}

@test "a full process table is an error, and no program as root" {
	privdrop --limit nproc=1 dropped sleep 100 3>&- &
	wait_for eval '[ -n "$(pids_of sleep)" ]'
	run privdrop --limit nproc=1 dropped id -u
	[ "$status" != 0 ] || same 4701 "$output"
	kill %1
}

@test "nothing can be typed into the terminal" {
	command -v script >/dev/null || skip "no script(1)"
	expect 0 script -qec 'privdrop dropped perl -e '\''$c = "x"; print ioctl(STDIN, 0x5412, $c) ? "typed" : "refused"'\' /dev/null
	has "$output" refused
}

@test "restrictions: paths, calls, addresses, Landlock, namespaces" {
	expect 1 privdrop --protect-system strict dropped touch /var/tmp/x
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
	expect 0 privdrop --explain --keep-caps cap_kill --protect-home yes --lock /tmp/lock dropped prog arg
	has "$output" "bounding set: cap_kill"
	has "$output" "user: 4701 dropped"
	has "$output" "mount /home: inaccessible"
	has "$output" "execute: prog arg"
	[ ! -e /tmp/lock ]
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
	rm /tmp/u.service
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
