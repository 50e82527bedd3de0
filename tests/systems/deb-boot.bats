# variants: dyn
# A Debian with sysvinit and ten daemons, with our packages installed by dpkg: it boots, changes its runlevel, reboots and halts, and all of
# that runs through ours; beside the same Debian as it was.
load ../harness/lib
load deb
load deb-boot

setup_file() {
	in_throwaway && [ -e "$HOST/complete" ] || return 0
	export DEBS=$BATS_FILE_TMPDIR/one
	mkdir -p "$DEBS"
	build_in "$DEBS"
	layer stock "$HOST/root" layer_prepare
	layer ours "$LAYERS/stock:$HOST/root" layer_install
}

# dpkg in there; and what was Debian's tells when it runs
layer_install() { # ROOT
	local root=$1 name
	cp "$DEBS"/initwright_0*.deb "$DEBS"/initwright-compat_0*.deb "$root/root/"
	# shellcheck disable=SC2016
	chroot "$root" env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		sh -c 'dpkg -i /root/*.deb' >"$BATS_FILE_TMPDIR/dpkg" 2>&1 3>&- || { cat "$BATS_FILE_TMPDIR/dpkg" >&2; return 1; }
	rm "$root"/root/*.deb
	for name in /sbin/start-stop-daemon /sbin/insserv /usr/sbin/update-rc.d /usr/sbin/invoke-rc.d /usr/sbin/service /lib/init/rc /lib/init/rcS; do
		mv "$root$name.distrib" "$root$name.was"
		printf '#!/bin/sh\necho "%s $*" >>/var/log/others\nexec %s.was "$@"\n' "$name" "$name" >"$root$name.distrib"
		chmod 755 "$root$name.distrib"
	done
	for name in /lib/lsb/init-functions /lib/init/vars.sh /lib/init/init-d-script; do
		[ -e "$root$name.distrib" ] || { echo "no $name.distrib" >&2; return 1; }
		sed -i "1a echo $name >>/var/log/others" "$root$name.distrib"
	done
}

setup() {
	require_throwaway
	if [ ! -e "$HOST/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the root is not there: make check-systems" >&2; return 1; }
		skip "the root is not there: make check-systems as root on Debian"
	fi
	command -v dpkg-buildpackage >/dev/null && command -v dh >/dev/null || skip "no debhelper"
}

teardown() {
	in_throwaway || return 0
	machine_off
}

# ran LEVEL PREVIOUS: rc is done with that
ran() { wait_for -t 60 inside grep -qs "^run $1 $2 " /run/initwright/.boot || { tail -n 40 "$CONSOLE" >&2; return 1; }; }
status_of() { for s in $TEN; do echo "$s $(inside service "$s" status >/dev/null 2>&1; echo $?)"; done; }
# all that rc's record has of the ten in its last run: NAME ACTION STATUS
last_run() {
	inside cat /run/initwright/.boot | awk -v ten=" $TEN " '/^run/ { out = "" } /^script/ && index(ten, " " $2 " ") { out = out $2 " " $3 " " $6 "\n" } END { printf "%s", out }' | sort
}
each() { for s in $TEN; do echo "$s $1"; done; }

@test "up with ten daemons, another runlevel and back, reboot, up again, halt: all by ours" {
	machine one ours stock
	up
	ran 2 N
	same "N 2" "$(inside runlevel)"
	same "$(each 0)" "$(status_of)"
	same "$(each 'start 0')" "$(last_run)"
	expect 0 answers first
	# what runs goes on running; one of them is not meant for this runlevel
	expect 0 inside update-rc.d cron disable 3
	expect 0 inside pgrep -x redis-server
	redis=$output
	inside telinit 3
	ran 3 2
	same "2 3" "$(inside runlevel)"
	same "$(each 0 | sed 's/cron 0/cron 3/')" "$(status_of)"
	same "cron stop 0" "$(last_run)"
	inside telinit 2
	ran 2 3
	same "3 2" "$(inside runlevel)"
	same "$(each 0)" "$(status_of)"
	same "cron start 0" "$(last_run)"
	expect 0 inside pgrep -x redis-server
	same "$redis" "$output"
	expect 0 answers second
	# by way of runlevel 6: each daemon is stopped, in the right order; the kernel says that it was a reboot
	expect 0 inside redis-cli set kept over
	inside telinit 6
	ended HUP
	stopped
	# the same disk
	: >"$CONSOLE"
	machine one ours stock
	up
	ran 2 N
	same "$(each 0)" "$(status_of)"
	expect 0 answers third
	same over "$(inside redis-cli get kept)"
	expect 0 inside shutdown -h now
	ended INT
	stopped
	# nothing of it was Debian's own, for that would be told
	[ ! -e "$LAYERS/one/var/log/others" ] || { cat "$LAYERS/one/var/log/others" >&2; return 1; }
}

# each daemon that has a link for that was stopped by it (cron has none), redis with time to save, and rc had no complaint
stopped() {
	for s in 'chronyd' dnsmasq haproxy memcached mosquitto nginx redis-server rsyslogd tor; do
		grep -qE "Stopping .*$s" "$CONSOLE" || { echo "not stopped: $s" >&2; cat "$CONSOLE" >&2; return 1; }
	done
	grep -q 'bye bye' "$LAYERS/one/var/log/redis/redis-server.log"
	if grep -E '^rc[SK]?: |failed!' "$CONSOLE" >&2; then return 1; fi
}

@test "the boot is no slower than Debian's own" {
	local round which
	for round in 1 2 3 4 5; do
		for which in stock 'ours stock'; do
			machine "time-${which%% *}-$round" $which
			up
			# it would have been told, had it been Debian's (the other test)
			[ "$which$round" != 'ours stock1' ] || { inside service.distrib --status-all >/dev/null 2>&1 && inside grep -q service /var/log/others; }
			inside cat /run/begun /run/booted | paste -sd ' ' | awk '{ printf "%d\n", ($2 - $1) / 1e6 }' >>"$BATS_TEST_TMPDIR/${which%% *}"
			machine_off
			umount -l "$LAYERS"/time-*.dev
			rm -rf "$LAYERS/time-"*
		done
	done
	figures=$(for which in stock ours; do sort -n "$BATS_TEST_TMPDIR/$which" | awk -v w=$which '{ v[NR] = $1 } END { print w ": least " v[1] " ms, median " v[3] " ms" }'; done)
	echo "$figures" >&3
	echo "$figures" | awk '{ least[$1] = $3; median[$1] = $6 } END { exit !(least["ours:"] <= least["stock:"] && median["ours:"] <= median["stock:"]) }'
}
