# BindsTo= a device: a service does not start without it, and ends with it.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	mkdir -p /etc/init.d
	start_syslogd
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of exampled) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	stop_syslogd
	rm -rf /etc/init.d/ex* /run/ex* /run/initwright /dev/ex*
	ip link del ex0 2>/dev/null || :
}

# unit NAME LINE...: a native script with these lines in [Unit]; its daemon is in the foreground
unit() {
	{
		printf '#!%s/svrun\n[Unit]\n' "$BIN"
		printf '%s\n' "${@:2}"
		printf '[Service]\nExecStart=%s -f\nExecStop=/bin/touch /run/ex-stopped\nRestart=always\n' "$EXAMPLED"
	} >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}

ended() { # NAME UNIT: the service was stopped in order, since that is gone
	wait_for none_of svkeeper
	none_of exampled
	expect 3 svrun "/etc/init.d/$1" status
	[ -e /run/ex-stopped ]
	wait_for grep -qF "]: $1: $2 is gone, so it is stopped" "$SYSLOG"
}

@test "a node of /dev" {
	unit exa 'BindsTo=dev-ex\x2dports-org.ex.0.device'
	expect 1 svrun /etc/init.d/exa start
	same 'svrun: unable to start exa: dev-ex\x2dports-org.ex.0.device, that is /dev/ex-ports/org.ex.0, is not there' "$stderr"
	mkdir /dev/ex-ports
	mknod /dev/ex-ports/org.ex.0 c 1 3
	expect 0 svrun /etc/init.d/exa start
	# others that go are no matter
	touch /dev/ex-ports/other
	rm /dev/ex-ports/other
	expect 0 svrun /etc/init.d/exa status
	rm /dev/ex-ports/org.ex.0
	ended exa 'dev-ex\x2dports-org.ex.0.device'
}

@test "a link to a node, which goes without its link; and the directory of one" {
	unit exa 'BindsTo=dev-ex\x2dlink.device' 'BindsTo=dev-null.device'
	mknod /dev/ex0 c 1 3
	mkdir /dev/ex
	ln -s ../ex0 /dev/ex/link
	ln -s ex/link /dev/ex-link
	expect 0 svrun /etc/init.d/exa start
	rm /dev/ex0
	ended exa 'dev-ex\x2dlink.device'
	rm -f /run/ex-stopped /dev/ex-link /dev/ex/link
	unit exb 'BindsTo=dev-ex-node.device'
	mknod /dev/ex/node c 1 3
	expect 0 svrun /etc/init.d/exb start
	mv /dev/ex /dev/ex-elsewhere
	ended exb 'dev-ex-node.device'
}

@test "a network interface, as udev names it, of an instance" {
	ip link add ex0 type bridge 2>/dev/null || skip "no network interfaces of type bridge"
	unit exa@ex0 'BindsTo=sys-subsystem-net-devices-%i.device'
	expect 0 svrun /etc/init.d/exa@ex0 start
	ip link set ex0 up
	expect 0 svrun /etc/init.d/exa@ex0 status
	ip link del ex0
	ended exa@ex0 'sys-subsystem-net-devices-ex0.device'
	expect 1 svrun /etc/init.d/exa@ex0 start
	has "$stderr" "that is /sys/class/net/ex0, is not there"
}

@test "a path of sysfs" {
	ip link add ex0 type bridge 2>/dev/null || skip "no network interfaces of type bridge"
	unit exa 'BindsTo=sys-devices-virtual-net-ex0.device'
	expect 0 svrun /etc/init.d/exa start
	ip link del ex0
	ended exa 'sys-devices-virtual-net-ex0.device'
}

@test "a service that waits to be started again goes too; a required device has to be there" {
	unit exa 'BindsTo=dev-ex0.device'
	echo 'RestartSec=1h' >>/etc/init.d/exa
	mknod /dev/ex0 c 1 3
	expect 0 svrun /etc/init.d/exa start
	kill -KILL "$(sed -n 's/^main=//p' /run/initwright/exa/record)"
	wait_for grep -q ^state=restarting /run/initwright/exa/record
	rm /dev/ex0
	wait_for none_of svkeeper
	for how in Requires Requisite; do
		unit exb "$how=dev-ex0.device"
		expect 1 svrun /etc/init.d/exb start
		has "$stderr" "dev-ex0.device, that is /dev/ex0, is not there"
	done
	unit exb "Wants=dev-ex0.device" "After=dev-ex0.device"
	expect 0 svrun /etc/init.d/exb start
	expect 0 svrun /etc/init.d/exb stop
}
