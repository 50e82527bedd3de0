# rc where things are not as they should be: entries that are no scripts, no /proc, no /dev, nothing writable, no descriptors left, a console that is gone.
load ../harness/lib
load ../boot/tree

setup() {
	require_throwaway
	unset RUNLEVEL PREVLEVEL
	rm -rf /etc/init.d /etc/rc?.d /etc/rc.d /run/initwright /etc/default/rcS
	mkdir -p /etc/init.d /etc/rc2.d
	ROOT=
	D=$BATS_TEST_TMPDIR
}
teardown() {
	in_throwaway || return 0
	pkill -KILL -x sleep || :
	[ -z "${RC:-}" ] || kill -KILL "$RC" 2>/dev/null || :
}

# job NAME COMMANDS [KEY: VALUE]...: a script with a header, and its link in runlevel 2
job() {
	local name=$1 what=$2
	shift 2
	script "$name" "$@"
	sed -i '$d' "/etc/init.d/$name"
	printf '%s\n' "$what" >>"/etc/init.d/$name"
	ln -s "../init.d/$name" "/etc/rc2.d/S01$name"
}

@test "entries that are no scripts are passed over, and nothing waits for them" {
	job a 'echo a'
	mkdir /etc/rc2.d/S10dir /etc/init.d/dir
	mkfifo /etc/init.d/fifo /etc/rc2.d/S02pipe
	ln -s ../init.d/fifo /etc/rc2.d/S01fifo
	ln -s ../init.d/dir /etc/rc2.d/S11dir
	ln -s ../init.d/gone /etc/rc2.d/S01gone
	ln -s /dev/zero /etc/rc2.d/S03zero
	ln -s / /etc/rc2.d/S03root
	ln -s S03self /etc/rc2.d/S03self
	touch /etc/rc2.d/S /etc/rc2.d/S1 /etc/rc2.d/Sxx /etc/rc2.d/S01
	expect 0 timeout 20 rc 2
	same a "$output"
	same "" "$stderr"
	# and what is there but cannot be run is named
	truncate -s 20G /etc/init.d/huge
	ln -s ../init.d/huge /etc/rc2.d/S04huge
	printf '#!/bin/sh\r\necho never\r\n' >/etc/init.d/crlf
	chmod 755 /etc/init.d/crlf
	ln -s ../init.d/crlf /etc/rc2.d/S05crlf
	expect 1 timeout 20 rc 2
	same a "$output"
	same "$(printf '%s\n' "rc: not executable: huge" "rc: failed in runlevel 2: crlf (No such file or directory)")" "$stderr"
}

@test "a thousand scripts side by side: what each prints is in one piece, whatever it is" {
	local i
	for i in {1..1000}; do
		job s$i "echo 's$i 1'; printf 's$i \\001\\377\\n'; printf 's$i 3'"
	done
	job nul 'head -c 70000 /dev/zero'
	timeout 120 rc -j 200 2 >"$D/out"
	same 70000 "$(tr -cd '\0' <"$D/out" | wc -c)"
	tr -d '\0' <"$D/out" | LC_ALL=C awk '$0 == "" { next } $1 != was && ++began[$1] > 1 { exit 1 } { was = $1; n++ } END { exit n != 3000 }'
}

@test "a loop is cut and told, and all run" {
	job a 'echo a' "Required-Start: c"
	job b 'echo b' "Required-Start: a"
	job c 'echo c' "Required-Start: b"
	expect 0 rc 2
	same $'a\nb\nc' "$(sort <<<"$output")"
	has "$stderr" "rc: a loop, cut here: "
}

@test "no /proc: a script that hangs is ended all the same" {
	printf '#!/bin/sh\nexec /bin/sleep 1000\n' >/etc/init.d/hangs
	chmod 755 /etc/init.d/hangs
	ln -s ../init.d/hangs /etc/rc2.d/S01hangs
	job deaf "trap '' TERM; while :; do read x <>$D/f; done"
	mkfifo "$D/f"
	job b 'echo b'
	expect 1 unshare -m sh -c 'umount -l /proc; exec timeout 60 rc -t 200ms 2'
	same b "$output"
	has "$stderr" "hangs (no end within 200ms)"
	has "$stderr" "deaf (no end within 200ms)"
	none_of sleep
}

@test "an empty /dev: standard input is empty" {
	job a 'cat; echo a'
	expect 0 unshare -m sh -c 'mount -t tmpfs none /dev; exec rc 2' <<<"not for them"
	same a "$output"
	same "" "$stderr"
}

@test "nothing is writable, no /proc, no /sys, no /run" {
	job a 'echo a'
	printf '#!/bin/sh\necho alone\n' >/etc/init.d/plain
	chmod 755 /etc/init.d/plain
	ln -s ../init.d/plain /etc/rc2.d/S02plain
	# a bind takes nothing along that is mounted below
	expect 0 unshare -m sh -c 'mount --bind / /mnt && mount -o remount,bind,ro /mnt && mount -t tmpfs -o ro none /mnt/run && PATH=$PATH exec chroot /mnt "$@"' \
		- "$BIN/rc" 2
	same $'a\nalone' "$output"
	# a sanitizer misses /proc, too
	same "" "$(grep '^rc:' <<<"$stderr")"
	[ ! -e /run/initwright ]
}

@test "too few descriptors for all at once: fewer at once" {
	local i
	for i in {1..60}; do job s$i "echo s$i"; done
	expect 0 sh -c 'ulimit -n 40; exec timeout 60 rc -j 1000 2'
	same 60 "$(sort -u <<<"$output" | wc -l)"
	same "" "$stderr"
}

@test "a console that is gone" {
	job a 'echo a; echo ran >>/tmp/gone.a'
	job b 'echo b; echo ran >>/tmp/gone.b' "X-Interactive: true"
	rm -f /tmp/gone.?
	cat >"$D/gone.pl" <<-'END'
		my ($n, $zero) = (pack("i", 0), pack("i", 0));
		open(my $m, "+<", "/dev/ptmx") or die "ptmx: $!";
		ioctl($m, 0x40045431, $zero) && ioctl($m, 0x80045430, $n) or die "ioctl: $!";
		open(my $s, "+<", "/dev/pts/" . unpack("i", $n)) or die "pts: $!";
		close $m;
		open(STDIN, "<&", $s) && open(STDOUT, ">&", $s) or die "dup: $!";
		exec @ARGV;
	END
	expect 0 timeout 30 perl "$D/gone.pl" rc 2
	[ -s /tmp/gone.a ]
	[ -s /tmp/gone.b ]
	rm /tmp/gone.?
}

@test "a key that interrupts, and a terminal that hangs up, are for the scripts" {
	mkfifo "$D/f"
	job a "echo >$D/ready; read x <$D/f; echo a"
	job b 'echo b' "Required-Start: a"
	rc 2 >"$D/out" 2>"$D/err" 3>&- &
	RC=$!
	wait_for test -e "$D/ready"
	kill -INT "$RC"
	kill -HUP "$RC"
	kill -QUIT "$RC"
	kill -PIPE "$RC"
	echo >"$D/f"
	wait "$RC"
	RC=
	same $'a\nb' "$(<"$D/out")"
	same "" "$(<"$D/err")"
}
