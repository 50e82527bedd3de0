# A root with a real sysvinit, in a throw-away root; it boots in a pid namespace of its own.

DEBS=$TOP/build/debs-sysvinit

# lay: the files of Debian's packages over this root, without what dpkg would do besides
lay() {
	local deb dir layer=/tmp/layer
	for deb in "$DEBS"/*.deb; do dpkg-deb -x "$deb" "$layer"; done
	for dir in "$layer"/*; do
		mkdir -p "/${dir##*/}"
		cp -a --remove-destination "$dir/." "/${dir##*/}/"
	done
}

# sysv_setup: that, and ours in /usr/lib/initwright
sysv_setup() {
	require_throwaway
	if [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages of sysvinit are not there" >&2; return 1; }
		skip "the packages of sysvinit are not there: make check-systems as root on Debian"
	fi
	rm -rf /etc/rc?.d /etc/init.d /run/* /tmp/layer
	lay
	mkdir -p /etc/rc{0,1,2,3,4,5,6}.d
	install_ours
	open_console
}

# install_ours: the commands under test in /usr/lib/initwright
install_ours() {
	mkdir -p /usr/lib/initwright
	cp -f "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -sfn initwright "/usr/lib/initwright/$name"; done
	cp "$EXAMPLED" /usr/sbin/
}

# open_console: what is printed on /dev/console is in /tmp/console from now on, in its order
open_console() {
	rm -f /dev/console
	mkfifo -m 600 /dev/console
	cat <>/dev/console >/tmp/console 3>&- &
	CONSOLE=$!
}

# boot: /sbin/init as process 1; BOOT is who waits for it
boot() {
	unshare --pid --fork --kill-child --mount-proc /sbin/init >/dev/null 2>&1 3>&- &
	BOOT=$!
}
inside() { nsenter -t "$INIT" -p -m -- "$@"; }

sysv_teardown() {
	[ -z "${BOOT:-}" ] || kill -KILL "$BOOT" 2>/dev/null || :
	[ -z "${CONSOLE:-}" ] || kill "$CONSOLE" 2>/dev/null || :
}
