# variants: dyn
# A change is all or nothing, whenever it is killed and wherever the disk is full.  tests/systems/links-crash.bats has more of them.
load ../harness/lib
load tree
load crash

@test "an addition that moves others, at each system call" {
	command -v strace >/dev/null || skip "no strace"
	debian_tree
	script web "Required-Start: log"
	script top "Required-Start: web"
	script log
	script idle
	for s in web top idle; do expect 0 update $s defaults; done
	cp -a "$ROOT" "$BATS_TEST_TMPDIR/before"
	IDLE=(update-rc.d --root "$ROOT" idle defaults)
	crash_every "$BATS_TEST_TMPDIR/before" update-rc.d --root "$ROOT" log defaults
	same "S01idle S01log S02web S03top" "$(links 2)"
}

@test "a journal that is not ours is left alone, and says so" {
	debian_tree
	script web
	echo rubbish >"$ROOT/etc/init.d/.initwright.journal"
	expect 1 update web defaults
	has "$stderr" "not a journal of ours: remove it by hand"
	[ ! -e "$ROOT/etc/rc2.d" ]
	[ "$(cat "$ROOT/etc/init.d/.initwright.journal")" = rubbish ]
}

@test "a journal cannot lead out of its directories" {
	debian_tree
	script web
	mkdir "$ROOT/etc/rc2.d"
	printf 'initwright journal 1\nmove 2 ../passwd S01web -\nend\n' >"$ROOT/etc/init.d/.initwright.journal"
	echo x >"$ROOT/etc/passwd"
	expect 1 update web defaults
	[ -e "$ROOT/etc/passwd" ]
	# nor with a slash in disguise
	printf 'initwright journal 1\nremove 2 ..%%2fpasswd - -\nend\n' >"$ROOT/etc/init.d/.initwright.journal"
	expect 1 update web defaults
	has "$stderr" "not a journal of ours"
	[ -e "$ROOT/etc/passwd" ]
}

@test "odd things in the place of our own files: repaired where they are made anew, else named" {
	local init
	debian_tree
	init=$ROOT/etc/init.d
	script web
	script log
	expect 0 update log defaults
	whole=$(cat "$init/.depend.start")
	echo precious >"$ROOT/precious"
	for odd in "ln -s ../../precious" mkfifo; do
		rm "$init/.depend.start"
		$odd "$init/.depend.start"
		expect 0 update log defaults
		same "regular file $whole" "$(stat -c %F "$init/.depend.start") $(cat "$init/.depend.start")"
		same precious "$(cat "$ROOT/precious")"
	done
	for name in .depend.start .depend.start.new .initwright.defaults .initwright.lock .initwright.journal; do
		rm -f "$init/$name"
		mkdir "$init/$name"
		expect 1 update web defaults
		has "$stderr" "/etc/init.d/$name: Is a directory"
		rmdir "$init/$name"
		same "S01log" "$(links 2)"
	done
	ln -s ../../precious "$init/.initwright.lock.old"
	rm -f "$init/.initwright.lock"
	mv "$init/.initwright.lock.old" "$init/.initwright.lock"
	expect 1 update web defaults
	has "$stderr" "/etc/init.d/.initwright.lock: Too many levels"
	rm "$init/.initwright.lock"
	expect 0 update web defaults
	same "S01log S01web" "$(links 2)"
}

@test "a runlevel directory that is none is named, and nothing is begun" {
	debian_tree
	script web
	for odd in "touch" "ln -s nowhere" "ln -s rc3.d"; do
		$odd "$ROOT/etc/rc3.d"
		expect 1 update web defaults
		has "$stderr" "/etc/rc3.d: "
		same "0" "$(find "$ROOT/etc" -type l -name '*web' | wc -l)"
		[ ! -e "$ROOT/etc/init.d/.initwright.journal" ]
		rm "$ROOT/etc/rc3.d"
	done
	expect 0 update web defaults
}

@test "a read-only tree is one clear line, and no failure where there is nothing to do" {
	require_throwaway
	debian_tree
	script web
	script other
	expect 0 update web defaults
	mount --bind "$ROOT" "$ROOT"
	mount -o remount,ro,bind "$ROOT"
	status=0
	(expect 1 update other defaults; same "update-rc.d: /etc/init.d/.initwright.journal: Read-only file system" "$stderr"; expect 0 update web defaults) || status=$?
	umount "$ROOT"
	[ "$status" = 0 ]
}
