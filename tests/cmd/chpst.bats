# chpst: what scripts that use it may rely on.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	grep -q '^dropped:' /etc/passwd || {
		echo 'dropped:x:4701:4701::/var/empty:/bin/sh' >>/etc/passwd
		printf 'dropped:x:4701:\nextra:x:4711:dropped\n' >>/etc/group
	}
}

@test "user and groups" {
	expect 0 chpst -u dropped sh -c 'id -u; id -G'
	same "4701 4701" "$(xargs <<<"$output")"
	expect 0 chpst -u dropped:dropped:extra id -G
	same "4701 4711" "$output"
	expect 0 chpst -u dropped:dropped:extra sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status
	same "4701 4711" "$(xargs <<<"$output")"
	expect 0 chpst -u dropped sed -n 's/^Groups:[[:space:]]*//p' /proc/self/status
	same 4701 "$(xargs <<<"$output")"
	expect 0 chpst -u :5:6 sh -c 'id -u; id -g'
	same "5 6" "$(xargs <<<"$output")"
	expect 0 chpst -U dropped sh -c 'echo $UID $GID; id -u'
	same "4701 4701 0" "$(xargs <<<"$output")"
}

@test "limits are soft, nice is added, names and directories" {
	hard=$(ulimit -Hn)
	expect 0 chpst -o 50 -n 3 -C /etc -b renamed /bin/sh -c 'ulimit -Sn; ulimit -Hn; nice; pwd; echo $0'
	same "50 $hard 3 /etc" "$(xargs -n 4 <<<"$output" | head -n 1)"
	mkdir /tmp/env
	echo value >/tmp/env/NAME
	: >/tmp/env/MINE
	expect 0 env MINE=1 chpst -e /tmp/env sh -c 'echo $NAME ${MINE-gone}'
	same "value gone" "$output"
	rm -r /tmp/env
}

@test "locks, closed streams, and what goes wrong" {
	chpst -L /tmp/lock sleep 100 3>&- &
	wait_for eval '[ -n "$(pids_of sleep)" ]'
	expect 111 chpst -L /tmp/lock true
	kill %1
	wait_for chpst -L /tmp/lock true
	rm /tmp/lock
	expect 0 chpst -0 sh -c '[ ! -e /proc/$$/fd/0 ] && echo closed'
	same closed "$output"
	expect 100 chpst
	expect 100 chpst -o many true
	expect 111 chpst -u nobody-of-that-name true
	expect 111 chpst -e /no/such/dir true
	expect 111 chpst /no/such/program
}
