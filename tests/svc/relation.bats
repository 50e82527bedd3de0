# What a service's start, stop, reload and end do to other services.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	require_throwaway
	cd "$BATS_TEST_TMPDIR" || return
	mkdir -p /etc/init.d
}

teardown() {
	in_throwaway || return 0
	for script in /etc/init.d/ex*; do [ ! -x "$script" ] || svrun -q "$script" stop || :; done
	for pid in $(pids_of exampled) $(pids_of svkeeper); do kill -KILL "$pid" 2>/dev/null || :; done
	rm -rf /etc/init.d/ex* /run/ex* /run/initwright
}

# unit NAME LINE...: a native script with these lines in [Unit]; its daemon runs in the foreground
unit() {
	{
		printf '#!%s/svrun\n[Unit]\n' "$BIN"
		printf '%s\n' "${@:2}"
		printf '[Service]\nExecStart=%s -f\nExecReload=/bin/sh -c "echo reloaded >>/run/%s.reloads"\n' "$EXAMPLED" "$1"
	} >"/etc/init.d/$1"
	chmod 755 "/etc/init.d/$1"
}

# foreign NAME: a script that is not ours, which notes what it is told and keeps its state in a file
foreign() {
	cat >"/etc/init.d/$1" <<-END
		#!/bin/sh
		echo "\$1" >>/run/$1.log
		case \$1 in
		start) touch /run/$1.up ;;
		stop) rm -f /run/$1.up ;;
		status) [ -e /run/$1.up ] || exit 3 ;;
		esac
	END
	chmod 755 "/etc/init.d/$1"
}

start() { for name; do expect 0 "/etc/init.d/$name" start; done; }
up() { for name; do expect 0 "/etc/init.d/$name" status; done; }
down() { for name; do expect 3 "/etc/init.d/$name" status; done; }
main() { sed -n 's/^main=//p' "/run/initwright/$1/record"; }

@test "PartOf= and BindsTo= stop and start again with the other one" {
	unit exa
	unit exb PartOf=exa.service
	unit exc BindsTo=exa.service PartOf=other.service
	unit exd PartOf=exother.service
	start exa exb exc exd
	old=$(main exb)
	expect 0 /etc/init.d/exa restart
	up exa exb exc
	[ "$(main exb)" != "$old" ]
	expect 0 /etc/init.d/exb stop
	expect 0 /etc/init.d/exa restart
	down exb
	up exa exc
	expect 0 /etc/init.d/exa stop
	has "$output" "exc stopped"
	down exa exb exc
	up exd
}

@test "BindsTo= ends with the other one, however that ends" {
	unit exa
	unit exb BindsTo=exa.service
	unit exc PartOf=exa.service
	start exa exb exc
	kill -KILL "$(main exa)"
	wait_for eval '[ ! -e /run/initwright/exb ]'
	up exc
}

@test "Requires= has the other one started first, or does not start" {
	unit exa
	unit exb Requires=exa.service
	start exb
	has "$output" "exa started"
	up exa exb
	expect 0 /etc/init.d/exa stop
	down exa exb
	sed -i 's,^ExecStart=.*,ExecStart=/bin/false,; s,^\[Service\],&\nType=forking,' /etc/init.d/exa
	expect 1 /etc/init.d/exb start
	has "$stderr" "svrun: unable to start exb: exa, which it requires, does not start"
	[ ! -e /run/initwright/exb ]
	unit exc Requires=exnone.service Requires=network.target
	start exc
}

@test "Requires= in a circle starts each once" {
	unit exa Requires=exb.service
	unit exb Requires=exa.service
	start exa
	up exa exb
	expect 0 /etc/init.d/exb stop
	down exa exb
}

@test "Requisite= looks, and starts nothing" {
	unit exa
	foreign exf
	unit exb Requisite=exa.service
	unit exc Requisite=exf.service
	unit exd Requisite=exnone.service
	expect 1 /etc/init.d/exb start
	same "svrun: unable to start exb: exa does not run, and must" "$stderr"
	down exa
	expect 1 /etc/init.d/exc start
	expect 1 /etc/init.d/exd start
	start exa exf exb exc
}

@test "Conflicts= stops the other one, whoever of the two says so" {
	unit exa Conflicts=exb.service
	unit exb
	start exb exa
	down exb
	up exa
	start exb
	down exa
	foreign exf
	unit exc Conflicts=exf.service Conflicts=exnone.service Conflicts=shutdown.target
	start exf exc
	same "start
status
stop" "$(</run/exf.log)"
	expect 0 /etc/init.d/exc start
}

@test "a reload goes to those who ask for it" {
	unit exa PropagatesReloadTo=exb.service
	unit exb
	unit exc ReloadPropagatedFrom=exa.service
	start exa exb exc
	expect 0 /etc/init.d/exa reload
	[ "$(cat /run/ex[abc].reloads)" = "reloaded
reloaded
reloaded" ]
	expect 0 /etc/init.d/exc reload
	[ "$(wc -l </run/exa.reloads)" = 1 ]
}

@test "OnFailure= and OnSuccess= start another one at the end" {
	unit exa OnFailure=exb.service OnSuccess=exc.service
	cat >/etc/init.d/exb <<-'END'
		#!/bin/sh
		echo "$1 $MONITOR_UNIT $MONITOR_SERVICE_RESULT" >/run/exb.new
		mv /run/exb.new /run/exb.log
	END
	chmod 755 /etc/init.d/exb
	foreign exc
	start exa
	kill -KILL "$(main exa)"
	wait_for test -e /run/exb.log
	same "start exa.service signal" "$(</run/exb.log)"
	[ ! -e /run/exc.log ]
	start exa
	expect 0 /etc/init.d/exa stop
	wait_for test -e /run/exc.up
}

@test "WantedBy= another service: an installed one starts with it" {
	unit exa
	unit exb
	printf '[Install]\nWantedBy=exb.service\n[Service]\nExecStart=%s -f\n' "$EXAMPLED" >exc.service
	expect 0 initgen --install ./exc.service
	sed -i "1s,.*,#!$BIN/svrun," /etc/init.d/exc
	start exa
	down exc
	start exb
	up exc
	expect 0 /etc/init.d/exc stop
	expect 0 /etc/init.d/exb restart
	has "$output" "exc started"
	expect 0 initgen --uninstall exc --force
	[ ! -e /etc/initwright ]
}

@test "below another root a service stands alone" {
	unit exa
	mkdir -p /tmp/root
	unit exb Conflicts=exa.service Requisite=exnone.service
	start exa
	expect 0 svrun -r /tmp/root /etc/init.d/exb start
	up exa
	expect 0 svrun -r /tmp/root /etc/init.d/exb stop
}
