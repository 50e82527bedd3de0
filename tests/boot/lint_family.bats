# What initlint says about the files that scripts read, and the functions in them.
load ../harness/lib
load lint

@test "settings that may be missing" {
	body '10:1 source-untested' <<<'. /etc/default/demo'
	body '' <<<'[ ! -r /etc/default/demo ] || . /etc/default/demo'
	body '' <<<$'F=/etc/sysconfig/demo\nif [ -f "$F" ]; then . $F; fi'
	printf '#!/bin/bash\n%s\n. /etc/default/demo\n' "$HEADER" | finds ""
}

@test "functions of another family" {
	body '11:1 function-foreign' <<<$'. /lib/lsb/init-functions\ndaemon x'
	body '11:1 function-foreign' <<<$'. /etc/rc.d/init.d/functions\nlog_end_msg 0'
	body '11:1 function-foreign' <<<$'. /etc/rc.status\nstatus x'
	body '10:1 function-foreign' <<<'log_daemon_msg x'
	body '' <<<$'. /lib/lsb/init-functions\nlog_daemon_msg x; killproc y'
	body '' <<<$'. /etc/rc.status\nstartproc x; rc_status -v; rc_exit'
	body '' <<<'daemon -- x'
	body '' <<<$'log_end_msg() { :; }\nlog_end_msg 0'
	body '' <<<'if type log_end_msg >/dev/null; then log_end_msg 0; fi'
	body '' <<<$'. /usr/share/x/functions.sh\nlog_end_msg 0'
}

@test "the order of Red Hat's options" {
	local head='. /etc/rc.d/init.d/functions'
	body $'11:15 option-order\n12:13 option-order\n13:12 option-order' <<<"$head
killproc -d 2 -p f x
status -l l -p f x
killproc x -p f
killproc -p f -b b -d 2 x -HUP
status -p f -l l x"
}
