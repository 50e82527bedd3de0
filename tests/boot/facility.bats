# insserv.conf: what system facilities are made of.
# variants: dyn asan
load ../harness/lib
load tree

setup() { debian_tree; }

@test "members, optional members, facilities in facilities, later files that add" {
	printf '$local_fs +mountall\n# comment\n$remote_fs $local_fs +mountnfs # tail\n' >"$ROOT/etc/insserv.conf"
	mkdir "$ROOT/etc/insserv.conf.d"
	echo '$remote_fs extra' >"$ROOT/etc/insserv.conf.d/extra"
	echo '$remote_fs never' >"$ROOT/etc/insserv.conf.d/extra.dpkg-old"
	script extra
	script never
	script mountall
	script web 'Required-Start: $remote_fs'
	for s in extra never mountall web; do expect 0 update $s defaults; done
	same "S01extra S01mountall S01never S02web" "$(links 2)"
}

@test "no insserv.conf: the usual facilities are built in; so does one that a script provides" {
	script rsyslog
	script web 'Required-Start: $syslog $mine'
	script other 'Provides: other $mine'
	for s in rsyslog web other; do expect 0 update $s defaults; done
	same "S01other S01rsyslog S02web" "$(links 2)"
}

@test "a facility that is part of itself is told, and the rest holds" {
	printf '$a $b +x\n$b $a +y\n' >"$ROOT/etc/insserv.conf"
	script y
	script web 'Required-Start: $b'
	expect 0 update y defaults
	expect 0 update web defaults
	has "$stderr" "is part of itself"
	same "S01y S02web" "$(links 2)"
}

@test "an additional file that cannot be had is told, and stops nobody" {
	script log
	script web 'Required-Start: $mine'
	mkdir -p "$ROOT/etc/insserv.conf.d/dir"
	mkfifo "$ROOT/etc/insserv.conf.d/fifo"
	ln -s nowhere "$ROOT/etc/insserv.conf.d/dangling"
	echo '$mine log' >"$ROOT/etc/insserv.conf.d/good"
	expect 0 update log defaults
	same "" "$stderr"
	truncate -s 100M "$ROOT/etc/insserv.conf.d/big"
	expect 0 update web defaults
	same "update-rc.d: /etc/insserv.conf.d/big: File too large: not used" "$stderr"
	same "S01log S02web" "$(links 2)"
}

@test "interactive services have a number for themselves" {
	echo '<interactive> keymap' >"$ROOT/etc/insserv.conf"
	script keymap
	script web
	script other 'X-Interactive: true'
	for s in keymap web other; do expect 0 update $s defaults; done
	[ "$(cd "$ROOT/etc/rc2.d" && printf '%.3s\n' S* | sort -u | wc -l)" = 3 ]
	has "$(<"$ROOT/etc/init.d/.depend.start")" "INTERACTIVE = keymap other"
}

@test "an insserv.conf that cannot be read fails the call" {
	mkdir "$ROOT/etc/insserv.conf"
	script web
	expect 1 update web defaults
	has "$stderr" "insserv.conf"
	[ ! -e "$ROOT/etc/rc2.d" ]
}
