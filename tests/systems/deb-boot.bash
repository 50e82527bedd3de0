# A Debian with sysvinit and ten daemons as Debian ships them (tests/harness/daemon-root), as a machine in namespaces of its own: what
# dpkg installs there is a layer over it, and each machine has a layer for what it writes, that outlives it as a disk does.

HOST=$TOP/build/daemon-root
LAYERS=/tmp/layers

# what the machine is to find otherwise than Debian left it: no terminals, no clock and no kernel settings to set, no swap, none of
# which is the machine's own here; and something for
# haproxy to do
layer_prepare() { # ROOT
	local root=$1 script
	sed -i -e /getty/d -e /sulogin/d "$root/etc/inittab"
	for script in hwclock.sh procps brightness urandom; do rm -f "$root/etc/init.d/$script" "$root"/etc/rc?.d/[SK]??$script; done
	for script in swapon swapoff; do ln -sf /bin/true "$root/sbin/$script"; done
	: >"$root/etc/fstab"
	sed -i 's/^DAEMON_OPTS=.*/DAEMON_OPTS="-F 1 -x"/' "$root/etc/default/chrony"
	printf 'listen test\n\tbind 127.0.0.1:8404\n\tmode http\n\tstats enable\n\tstats uri /\n' >>"$root/etc/haproxy/haproxy.cfg"
	# Debian's script of mosquitto does not start it: there is no directory for its pidfile, and the daemon may not write what the script wrote
	sed -i '/init-functions/a mkdir -p /run/mosquitto' "$root/etc/init.d/mosquitto"
	sed -i '/^pid_file/d' "$root/etc/mosquitto/mosquitto.conf"
	echo '@reboot root date >/run/cron-was-here' >"$root/etc/cron.d/test"
	# the last script of each runlevel
	printf '#!/bin/sh\ndate +%%s%%N >/run/booted.new && mv /run/booted.new /run/booted\n' >"$root/etc/rc.local"
	chmod 755 "$root/etc/rc.local"
}

# layer NAME LOWER FUNCTION: a layer of what the function changes in the root that it gets, over the others
layer() {
	mkdir -p "$LAYERS/$1" "$LAYERS/$1.work" "$LAYERS/$1.root"
	mount -t overlay -o "lowerdir=$2,upperdir=$LAYERS/$1,workdir=$LAYERS/$1.work" overlay "$LAYERS/$1.root"
	mount -t proc proc "$LAYERS/$1.root/proc"
	mount --bind /dev "$LAYERS/$1.root/dev"
	"$3" "$LAYERS/$1.root" || return 1
	umount "$LAYERS/$1.root/dev" "$LAYERS/$1.root/proc" "$LAYERS/$1.root"
}

# the console is a FIFO, so that what is printed there can be read outside
fill_dev() { # DIR
	local name major minor
	mount -t tmpfs -o mode=755 dev "$1"
	mkdir "$1/pts" "$1/shm"
	ln -s /proc/self/fd "$1/fd"
	while read -r name major minor; do mknod -m 666 "$1/$name" c "$major" "$minor"; done <<-END
		null 1 3
		zero 1 5
		full 1 7
		random 1 8
		urandom 1 9
		tty 5 0
	END
	mkfifo -m 600 "$1/console"
}

# the part that runs as process 1 of the machine, until it is init: LOWER UPPER WORK ROOT DEV
become_machine() {
	local lower=$1 upper=$2 work=$3 root=$4 dev=$5
	set -e
	mount --make-rprivate /
	mount -t overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$work" overlay "$root"
	mount -t proc proc "$root/proc"
	mount --bind "$root/proc/sys" "$root/proc/sys"
	mount -o remount,bind,ro "$root/proc/sys"
	mount -t sysfs -o ro sysfs "$root/sys"
	mount -t tmpfs -o mode=755 run "$root/run"
	mount -t tmpfs -o mode=1777 tmp "$root/tmp"
	mount --bind "$dev" "$root/dev"
	ip link set lo up
	cd "$root"
	mkdir -p run/old
	pivot_root . run/old
	umount -l run/old
	rmdir run/old
	exec <>/dev/console >&0 2>&0
	date +%s%N >/run/begun
	exec env -i PATH=/sbin:/usr/sbin:/bin:/usr/bin TERM=linux /sbin/init
}

