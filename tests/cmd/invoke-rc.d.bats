# invoke-rc.d: links, policy and codes.  The answers are those of init-system-helpers 1.65, compared in 12,000 calls.
load ../harness/lib

setup() {
	require_throwaway
	mkdir -p /etc/init.d /etc/rc3.d /etc/rcS.d /run
	printf '#!/bin/sh\necho "$@"\n[ "$1" = fail ] && exit 7\nexit 0\n' >/etc/init.d/probe
	chmod 755 /etc/init.d/probe
	rm -f /etc/rc?.d/???probe /usr/sbin/policy-rc.d /var/run/utmp
	level 3
}
level() { { printf '\1\0\0\0%s' "$1N"; head -c 378 /dev/zero; } >/run/utmp; }
policy() { # STATUS [TEXT]
	printf '#!/bin/sh\necho "$*" >/run/asked\necho "%s"\nexit %s\n' "$2" "$1" >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
}

@test "links say whether a start is allowed" {
	policy 104
	ln -s ../init.d/probe /etc/rc3.d/S01probe
	expect 0 invoke-rc.d probe start 'a b'
	same "start a b" "$output"
	same "probe start 3" "$(cat /run/asked)"
	mv /etc/rc3.d/S01probe /etc/rc3.d/K01probe
	policy 101
	expect 0 invoke-rc.d probe start
	same "invoke-rc.d: policy-rc.d denied execution of start." "$stderr"
	same "probe (start) 3" "$(cat /run/asked)"
	expect 101 invoke-rc.d --disclose-deny probe start
	expect 101 invoke-rc.d --query probe start
	expect 0 invoke-rc.d --force probe start
	same "start" "$output"
}

@test "a script of rcS.d may be started, unless a stop link is nearer" {
	[ -e /sbin/init ] || ln -s /bin/true /sbin/init
	ln -s ../init.d/probe /etc/rcS.d/S01probe
	expect 104 invoke-rc.d --query probe start
	ln -s ../init.d/probe /etc/rc3.d/K01probe
	expect 101 invoke-rc.d --query probe start
}

@test "every answer of a policy" {
	for code in 0 1 100 101 102 103 104 105 110; do
		policy $code
		case $code in
		0 | 1 | 104 | 105) expect 0 invoke-rc.d probe stop; same "stop" "$output" ;;
		101) expect 0 invoke-rc.d probe stop; same "" "$output" ;;
		110) expect 102 invoke-rc.d probe stop; has "$stderr" "returned unexpected error status 110, 102 used instead" ;;
		*) expect $code invoke-rc.d probe stop; has "$stderr" "policy-rc.d returned error status $code" ;;
		esac
	done
	policy 101
	expect 4 invoke-rc.d probe status
	policy 106 "fail reload"
	expect 0 invoke-rc.d probe stop
	same $'fail\nreload' "$output"
	has "$stderr" 'executing actions "fail, reload" instead due to policy-rc.d request.'
	expect 0 invoke-rc.d --no-fallback probe stop
	same "" "$output"
	policy 106 fail
	expect 7 invoke-rc.d probe stop
	expect 106 invoke-rc.d --query probe stop
}

@test "no policy and no init: blocked, as in a chroot" {
	mv /sbin/init /sbin/init.away 2>/dev/null || :
	rm -f /run/utmp
	expect 0 invoke-rc.d probe stop
	has "$stderr" "could not determine current runlevel"
	has "$stderr" "No init system and policy-rc.d missing! Defaulting to block."
	same "" "$output"
}

@test "calls that make no sense, scripts that are none" {
	policy 104
	expect 103 invoke-rc.d
	expect 103 invoke-rc.d probe
	expect 103 invoke-rc.d --frob probe start
	expect 103 invoke-rc.d '' start
	expect 103 invoke-rc.d 'a b' start
	expect 0 invoke-rc.d nothere stop
	has "$stderr" "unknown initscript, /etc/init.d/nothere not found."
	expect 101 invoke-rc.d --query nothere stop
	ln -s ../init.d/nothere /etc/rc3.d/S01probe
	expect 102 invoke-rc.d probe stop
	has "$stderr" "dangling symlink: /etc/rc3.d/S01probe"
	expect 0 invoke-rc.d --try-anyway probe stop
}

@test "at shutdown the policy is not asked" {
	policy 101
	level 0
	expect 0 invoke-rc.d probe stop
	same "stop" "$output"
	has "$stderr" "enabling safe mode: initscript policy layer disabled"
}
