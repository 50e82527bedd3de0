# variants: dyn
# The descriptions of init.d/, with the daemons that they are for: start, status, a second start, reload where there is one, restart, stop.
# The packages come from build/debs-initd (make check-systems).
load ../harness/lib

DEBS=$TOP/build/debs-initd

setup_file() {
	in_throwaway && [ -e "$DEBS/complete" ] || return 0
	"$TOP/tests/harness/install-packages" "$DEBS"
	mkdir -p /usr/lib/initwright
	cp "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -s initwright "/usr/lib/initwright/$name"; done
	mkdir -p /run/dbus
	dbus-uuidgen --ensure
	# what it starts keeps what it has open; bats waits until nobody has its pipes
	dbus-daemon --system --fork --nopidfile >/dev/null 2>&1 3>&- 4>&-
	adduser --quiet --disabled-password --gecos '' --home /srv/alice alice >/dev/null 2>&1
}

setup() {
	require_throwaway
	if [ ! -e "$DEBS/complete" ]; then
		[ "${CI:-}" = true ] && { echo "the packages are not there: make check-systems" >&2; return 1; }
		skip "the packages are not there: make check-systems as root on Debian"
	fi
}

init() { expect "$1" timeout 100 "/etc/init.d/$NAME" "$2"; }

value() { sed -n "s/^$1=//p" "/etc/init.d/$NAME" | head -n 1; }

main_pid() {
	init 0 status
	PID=$(sed -n 's/^main=//p' "/run/initwright/$NAME/record")
	alive "$PID"
}

same_process() { main_pid && [ "$PID" = "$1" ]; }

