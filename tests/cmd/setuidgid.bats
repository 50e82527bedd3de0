# setuidgid: what scripts that use it may rely on.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	grep -q '^dropped:' /etc/passwd || {
		echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
		printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group
	}
}

@test "user, primary group, environment and descriptors kept" {
	exec 7</etc/passwd
	expect 0 env MINE=1 setuidgid dropped sh -c 'id -u; id -G; echo $MINE; readlink /proc/$$/fd/7; grep CapInh /proc/$$/status'
	same "4701 4701 1 /etc/passwd CapInh: 0000000000000000" "$(xargs <<<"$output")"
	exec 7<&-
}

@test "what goes wrong ends with 100 or 111" {
	expect 100 setuidgid dropped
	expect 111 setuidgid nobody-of-that-name true
	expect 111 setuidgid 0day true
	expect 111 setuidgid dropped /no/such/program
}