# machine NAME LAYER...: the machine of that name is up when this returns, in BOOT (its supervisor: killed, all of it is) and INIT; what
# its console shows is added to $LAYERS/NAME.console.  The first layer is the uppermost
machine() {
	local name=$1 lower=$HOST/root i
	shift
	for ((i = $#; i > 0; i--)); do lower=$LAYERS/${!i}:$lower; done
	mkdir -p "$LAYERS/$name" "$LAYERS/$name.work" "$LAYERS/$name.root" "$LAYERS/$name.dev"
	[ -e "$LAYERS/$name.dev/console" ] || fill_dev "$LAYERS/$name.dev"
	CONSOLE=$LAYERS/$name.console
	[ -z "${READER:-}" ] || kill "$READER"
	cat <>"$LAYERS/$name.dev/console" >>"$CONSOLE" 3>&- &
	READER=$!
	unshare --mount --pid --fork --kill-child --uts --ipc --net \
		bash -c "$(declare -f become_machine); become_machine "'"$@"' machine \
		"$lower" "$LAYERS/$name" "$LAYERS/$name.work" "$LAYERS/$name.root" "$LAYERS/$name.dev" >"$LAYERS/$name.log" 2>&1 3>&- &
	BOOT=$!
}

# until its runlevel is reached
up() {
	wait_for -t 120 init_runs || { cat "$LAYERS"/*.log >&2; return 1; }
	wait_for -t 120 inside test -e /run/booted || { tail -n 40 "$CONSOLE" >&2; return 1; }
}
init_runs() {
	INIT=$(pgrep -P "$BOOT") && [ "$(readlink "/proc/$INIT/exe")" = /usr/sbin/init ] || [ "$(readlink "/proc/$INIT/exe")" = /sbin/init ]
}
inside() { nsenter -t "$INIT" -m -u -i -n -p -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 "$@"; }

# ended SIGNAL: the machine has ended, and the kernel tells the supervisor how: HUP for a reboot, INT for halt and power off
ended() {
	local got=0
	wait_for -t 120 gone "$BOOT" || { tail -n 40 "$CONSOLE" >&2; return 1; }
	wait "$BOOT" || got=$?
	BOOT=
	same "$1" "$(kill -l "$got")"
}

# what there is to each daemon, asked from within: as a client would
answers() {
	inside bash -c '
		ask() { exec 9<>"/dev/tcp/127.0.0.1/$1" && printf "$2" >&9 && timeout 5 head -c "$3" <&9; exec 9>&-; }
		is() { case $2 in *"$3"*) ;; *) echo "$1 says: $2"; exit 1 ;; esac; }
		exec 2>&1
		hex() { od -An -tx1 | tr -d " \n"; }
		is memcached "$(ask 11211 "version\r\n" 7)" VERSION
		is redis-server "$(ask 6379 "PING\r\n" 5)" +PONG
		is nginx "$(ask 80 "GET / HTTP/1.0\r\n\r\n" 15)" "200 OK"
		is haproxy "$(ask 8404 "GET / HTTP/1.0\r\n\r\n" 15)" "200"
		is tor "$(ask 9050 "\5\1\0" 2 | hex)" 0500
		is mosquitto "$(ask 1883 "\20\14\0\4MQTT\4\2\0\12\0\0" 4 | hex)" 20020000
		exec 9<>/dev/udp/127.0.0.1/53
		printf "\22\64\1\0\0\1\0\0\0\0\0\0\11localhost\0\0\1\0\1" >&9
		is dnsmasq "$(timeout 5 dd bs=512 count=1 <&9 2>/dev/null | hex)" 7f000001
		exec 9>&-
		is chrony "$(chronyc -n activity)" "sources online"
		logger -t test "a line of $1"
		is rsyslog "$(timeout 10 tail -n +1 -F /var/log/syslog 2>/dev/null | grep -m 1 "a line of $1")" "a line of"
		is cron "$(cat /run/cron-was-here)" 20
	' bash "$1"
}
TEN="chrony cron dnsmasq haproxy memcached mosquitto nginx redis-server rsyslog tor"

machine_off() {
	[ -z "${BOOT:-}" ] || { kill -KILL "$BOOT" && wait_for gone "$BOOT"; } 2>/dev/null || :
	[ -z "${READER:-}" ] || kill "$READER" 2>/dev/null || :
	BOOT='' READER=''
}
