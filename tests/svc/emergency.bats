# FailureAction= and kin: what the end of a service means for the system.  Everything here happens in a pid namespace within that of the
# throw-away root: reboot(2) ends that one, and nothing else.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	mkdir -p /etc/init.d /srv/ex
	rm -f /run/ex-*
	printf '#!/bin/sh\necho "$*" >/run/ex-shutdown.new\nmv /run/ex-shutdown.new /run/ex-shutdown\n' >/srv/ex/shutdown
	chmod 755 /srv/ex/shutdown
	touch /sbin/shutdown
	mount --bind /srv/ex/shutdown /sbin/shutdown
	start_syslogd
}

teardown() {
	in_throwaway || return 0
	stop_syslogd
	umount -l /sbin/shutdown 2>/dev/null || :
	rm -rf /etc/init.d/ex* /run/ex-* /srv/ex /run/initwright
}

# unit LINE...: a native script exa with these lines in [Unit]; its daemon is $DAEMON
unit() {
	{
		printf '#!%s/svrun\n[Unit]\n' "$BIN"
		printf '%s\n' "$@"
		printf '[Service]\nExecStart=%s\n' "${DAEMON:-/bin/false}"
	} >/etc/init.d/exa
	chmod 755 /etc/init.d/exa
}

# as_process_1 NAME EXE LINE...: a shell with these lines runs as process 1 of its own namespace, called NAME, its program EXE; $status
as_process_1() {
	cp /bin/bash "/srv/ex/$2"
	[ "$1" = "$2" ] || ln -sf "$2" "/srv/ex/$1"
	printf '%s\n' "${@:3}" >/srv/ex/script
	status=0
	# a shell says of what signal its child died: that is not for here
	{ unshare --pid --fork --mount-proc --kill-child "/srv/ex/$1" /srv/ex/script 3>&- || status=$?; } 2>/dev/null
}
await='await() { for ((i = 0; i < 1000; i++)); do [ ! -e "$1" ] || return 0; read -r -t 0.01 <> <(:) || :; done; touch /run/ex-in-vain; }'
start="svrun -q /etc/init.d/exa start"
# its keeper has done all that it does
over='for ((i = 0; i < 1000; i++)); do grep -qs ^svkeeper /proc/[0-9]*/cmdline || break; read -r -t 0.01 <> <(:) || :; done'

@test "reboot, poweroff and halt are asked of the init's shutdown" {
	while read -r action words; do
		unit "FailureAction=$action"
		rm -f /run/ex-shutdown
		as_process_1 init init "$await" "$start" 'await /run/ex-shutdown'
		same 0 "$status"
		same "$words" "$(</run/ex-shutdown)"
	done <<-END
		reboot -r now
		poweroff -h -P now
		exit -h -P now
		halt -h -H now
	END
	grep -q 'exa: FailureAction=reboot$' "$SYSLOG"
}

@test "busybox's init gets a signal" {
	while read -r action signal; do
		unit "FailureAction=$action"
		rm -f /run/ex-got
		# wait ends by a signal that has a trap, read -t not always
		as_process_1 init busybox "trap 'touch /run/ex-got; exit 0' $signal" "$start" 'sleep 60 & wait; touch /run/ex-in-vain'
		same 0 "$status"
		[ -e /run/ex-got ]
		[ ! -e /run/ex-in-vain ]
	done <<-END
		reboot TERM
		poweroff USR2
		halt USR1
	END
	[ ! -e /run/ex-shutdown ]
}

@test "what is no init is not asked, nor ended" {
	for action in reboot reboot-force poweroff-immediate; do
		unit "FailureAction=$action"
		as_process_1 app app "$start" "$over" 'touch /run/ex-alive'
		same 0 "$status"
		[ -e /run/ex-alive ]
		rm /run/ex-alive
		wait_for grep -q "exa: FailureAction=$action is not done: process 1 (app) is no init" "$SYSLOG"
	done
	[ ! -e /run/ex-shutdown ]
}

@test "nor is an init out of a chroot" {
	unit "FailureAction=reboot-immediate"
	mkdir /srv/ex/root
	mount -t tmpfs tmpfs /srv/ex/root
	for dir in /*; do
		[ -d "$dir" ] && [ ! -L "$dir" ] || { cp -a "$dir" /srv/ex/root/; continue; }
		mkdir "/srv/ex/root$dir"
		[ "$dir" = /srv ] || mount --rbind "$dir" "/srv/ex/root$dir"
	done
	as_process_1 init init 'mount -t proc proc /srv/ex/root/proc' "chroot /srv/ex/root $start" "$over" 'touch /run/ex-alive'
	umount -R -l /srv/ex/root
	same 0 "$status"
	[ -e /run/ex-alive ]
	wait_for grep -q 'FailureAction=reboot-immediate is not done: process 1 (init) is no init' "$SYSLOG"
}

@test "-immediate asks nobody, -force ends the others first" {
	unit "FailureAction=reboot-immediate"
	as_process_1 init init "$await" 'bash -c "trap \"touch /run/ex-term\" TERM; touch /run/ex-there; while :; do read -t 1 <> <(:); done" &' 'await /run/ex-there' \
		"$start" 'await /run/ex-never'
	# as the kernel has it for a namespace: 1, SIGHUP, is a reboot; 2, SIGINT, the others
	same 129 "$status"
	[ ! -e /run/ex-term ]
	unit "FailureAction=halt-force"
	as_process_1 init init "$await" 'bash -c "trap \"touch /run/ex-term\" TERM; touch /run/ex-there; while :; do read -t 1 <> <(:); done" &' 'await /run/ex-there' \
		"$start" 'await /run/ex-never'
	same 130 "$status"
	[ -e /run/ex-term ]
	[ ! -e /run/ex-shutdown ]
}

@test "a good end has SuccessAction=, and none of them is done for a restart" {
	DAEMON=/bin/true unit "SuccessAction=poweroff" "FailureAction=reboot"
	as_process_1 init init "$await" "$start" 'await /run/ex-shutdown'
	same "-h -P now" "$(</run/ex-shutdown)"
	rm /run/ex-shutdown
	# started again, and again, until that is too often: once, and the limit has its own
	DAEMON='/bin/sh -c "echo >>/run/ex-starts; exit 1"' unit "StartLimitAction=halt" "FailureAction=reboot" "StartLimitBurst=3" "StartLimitInterval=1h"
	printf 'Restart=always\nRestartSec=0\n' >>/etc/init.d/exa
	as_process_1 init init "$await" "$start" 'await /run/ex-shutdown'
	same "-h -H now" "$(</run/ex-shutdown)"
	same 3 "$(wc -l </run/ex-starts)"
	[ ! -e /run/ex-in-vain ]
}

@test "a service below another root, and one in the foreground, end nothing" {
	unit "FailureAction=reboot"
	as_process_1 init init "mkdir /srv/ex/below; svrun -q -r /srv/ex/below /etc/init.d/exa start; svrun -q /etc/init.d/exa foreground" 'echo $? >/run/ex-status' "$over"
	same 0 "$status"
	same 1 "$(</run/ex-status)"
	[ ! -e /run/ex-shutdown ]
}