# those whose unit names no user change theirs themselves, or stay root
has_its_user() {
	local user
	user=$(value User)
	user=${user/\%i/${NAME#*@}}
	if [ "$(value DynamicUser)" = yes ]; then
		[ "$(stat -c %u "/proc/$PID")" -ge 61184 ]
	elif [ -n "$user" ]; then
		same "$(id -u "$user")" "$(stat -c %u "/proc/$PID")"
	fi
}

# what the message bus has started by itself since is in the way of the service
end_others() {
	local exe pid
	exe=$(readlink -f "$(value ExecStart | cut -d ' ' -f 1)")
	for pid in /proc/[0-9]*; do
		[ "$(readlink "$pid/exe")" != "$exe" ] || { kill -KILL "${pid#/proc/}" && wait_for gone "${pid#/proc/}"; }
	done
}

listens() { # tcp|udp PORT: on any address
	awk -v port="$(printf ':%04X$' "$2")" -v state="$([ "$1" = tcp ] && echo 0A || echo 07)" '
		$2 ~ port && $4 == state { found = 1 } END { exit !found }' "/proc/net/$1" "/proc/net/${1}6"
}

on_the_bus() {
	dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetConnectionUnixProcessID "string:$1" >/dev/null 2>&1
}

is_up() {
	main_pid
	[ $# -eq 0 ] || wait_for "$@"
	main_pid
}

# goes NAME [CHECK...]: the daemon of that description, all the way; CHECK succeeds when it does what it is for
goes() {
	local file=$1 first
	NAME=$1
	shift
	case $file in *@*) file=${file%@*}@ ;; esac
	cp "$TOP/init.d/$file" "/etc/init.d/$NAME"
	end_others
	init 3 status
	init 0 start
	is_up "$@"
	has_its_user
	first=$PID
	init 0 start
	same_process "$first"
	if grep -q '^ExecReload=' "/etc/init.d/$NAME"; then
		init 0 reload
		is_up "$@"
		same "$first" "$PID"
	else
		init 3 reload
	fi
	init 0 restart
	is_up "$@"
	[ "$PID" != "$first" ]
	init 0 stop
	gone "$PID"
	init 3 status
	init 0 stop
	# it must get along with its own leavings
	init 0 start
	is_up "$@"
	init 0 stop
	gone "$PID"
	[ ! -e "/run/initwright/$NAME/record" ]
}

bus() { goes "$1" on_the_bus "$2"; }

@test "accounts-daemon" { bus accounts-daemon org.freedesktop.Accounts; }
@test "avahi-daemon" { bus avahi-daemon org.freedesktop.Avahi; }
@test "bolt" { bus bolt org.freedesktop.bolt; }
@test "caddy" { goes caddy listens tcp 80; }
@test "colord" { bus colord org.freedesktop.ColorManager; }
@test "containerd" { goes containerd test -S /run/containerd/containerd.sock; }
@test "firewalld" { bus firewalld org.fedoraproject.FirewallD1; }
@test "fort" {
	printf '{ "server": { "port": "8323" }, "mode": "server", "tal": "/var/lib/rpki-tals", "work-offline": true }\n' >/etc/fort/config.json
	mkdir -p /var/lib/rpki-tals
	cp /usr/share/rpki-trust-anchors/*.tal /etc/tals/*.tal /var/lib/rpki-tals/ 2>/dev/null || :
	goes fort
}
@test "fprintd" { bus fprintd net.reactivated.Fprint; }
@test "geoclue" { bus geoclue org.freedesktop.GeoClue2; }
@test "glusterd" { goes glusterd test -S /var/run/glusterd.socket; }
@test "gobgpd" {
	printf '[global.config]\nas = 64512\nrouter-id = "10.0.0.1"\n' >/etc/gobgpd.conf
	goes gobgpd listens tcp 179
}
@test "gpsd" { goes gpsd listens tcp 2947; }
@test "gssproxy" { goes gssproxy test -S /var/lib/gssproxy/default.sock; }
@test "ladvd" { goes ladvd; }
@test "libvirtd" { goes libvirtd test -S /run/libvirt/libvirt-sock; }
@test "ModemManager" { bus ModemManager org.freedesktop.ModemManager1; }
@test "motion" { goes motion listens tcp 8080; }
@test "nats-server" { goes nats-server listens tcp 4222; }
@test "NetworkManager" { bus NetworkManager org.freedesktop.NetworkManager; }
@test "packagekit" { bus packagekit org.freedesktop.PackageKit; }
@test "pdns" { goes pdns listens udp 53; }
@test "pdns-recursor" { goes pdns-recursor listens udp 53; }
@test "podman" {
	# its storage may be on no overlay
	mkdir -p /var/lib/containers
	mount -t tmpfs none /var/lib/containers
	goes podman test -S /run/podman/podman.sock
}
@test "polkit" { bus polkit org.freedesktop.PolicyKit1; }
@test "power-profiles-daemon" { bus power-profiles-daemon net.hadess.PowerProfiles; }
@test "qbittorrent-nox@" {
	mkdir -p /srv/alice/.config/qBittorrent
	printf '[LegalNotice]\nAccepted=true\n' >/srv/alice/.config/qBittorrent/qBittorrent.conf
	chown -R alice /srv/alice
	goes qbittorrent-nox@alice listens tcp 8080
}
@test "ratbagd" { bus ratbagd org.freedesktop.ratbag1; }
@test "rsyslog" { goes rsyslog test -S /dev/log; }
@test "rtkit-daemon" {
	# it allows itself three processes, and those of its user's number outside count
	cp "$TOP/init.d/rtkit-daemon" /etc/init.d/
	start_syslogd
	/etc/init.d/rtkit-daemon start
	wait_for on_the_bus org.freedesktop.RealtimeKit1 || :
	/etc/init.d/rtkit-daemon stop
	stop_syslogd
	! grep -q 'pthread_create failed' "$SYSLOG" || skip "its user has the number of somebody else's processes"
	bus rtkit-daemon org.freedesktop.RealtimeKit1
}
@test "stayrtr" {
	mkdir -p /var/lib/rpki-client
	printf '{ "metadata": { "counts": 0 }, "roas": [] }\n' >/var/lib/rpki-client/json
	goes stayrtr
}
@test "stubby" { goes stubby listens udp 53; }
@test "switcheroo-control" { bus switcheroo-control net.hadess.SwitcherooControl; }
@test "syncthing@" { goes syncthing@alice listens tcp 8384; }
@test "targetclid" {
	[ -e /proc/modules ] || skip "this kernel has no modules"
	goes targetclid test -S /var/run/targetclid.sock
}
@test "trojan" {
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -days 2 -keyout /etc/trojan/key -out /etc/trojan/crt 2>/dev/null
	chown nobody /etc/trojan/key
	sed -i 's,/path/to/certificate.crt,/etc/trojan/crt,; s,/path/to/private.key,/etc/trojan/key,' /etc/trojan/config.json
	goes trojan listens tcp 443
}
@test "tuned" { bus tuned com.redhat.tuned; }
@test "udisks2" { bus udisks2 org.freedesktop.UDisks2; }
@test "upower" { bus upower org.freedesktop.UPower; }
@test "usbmuxd" { goes usbmuxd test -S /var/run/usbmuxd; }
@test "virtlogd" { goes virtlogd test -S /run/libvirt/virtlogd-sock; }
@test "wpa_supplicant" { bus wpa_supplicant fi.w1.wpa_supplicant1; }
@test "wsdd" { goes wsdd; }
@test "yggdrasil" {
	mkdir -p /etc/yggdrasil
	(umask 027; yggdrasil -genconf | sed 's/IfName: auto/IfName: none/' >/etc/yggdrasil/yggdrasil.conf)
	chgrp -R yggdrasil /etc/yggdrasil
	goes yggdrasil test -S /var/run/yggdrasil/yggdrasil.sock
}
@test "znc" {
	mkdir -p /var/lib/znc/configs
	printf 'Version = 1.8.2\n<Listener l>\nPort = 6697\nIPv4 = true\nIPv6 = false\nSSL = false\n</Listener>\n<User u>\nPass = plain#x\nAdmin = true\n</User>\n' >/var/lib/znc/configs/znc.conf
	chown -R _znc /var/lib/znc
	goes znc listens tcp 6697
}

# what runs once, and what this machine has nothing for
@test "nftables: the rules come and go" {
	nft list ruleset >/dev/null 2>&1 || skip "this kernel has no nf_tables"
	NAME=nftables
	cp "$TOP/init.d/nftables" /etc/init.d/
	printf 'flush ruleset\ntable inet t { }\n' >/etc/nftables.conf
	init 3 status
	init 0 start
	init 0 status
	same "table inet t" "$(nft list tables)"
	init 0 start
	init 0 reload
	same "table inet t" "$(nft list tables)"
	init 0 stop
	same "" "$(nft list tables)"
	init 3 status
}

@test "wg-quick@: the tunnel comes and goes" {
	ip link add wgtest type wireguard 2>/dev/null || skip "this kernel has no wireguard"
	ip link delete wgtest
	NAME=wg-quick@wg0
	cp "$TOP/init.d/wg-quick@" "/etc/init.d/$NAME"
	printf '[Interface]\nPrivateKey = %s\nAddress = 10.9.8.7/24\n' "$(wg genkey)" >/etc/wireguard/wg0.conf
	init 3 status
	init 0 start
	init 0 status
	ip link show wg0
	init 0 stop
	! ip link show wg0 2>/dev/null
	init 3 status
}

@test "thermald, networkd-dispatcher: where there is nothing to do they are not started, and that is no failure" {
	rm -rf /etc/networkd-dispatcher/*/* /usr/lib/networkd-dispatcher/*/*
	for NAME in thermald networkd-dispatcher; do
		cp "$TOP/init.d/$NAME" /etc/init.d/
		[ "$NAME" = networkd-dispatcher ] || printf '[Unit]\nConditionVirtualization=\nConditionPathExists=/nothing\n' >/tmp/none
		[ "$NAME" = networkd-dispatcher ] || install -D /tmp/none "/etc/initwright/$NAME.d/none.conf"
		init 0 start
		init 3 status
		init 0 stop
	done
}

@test "every description of init.d was tried here" {
	local f
	for f in "$TOP"/init.d/*; do
		[ "$(head -n 1 "$f")" = "#!/usr/lib/initwright/svrun" ] || continue
		grep -qE "^@test \"([a-z-]+, )?${f##*/}[\",:]|: .*${f##*/}" "$BATS_TEST_FILENAME" || { echo "not tried: $f" >&2; return 1; }
	done
}
