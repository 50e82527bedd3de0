# su-exec: what scripts that use it may rely on.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	grep -q '^dropped:' /etc/passwd || {
		echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
		printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group
	}
}

@test "all groups of the user, and HOME; gosu is the same" {
	for name in su-exec gosu; do
		expect 0 env MINE=1 "$name" dropped sh -c 'id -u; id -G; echo $MINE $HOME'
		same "4701 4701 4711 1 /var/empty" "$(xargs <<<"$output")"
	done
	expect 0 su-exec dropped:extra id -g
	same 4711 "$output"
}

@test "an unknown number never gets the group of root" {
	expect 1 su-exec 12345 true
	has "$stderr" "no group was given"
	expect 0 su-exec 12345:12346 id -g
	same 12346 "$output"
	expect 127 su-exec dropped /no/such/program
	expect 1 su-exec dropped
	expect 1 su-exec nobody-of-that-name true
	expect 1 su-exec dropped: true
	same "su-exec: 'dropped:' is no USER[:GROUP]" "$stderr"
}
