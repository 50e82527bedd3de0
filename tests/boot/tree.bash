# Scratch trees for the tests of links.  ROOT is the one of this test.

# debian_tree, rhel_tree: make an empty tree of that kind.
debian_tree() {
	ROOT=$BATS_TEST_TMPDIR/root
	mkdir -p "$ROOT/etc/init.d"
}
rhel_tree() {
	local n
	ROOT=$BATS_TEST_TMPDIR/root
	mkdir -p "$ROOT/etc/rc.d/init.d"
	for n in 0 1 2 3 4 5 6; do
		mkdir "$ROOT/etc/rc.d/rc$n.d"
		ln -s "rc.d/rc$n.d" "$ROOT/etc/rc$n.d"
	done
	ln -s rc.d/init.d "$ROOT/etc/init.d"
}

# script NAME [KEY: VALUE]...: an init script with that header.  Default-Start and Default-Stop have the usual values, unless given;
# a line "chkconfig: ..." stands before the block.
script() {
	local name=$1 line start=1 stop=1
	shift
	for line in "$@"; do
		case $line in Default-Start:*) start= ;; Default-Stop:*) stop= ;; esac
	done
	{
		echo '#!/bin/sh'
		for line in "$@"; do case $line in chkconfig:*) echo "# $line" ;; esac; done
		echo '### BEGIN INIT INFO'
		echo "# Provides: $name"
		for line in "$@"; do case $line in chkconfig:*) ;; *) echo "# $line" ;; esac; done
		[ -z "$start" ] || echo '# Default-Start: 2 3 4 5'
		[ -z "$stop" ] || echo '# Default-Stop: 0 1 6'
		echo '### END INIT INFO'
		echo "echo $name \"\$@\""
	} >"$ROOT/etc/init.d/$name"
	chmod 755 "$ROOT/etc/init.d/$name"
}

# links LEVEL: what rcLEVEL.d has, in one line.
links() { (cd "$ROOT/etc/rc$1.d" 2>/dev/null && echo *); }

# tree_of: all links with their targets, and the files beside the scripts.
tree_of() { (cd "$ROOT/etc" && find . \( -type l -printf '%p -> %l\n' \) -o \( -type f -name '.*' -printf '%p %s\n' \) | LC_ALL=C sort); }

update() { update-rc.d --root "$ROOT" "$@"; }
chk() { chkconfig --root "$ROOT" "$@"; }
