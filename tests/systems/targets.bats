# variants: dyn
# Scripts for hosts that have nothing of ours, made of the units of ten daemons as Debian ships them, on such hosts:
# debian and portable in a Debian with sysvinit; rhel with bash as sh, Red Hat's functions and neither start-stop-daemon nor setpriv;
# busybox where the only tools are busybox' own.  The root comes from tests/harness/daemon-root (make check-systems).
load ../harness/lib

HOST=$TOP/build/daemon-root
TEN="cron memcached nginx redis-server dnsmasq haproxy rsyslog tor@default mosquitto chrony"

setup_file() {
	in_throwaway && [ -e "$HOST/complete" ] || return 0
	# what we write there is gone with the throw-away root
	local r=$HOST/root
	mount -t proc proc "$r/proc"
	mount --bind /dev "$r/dev"
	mount -t tmpfs -o mode=755 run "$r/run"
	mount -t tmpfs -o mode=1777 tmp "$r/tmp"
	# a throw-away root has no right to set the clock
	sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' "$r/etc/default/chrony"
	ip link set lo up 2>/dev/null || :
}

setup() {
	require_throwaway
	if [ ! -e "$HOST/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the root is not there: make check-systems" >&2; return 1; }
		skip "the root is not there: make check-systems as root on Debian"
	fi
	ROOT=$HOST/root SHELL_IN=/bin/sh PREFIX=
	"$HARNESS/syslogd" "$ROOT/tmp/syslog" >/dev/null 2>&1 || :
}

init() { expect "$1" timeout 100 env -i TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$ROOT" $SHELL_IN "$SCRIPT" "$2"; }

# the main process, as the script's record has it
main_pid() {
	init 0 status
	IFS= read -r PID <"$ROOT/run/initgen/$LSB_NAME"
	alive "$PID"
}

nothing_runs() { ! ls -l /proc/[0-9]*/exe 2>/dev/null | grep -q -- "$1\$"; }

# who the processes of the program are: no root beyond those that systemd leaves root
users_of() {
	local exe
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe") in *"$1") stat -c %u "${exe%/exe}" ;; esac
	done | awk -F: 'NR == FNR { name[$3] = $1; next } { print name[$1] }' "$ROOT/etc/passwd" - | sort -u | paste -sd +
}

# goes UNIT PROGRAM USERS [reload]
goes() {
	local first
	LSB_NAME=${1//@/-}
	SCRIPT=/etc/init.d/$PREFIX$LSB_NAME
	initgen -q -r "$ROOT" -t "$TARGET" -n "$1" -o "$ROOT$SCRIPT" "$1"
	init 3 status
	init 0 start
	main_pid
	first=$PID
	case $(readlink "/proc/$PID/exe") in *"$2") ;; *) echo "$1 is $(readlink "/proc/$PID/exe")" >&2; return 1 ;; esac
	wait_for is_run_by "$2" "$3"
	init 0 start
	main_pid
	same "$first" "$PID"
	if [ "${4:-}" = reload ]; then
		init 0 reload
		main_pid
		same "$first" "$PID"
	else
		init 3 reload
	fi
	init 0 stop
	gone "$PID"
	nothing_runs "$2"
	init 3 status
	init 0 stop
	init 0 start
	main_pid
	[ "$first" != "$PID" ]
	init 0 stop
	init 3 status
	nothing_runs "$2"
	[ ! -e "$ROOT/run/initgen/$LSB_NAME" ]
}

is_run_by() { same "$2" "$(users_of "$1")" 2>/dev/null; }

