# variants: dyn
# The rpm packages, with their scripts and rpm itself killed at each command that changes a file, and rpm anywhere: what was begun
# can be completed or taken back, the names of the distribution are there all the time, and what runs goes on.
load ../harness/lib
load rpm

ALL="initwright initwright-static initwright-common initwright-compat initwright-example"

# each of these commands kills the script that calls it, and sometimes rpm too, when its turn has come
killers() {
	local name path
	mkdir -p "$R/killers" "$R/tmp"
	for name in bin/ln bin/mv bin/rm bin/cp bin/mkdir usr/bin/find usr/sbin/update-alternatives; do
		path=$R/killers/${name##*/}.real
		mv "$R/$name" "$path"
		cat >"$R/$name" <<-SH
			#!/bin/sh
			read -r n </tmp/turn && echo \$((n - 1)) >/tmp/turn
			[ \$n != 1 ] || { [ ! -e /tmp/rpm-too ] || kill -KILL \$(cat /tmp/rpm-too); kill -KILL \$PPID; exit 1; }
			exec /killers/${name##*/}.real "\$@"
		SH
		chmod 755 "$R/$name"
	done
	echo 0 >"$R/tmp/turn"
}

# killed N TOO OPTION...: run rpm so that the Nth of these calls kills; was there an Nth?
killed() {
	local n=$1 too=$2
	shift 2
	echo "$n" >"$R/tmp/turn"
	rm -f "$R/tmp/rpm-too"
	(
		[ "$too" = no ] || echo $BASHPID >"$R/tmp/rpm-too"
		exec rpm --root "$R" "$@"
	) >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- || :
	n=$(cat "$R/tmp/turn")
	echo 0 >"$R/tmp/turn"
	[ "$n" -le 0 ]
}

names_are_there() {
	local name
	for name in /sbin/service /sbin/chkconfig /etc/rc.d/init.d/functions; do
		at sh -c "[ -e $name ]" || { echo "$name is gone" >&2; ls -l "$R$name"* >&2; return 1; }
	done
}

# what is there of ours is completed, whatever of it rpm knows
complete() {
	in_tree -U --replacepkgs --oldpackage $(ours 1 $ALL)
	in_tree -V $ALL initwright-example
	same /usr/lib/initwright/static/initwright "$(at readlink -f /sbin/service)"
	expect 0 at /sbin/service --version
	has "$output" initwright
}
installed() { rpm --root "$R" -qa --qf '%{NAME}\n' | grep initwright || :; }
erase() { in_tree -e $(installed); }

# until the last of the calls
each_call() { # LEAST PREPARE OPTION...
	local least=$1 prepare=$2 n=1 too=no
	shift 2
	$prepare
	while killed $n $too "$@"; do
		names_are_there
		[ -z "${MAIN:-}" ] || alive "$MAIN"
		if [ $((n % 2)) = 0 ] || [ -z "$(installed)" ]; then complete; fi
		[ -z "${MAIN:-}" ] || same "$MAIN" "$(main)"
		[ -n "${MAIN:-}" ] || { erase; unchanged; }
		$prepare
		n=$((n + 1))
		[ $too = no ] && too=yes || too=no
	done
	echo "$n calls"
	[ $n -gt "$least" ]
}

@test "an installation that is killed anywhere can be completed or taken back" {
	killers
	tree >before
	each_call 25 true -U $(ours 1 $ALL)
}

@test "so can a removal" {
	killers
	tree >before
	each_call 20 complete -e $ALL
	complete
	erase
	unchanged
}

@test "so can an upgrade and a downgrade, while a service runs" {
	killers
	tree >before
	complete
	expect 0 at /sbin/service exampled start
	MAIN=$(main)
	alive "$MAIN"
	each_call 15 complete -U $(ours 2 $ALL)
	same "$MAIN" "$(main)"
	each_call 15 two -U --oldpackage $(ours 1 $ALL)
	same "$MAIN" "$(main)"
	erase
	wait_for none_of svkeeper
	unchanged
}
two() { in_tree -U --replacepkgs $(ours 2 $ALL); }

# what rpm was about to put there has a name of its own then, and what it does not know yet it cannot remove: that must be completed
@test "so can either, wherever rpm itself is killed" {
	command -v strace >/dev/null || skip "no strace"
	strace -qq -o /dev/null true 2>/dev/null || skip "strace cannot trace here"
	tree >before
	local n=1 ends=0
	while [ $ends -lt 2 ]; do
		ends=0
		killed_at $n -U $(ours 1 $ALL) || ends=$((ends + 1))
		complete
		killed_at $n -e $ALL || ends=$((ends + 1))
		if [ $((n % 2)) = 1 ]; then complete; fi
		[ -z "$(installed)" ] || erase
		unchanged
		n=$((n + 1 + n / 6))
	done
	[ $n -gt 100 ]
}

# killed_at N OPTION...: rpm, killed when it changes a name for the Nth time; was there an Nth?
killed_at() {
	local n=$1 calls=/^rename,/^unlink,/^symlink,/^mkdir
	shift
	if strace -qq -o /dev/null -e trace=$calls -e inject=$calls:signal=KILL:when="$n" rpm --root "$R" "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&-; then
		return 1
	fi
	names_are_there
	find "$R" -xdev -regex '.*;[0-9a-f]+' -delete
}