all_ten() {
	local bad=0 line
	while read -r line; do
		# in the background, where set -e holds
		( goes $line ) </dev/null &
		wait $! || { echo "fails: $line" >&2; bad=1; }
	done <<-END
		cron /usr/sbin/cron root
		memcached /usr/bin/memcached memcache
		nginx /usr/sbin/nginx root+www-data reload
		redis-server /usr/bin/redis-check-rdb redis
		dnsmasq /usr/sbin/dnsmasq dnsmasq reload
		haproxy /usr/sbin/haproxy haproxy+root reload
		rsyslog /usr/sbin/rsyslogd root
		tor@default /usr/bin/tor debian-tor reload
		mosquitto /usr/sbin/mosquitto mosquitto reload
		chrony /usr/sbin/chronyd _chrony
	END
	return $bad
}

@test "debian: ten daemons in a stock Debian with sysvinit" {
	TARGET=debian all_ten
}

@test "portable: the same" {
	TARGET=portable all_ten
}

# Red Hat's, release 6: bash is sh, there is a functions file for it and the lock directory; what Debian's tools do there is done by others
@test "rhel: ten daemons with Red Hat's functions under bash" {
	chroot "$ROOT" mkdir -p /run/lock/subsys /etc/rc.d
	ln -s ../init.d "$ROOT/etc/rc.d/init.d"
	ln -sf bash "$ROOT/bin/sh"
	cat >"$ROOT/etc/init.d/functions" <<-'END'
		TEXTDOMAIN=initscripts
		umask 022
		PATH="/sbin:/usr/sbin:/bin:/usr/bin"
		export PATH
		[ -z "${COLUMNS:-}" ] && COLUMNS=80
		if [ -z "${BOOTUP:-}" ]; then
			BOOTUP=color
			RES_COL=60
			MOVE_TO_COL="echo -en \\033[${RES_COL}G"
			LOGLEVEL=1
		fi
		strings=($'one' $"two")
		strings+=(three)
		echo_success() { $MOVE_TO_COL; echo -n "["; echo -n $"  OK  "; echo -n "]"; echo -ne "\r"; return 0; }
		echo_failure() { $MOVE_TO_COL; echo -n "["; echo -n $"FAILED"; echo -n "]"; echo -ne "\r"; return 1; }
		success() { [ "$BOOTUP" != "verbose" -a -z "${LSB:-}" ] && echo_success; return 0; }
		failure() { local rc=$?; [ "$BOOTUP" != "verbose" -a -z "${LSB:-}" ] && echo_failure; return $rc; }
		action() { local STRING=$1 rc; echo -n "$STRING "; shift; "$@" && success $"$STRING" || failure $"$STRING"; rc=$?; echo; return $rc; }
		checkpid() { local i; for i in $* ; do [ -d "/proc/$i" ] && return 0; done; return 1; }
		[[ $- =~ x ]] || :
	END
	# tools that came later, or from another family; dnsmasq's and nginx' units call start-stop-daemon themselves
	rm -f "$ROOT/usr/bin/setpriv"
	rm -f "$ROOT/usr/bin/dash" "$ROOT/bin/dash"
	TARGET=rhel all_ten
	same "" "$(ls "$ROOT/run/lock/subsys")"
}

# of the host there is only what a unit's own commands are: its program, the libraries, perl, a shell script of dnsmasq's package
@test "busybox: ten daemons where busybox is all there is" {
	! ldd /bin/busybox >/dev/null 2>&1 || skip "busybox is not static"
	local keep f d
	keep=" cron memcached nginx redis-server redis-check-rdb dnsmasq haproxy rsyslogd tor mosquitto chronyd perl install sed start-stop-daemon "
	for d in bin sbin; do
		for f in "$ROOT/usr/$d"/*; do
			case $keep in *" ${f##*/} "*) ;; *) rm -rf "$f" ;; esac
		done
	done
	cp /bin/busybox "$ROOT/usr/bin/busybox"
	for f in $(busybox --list); do [ -e "$ROOT/usr/bin/$f" ] || [ -e "$ROOT/usr/sbin/$f" ] || ln -s busybox "$ROOT/usr/bin/$f"; done
	PREFIX=S50 TARGET=busybox all_ten
	[ "$(readlink "$ROOT/bin/sh")" = busybox ]
}
