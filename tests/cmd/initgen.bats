# initgen: which unit it finds, what it says and writes, and that it writes nothing when it fails.

bats_require_minimum_version 1.5.0
load ../harness/lib

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	R=$BATS_TEST_TMPDIR/root
	UNITS=$R/lib/systemd/system
	mkdir -p "$UNITS"
	unit good 'ExecStart=/bin/x'
}

# unit NAME LINE...: a unit with these lines in [Service], started in the usual runlevels
unit() {
	{
		printf '[Unit]\nDescription=A daemon\nAfter=network.target\n[Install]\nWantedBy=multi-user.target\n[Service]\n'
		printf '%s\n' "${@:2}"
	} >"$UNITS/$1.service"
}

gen() { initgen --root "$R" "$@"; }

@test "a unit becomes a script with both headers and the unit as it was" {
	expect 0 gen good
	same "" "$stderr"
	same "#!/usr/lib/initwright/svrun
### BEGIN INIT INFO
# Provides:          good
# Required-Start:    \$remote_fs \$syslog \$network
# Required-Stop:     \$remote_fs \$syslog \$network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: A daemon
# Description:       A daemon
### END INIT INFO
#
# chkconfig: 2345 55 45
# description: A daemon
#
# Made by initgen from $UNITS/good.service
# What follows is that unit; change it here, or in /etc/initwright/NAME.d/*.conf.

$(<"$UNITS/good.service")" "$output"
}

@test "-o writes a file that can be run, whole or not at all" {
	umask 077
	expect 0 gen -o script good
	same "" "$output"
	[ "$(stat -c %a script)" = 755 ]
	has "$(<script)" "ExecStart=/bin/x"
	unit bad 'ExecStart=/bin/x "a'
	expect 6 gen -o script bad
	has "$(<script)" "ExecStart=/bin/x"
	expect 6 gen -o other bad
	[ ! -e other ]
	same "script" "$(ls -A --ignore=root --ignore=.stderr)"
}

@test "an output that cannot be written is an error" {
	expect 1 gen -o /dev/full good
	has "$stderr" "initgen: unable to write /dev/full: No space left on device"
	[ -c /dev/full ]
	expect 1 sh -c 'initgen -r "$1" good >/dev/full' sh "$R"
	has "$stderr" "initgen: unable to write standard output: No space left on device"
	expect 1 gen -o none/script good
	has "$stderr" "initgen: unable to write none/script: No such file or directory"
	mkdir dir
	expect 1 gen -o dir good
	rmdir dir
}

@test "-o to a pipe or a device writes to it, and - is standard output" {
	expect 0 gen -o - good
	has "$output" "ExecStart=/bin/x"
	[ ! -e - ]
	expect 0 gen -o /dev/null good
	[ -c /dev/null ]
	expect 0 sh -c 'initgen -r "$1" -o /dev/stdout good | cat' sh "$R"
	has "$output" "ExecStart=/bin/x"
}

@test "units are found by name, by path and by link" {
	mkdir -p "$R/etc/systemd/system"
	ln -s /lib/systemd/system/good.service "$R/etc/systemd/system/alias.service"
	for name in good good.service alias "$UNITS/good.service" ./root/lib/systemd/system/good.service; do
		expect 0 gen "$name"
		has "$output" "# Provides:          good"
	done
	printf '[Service]\nExecStart=/bin/y\n' >here.service
	expect 0 gen -q here.service
	has "$output" "ExecStart=/bin/y"
}

@test "a template is read with its instance" {
	unit t@ 'ExecStart=/bin/x %i' 'User=%i' 'SyslogIdentifier=%N'
	expect 0 gen t@one
	has "$output" "# Provides:          t-one"
	expect 0 gen t@
	has "$output" "# Provides:          t-INSTANCE"
	expect 0 gen "$UNITS/t@one.service"
	has "$output" "# Provides:          t-one"
	expect 5 gen "$UNITS/u@one.service"
	expect 0 gen --name t@two t@
	has "$output" "# Provides:          t-two"
}

@test "drop-ins are behind the unit, each named" {
	mkdir -p "$R/etc/systemd/system/good.service.d" "$UNITS/good.service.d" "$R/run/systemd/system/service.d"
	printf '[Service]\nNice=1' >"$R/etc/systemd/system/good.service.d/1.conf"
	printf '[Service]\nNice=2\n' >"$UNITS/good.service.d/1.conf"
	printf '[Service]\nFoo=2\n' >"$UNITS/good.service.d/2.conf"
	printf '[Unit]\nAfter=nss-lookup.target\n' >"$R/run/systemd/system/service.d/3.conf"
	expect 0 gen good
	has "$output" "
# drop-in $R/etc/systemd/system/good.service.d/1.conf
[X-Drop-In]
[Service]
Nice=1

# drop-in $UNITS/good.service.d/2.conf
"
	has "$output" "# Should-Start:      \$named"
	same "initgen: warning: $UNITS/good.service.d/2.conf:2: unknown directive Foo= in section [Service], ignored" "$stderr"
	[[ $output != *Nice=2* ]]
}

@test "what is not honoured is named, unless quiet; strict refuses it" {
	unit sandbox 'ExecStart=/bin/x' 'RestrictFileSystems=ext4' 'ProtectHome=no' 'Nope=1'
	expect 0 gen sandbox
	same "initgen: warning: $UNITS/sandbox.service:8: RestrictFileSystems=: not honoured: the service runs without this protection
initgen: warning: $UNITS/sandbox.service:10: unknown directive Nope= in section [Service], ignored" "$stderr"
	has "$output" "#  * $UNITS/sandbox.service:8: RestrictFileSystems=ext4"
	expect 0 gen --quiet sandbox
	same "" "$stderr"
	expect 6 gen --strict -o script sandbox
	has "$stderr" "initgen: unable to convert $UNITS/sandbox.service: directives that have no effect here: 2"
	[ ! -e script ]
	expect 0 gen --strict good
}

@test "a unit that cannot be used gives one line and nothing else" {
	unit quote 'ExecStart=/bin/x' 'ExecStop=/bin/x "a'
	expect 6 gen quote
	same "" "$output"
	same "initgen: unable to convert $UNITS/quote.service:8: unbalanced quote in command line" "$stderr"
	unit user 'ExecStart=/bin/x' 'User=a:b'
	expect 6 gen user
	same "initgen: unable to convert $UNITS/user.service:8: User=: not a valid name or number" "$stderr"
	unit none 'Type=simple'
	expect 6 gen none
	same "initgen: unable to convert $UNITS/none.service: there is neither ExecStart= nor ExecStop=" "$stderr"
	ln -s /dev/null "$UNITS/masked.service"
	expect 6 gen masked
	same "initgen: unable to convert $UNITS/masked.service: the unit is masked: it is empty, or a link to /dev/null" "$stderr"
	gen good >script
	expect 6 gen ./script
	same "initgen: unable to convert ./script: it is a script already" "$stderr"
	mkdir "$UNITS/dir.service"
	expect 6 gen dir
	same "initgen: unable to convert $UNITS/dir.service: unable to read: Is a directory" "$stderr"
}

@test "a unit that is not there is status 5, one that may not be read 4" {
	expect 5 gen nope
	same "initgen: unable to find a unit nope.service: No such file or directory" "$stderr"
	expect 5 gen ./nope.service
	has "$stderr" "initgen: unable to convert ./nope.service: unable to read: No such file or directory"
	[ "$(id -u)" = 0 ] || skip "needs root to become another user"
	local open
	open=$(mktemp -d /tmp/initgen.XXXXXX)
	chmod 755 "$open"
	install -m 600 "$UNITS/good.service" "$open/good.service"
	local as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
	if $as_nobody test -x "$BIN/initgen" -a -x "$open"; then
		expect 4 $as_nobody "$BIN/initgen" "$open/good.service"
		same "initgen: unable to convert $open/good.service: unable to read: Permission denied" "$stderr"
	fi
	rm -rf "$open"
}

@test "a bad command line is status 2" {
	for args in "" "a b" "--nope a" "--name a/b good" "--name= good" "x.target" "y.mount" "--target sysv good" "--exec /bin/x good" "--user u good" "--exec /bin/x --env 1=2" "--json good" "--check" "--check --exec /bin/x" "--check -n x good" "--force good" "--install --check good" "--install -o x good" "--uninstall a b" "--uninstall a/b" "--uninstall a --install good"; do
		# shellcheck disable=SC2086
		expect 2 gen $args
		same "" "$output"
		has "$stderr" "initgen: "
	done
}

@test "help and version" {
	expect 0 initgen --help
	has "$output" "sage: initgen [OPTION...] UNIT"
	expect 0 initgen --version
	has "$output" "initgen (initwright)"
}

@test "a target's script has its idiom, and names what it cannot honour" {
	unit box 'Type=notify' 'ExecStart=/bin/x' 'PrivateTmp=yes' 'Restart=no'
	for t in portable debian rhel suse busybox; do
		expect 0 gen -t "$t" box
		same "initgen: warning: $UNITS/box.service:7: Type=notify: the start does not wait until the service says that it is ready
initgen: warning: $UNITS/box.service:9: PrivateTmp=yes: the service runs without this protection" "$stderr"
		has "$output" "# Made by initgen from $UNITS/box.service for the target $t."
		has "$output" "#  * $UNITS/box.service:9: PrivateTmp=yes: the service runs without this protection"
		same "#!/bin/sh" "${output%%$'\n'*}"
		expect 6 gen -t "$t" --strict box
		has "$stderr" "directives that have no effect here: 2"
		same "" "$output"
	done
	expect 0 gen -t native box
	has "$output" "#!/usr/lib/initwright/svrun"
	expect 0 gen --strict -t portable good
	expect 0 gen -t debian good
	has "$output" ". /lib/lsb/init-functions"
	expect 0 gen -t rhel good
	has "$output" "LOCK=/var/lock/subsys/\$NAME"
	expect 0 gen -t suse good
	has "$output" ". /etc/rc.status"
}

@test "a command line becomes a service, asking nothing" {
	expect 0 initgen --exec "/usr/sbin/food -f 'a b'" --user foo --group bar --description "food's server" --env A=1 --env "B=x y" --after redis --chdir /srv --reload '/bin/kill -HUP $MAINPID'
	same "" "$stderr"
	has "$output" "# Provides:          food"
	has "$output" "# Should-Start:      redis"
	has "$output" "
ExecStart=/usr/sbin/food -f 'a b'
ExecReload=/bin/kill -HUP \$MAINPID"
	has "$output" "User=foo
Group=bar
WorkingDirectory=/srv
Environment=\"A=1\"
Environment=\"B=x y\"
EnvironmentFile=-/etc/default/food"
	expect 0 initgen --target rhel --exec /usr/sbin/food --name other --type forking --pidfile /run/food.pid
	has "$output" "NAME='other'"
	has "$output" "TYPE='forking'"
	has "$output" "PIDFILE='/run/food.pid'"
	has "$output" "read_environment no /etc/sysconfig/other"
	expect 6 initgen --exec '/usr/sbin/food "x'
	has "$stderr" "initgen: unable to convert --exec:"
	expect 6 initgen --exec 'food/x'
	same "" "$output"
}

@test "a script never runs as root what a unit would not" {
	unit dy.n 'ExecStart=/bin/x' 'DynamicUser=yes'
	expect 6 gen -t portable dy.n
	has "$stderr" "DynamicUser="
	same "" "$output"
	unit dyn 'ExecStart=/bin/touch /tmp/dyn' 'DynamicUser=yes'
	expect 0 gen -t portable dyn
	has "$stderr" "no user is made"
	expect 6 sh -c "$output" dyn start
	has "$stderr" "there is no user dyn"
	[ ! -e /tmp/dyn ]
}

@test "--check says of each line what becomes of it, and sums up" {
	unit box 'Type=notify' 'ExecStart=/bin/x' 'Nope=1'
	expect 0 gen --check -t portable good box
	same "" "$stderr"
	has "$output" "$UNITS/good.service:7: ExecStart=/bin/x: honoured
$UNITS/box.service:2: Description=A daemon: honoured"
	has "$output" "
$UNITS/box.service:7: Type=notify: partly: the start does not wait until the service says that it is ready
"
	has "$output" "
$UNITS/box.service:9: Nope=1: not: systemd 252 knows no directive of that name
portable: 2 units: 1 honoured as a whole, 0 unusable; 10 lines: 8 honoured, 0 without a meaning here, 1 partly, 1 not"
	expect 0 gen --check box
	has "$output" "
native: 1 unit: 0 honoured as a whole, 0 unusable; 6 lines: 5 honoured, 0 without a meaning here, 0 partly, 1 not"
	has "$output" "box.service:9: Nope=1: not: systemd 252 knows no directive of that name"
	expect 6 gen --check --strict box
	expect 0 gen --check --strict good
	unit dump 'ExecStart=/bin/x' 'CoredumpFilter=default 0x4' 'TimerSlackNSec=50us'
	expect 0 gen --check dump
	has "$output" "CoredumpFilter=default 0x4: honoured
$UNITS/dump.service:9: TimerSlackNSec=50us: honoured"
	expect 0 gen --check -t portable dump
	has "$output" "TimerSlackNSec=50us: not: a script cannot do that"
}

@test "--check does not call a bad value honoured" {
	unit bad 'ExecStart=/bin/x' 'Nice=fifty' 'Environment=A=1 B'
	expect 0 gen --check bad
	has "$output" "bad.service:8: Nice=fifty: note: bad value \"fifty\", ignored
$UNITS/bad.service:9: Environment=A=1 B: note: word 2 is no NAME=VALUE, ignored"
}

@test "--check goes on behind a unit that cannot be used" {
	unit bad 'ExecStart=/bin/x "a'
	unit dy.n 'ExecStart=/bin/x' 'DynamicUser=yes'
	expect 6 gen --check nope bad good
	has "$output" "nope.service: unusable: No such file or directory
bad.service: unusable: $UNITS/bad.service:7: unbalanced quote"
	has "$output" "native: 3 units: 1 honoured as a whole, 2 unusable;"
	expect 6 gen --check -t debian dy.n
	has "$output" "dy.n.service: unusable: "
	expect 6 gen --check --json nope good
	has "$output" '{"target":"native","units":[{"unit":"nope.service","error":"No such file or directory","lines":[]},{"unit":"good.service","path":"'
	has "$output" '"summary":{"units":2,"whole":1,"unusable":1,'
}

# everything below the root but units, with modes and the targets of links
tree() { find "$R" -path "$R/lib" -prune -o -printf '%P %y %m %l\n' | grep -v -e '^etc/init.d/\.' -e 'etc/insserv' | LC_ALL=C sort; }

make_root() { mkdir -p "$R"/etc/init.d "$R"/etc/rc{0,1,2,3,4,5,6,S}.d "$R"/var/lib; }

@test "what is no name of a unit is no order" {
	unit escape '[Unit]' "Conflicts=$(printf 'a\033[31m.service')" '[Service]' 'ExecStart=/bin/x'
	expect 0 gen -t portable escape
	has "$stderr" "Conflicts=a [31m.service: the other service is not stopped"
	same "" "$(tr -cd '\033' <<<"$stderr")"
	unit odd '[Unit]' 'After=touch multi-user.target $(x) . .service' '[Service]' 'ExecStart=/bin/x'
	for t in native portable debian rhel suse busybox; do expect 0 gen -q -t "$t" odd; done
}

@test "--install makes script, links, default file and directories, --uninstall removes just these" {
	make_root
	unit full 'ExecStart=/bin/x $OPTS' 'EnvironmentFile=-/etc/default/full' 'StateDirectory=full/data' 'LogsDirectory=full'
	local before
	before=$(tree)
	for t in native portable; do
		expect 0 gen -q -t "$t" --install full
		same "" "$output$stderr"
		[ -x "$R/etc/init.d/full" ]
		same ../init.d/full "$(readlink "$R"/etc/rc2.d/S??full)"
		compgen -G "$R/etc/rc0.d/K??full" >/dev/null
		has "$(<"$R/etc/default/full")" "# Environment of the service full"
		[ -d "$R/var/lib/full/data" ] && [ -d "$R/var/log/full" ]
		expect 0 gen -q -t "$t" --install full
		expect 0 gen --uninstall full
		same "" "$output$stderr"
		same "$before" "$(tree | grep -v -e '^etc/default d' -e '^var/log d' -e '\.depend' -e initwright)"
	done
	expect 5 gen --uninstall full
	same "initgen: unable to uninstall full: there is no such script" "$stderr"
}

@test "what somebody wrote is neither overwritten nor removed unasked" {
	make_root
	unit full 'ExecStart=/bin/x' 'EnvironmentFile=-/etc/default/full' 'StateDirectory=full'
	expect 0 gen -q -t portable --install full
	echo A=1 >>"$R/etc/default/full"
	touch "$R/var/lib/full/data"
	sed -i 's/^UMASK=.*/UMASK=077/' "$R/etc/init.d/full"
	cp "$R/etc/init.d/full" mine
	expect 6 gen -q -t portable --install full
	same "initgen: unable to install full: the script was edited since it was installed (--force does it nevertheless)" "$stderr"
	expect 6 gen --uninstall full
	cmp mine "$R/etc/init.d/full"
	compgen -G "$R/etc/rc2.d/S??full" >/dev/null
	expect 0 gen -q -t portable --install --force full
	grep -q '^UMASK=0022' "$R/etc/init.d/full"
	expect 0 gen --uninstall full
	[ ! -e "$R/etc/init.d/full" ]
	same A=1 "$(tail -n 1 "$R/etc/default/full")"
	[ -e "$R/var/lib/full/data" ]
	printf '#!/bin/sh\n' >"$R/etc/init.d/good"
	expect 6 gen -q --install good
	has "$stderr" "not installed by this program"
	expect 6 gen --uninstall good
	same "#!/bin/sh" "$(<"$R/etc/init.d/good")"
}

@test "an install whose links cannot be made leaves nothing new behind" {
	make_root
	printf '#!/bin/sh\n### BEGIN INIT INFO\n# Provides: other\n# Required-Start: loop\n# Required-Stop:\n# Default-Start: 2 3 4 5\n# Default-Stop:\n### END INIT INFO\n' >"$R/etc/init.d/other"
	chmod 755 "$R/etc/init.d/other"
	ln -s ../init.d/other "$R/etc/rc2.d/S01other"
	printf '[Unit]\nRequires=other.service\nAfter=other.service\n[Service]\nExecStart=/bin/x\nStateDirectory=loop\nEnvironmentFile=-/etc/default/loop\n[Install]\nWantedBy=multi-user.target\n' >"$UNITS/loop.service"
	expect 1 gen -q --install loop
	has "$stderr" "initgen: unable to install loop: "
	[ ! -e "$R/etc/init.d/loop" ] && [ ! -e "$R/etc/default/loop" ] && [ ! -e "$R/var/lib/loop" ]
	! compgen -G "$R/etc/rc?.d/*loop"
}

@test "on a busybox system the script is S50NAME, without links" {
	mkdir -p "$R/etc/init.d" "$R/etc/default"
	local before
	before=$(cd "$R" && find . | sort)
	expect 0 gen -q -t busybox --install --exec '/bin/food -f'
	[ -x "$R/etc/init.d/S50food" ]
	! compgen -G "$R/etc/rc?.d/*food"
	expect 0 gen --uninstall S50food
	same "$before" "$(cd "$R" && find . | sort)"
}

@test "--diff shows what --install would change, and changes nothing" {
	make_root
	unit full 'ExecStart=/bin/x' 'EnvironmentFile=-/etc/default/full'
	local before
	before=$(tree)
	expect 0 gen -q -t portable --diff full
	has "$output" "make /etc/default/full
--- /dev/null
+++ /etc/init.d/full
@@ -0,0 +1,"
	same "$before" "$(tree)"
	expect 0 gen -q -t portable --install full
	before=$(tree)
	expect 0 gen -q -t portable --diff full
	same "" "$output"
	sed -i 's/^UMASK=.*/UMASK=077/' "$R/etc/init.d/full"
	expect 0 gen -q -t portable --diff full
	has "$output" "
-UMASK=077
+UMASK=0022
"
	same "$before" "$(tree)"
}

@test "--check tells of every directive that Debian's units use, by file and line" {
	local n=0 section key grade value
	mkdir units
	while IFS=$'\t' read -r section key grade value; do
		[[ $section != "#"* ]] || continue
		n=$((n + 1))
		printf '[%s]\n%s=%s\n' "$section" "$key" "$value" >"units/$n.service"
		[ "$key" = ExecStart ] || printf '[Service]\nExecStart=/bin/x\n' >>"units/$n.service"
		printf 'units/%d.service:2: %s=%s: \n' "$n" "$key" "$value" >>wanted
		case $grade in honoured | note) ;; *) echo "$key" >>losses ;; esac
	done <"$TOP/tests/svc/vectors/directives.txt"
	[ "$n" = 153 ]
	expect 0 gen --check units/*.service
	grep -F "units: " <<<"$output" | grep -q '^native: 153 units: .* 0 unusable'
	while IFS= read -r line; do has "$output" "$line"; done <wanted
	grep -E '^[^ ]*:2: .*: (partly|not): ..' <<<"$output" | sed 's/^[^ ]*: \([^=]*\)=.*/\1/' | sort >told
	[ -z "$(comm -13 <(sort losses) told)" ]
	expect 0 gen --check --json units/*.service
	[ "$(grep -o '"line":2,' <<<"$output" | wc -l)" = 153 ]
}

@test "sockets and timers are kept beside the service, and one that it needs is refused with --strict" {
	printf '[Unit]\nDescription=S\n[Socket]\nListenStream=/run/good.sock\nSocketMode=0600\n' >"$UNITS/good.socket"
	printf '[Timer]\nOnCalendar=daily\n' >"$UNITS/good.timer"
	expect 0 gen good
	has "$output" "
# $UNITS/good.socket
[Socket]
X-Unit=good.socket
X-Listen=no
ListenStream=/run/good.sock
SocketMode=0600

# $UNITS/good.timer
[Timer]
OnCalendar=daily"
	same "initgen: warning: $UNITS/good.socket:4: ListenStream=/run/good.sock: kept; it is not enabled, so the service opens its sockets itself
initgen: warning: $UNITS/good.timer:2: OnCalendar=daily: kept; nothing keeps its times, but this in /etc/crontab would: 0 0 * * * root /etc/init.d/good start" "$stderr"
	expect 0 gen -q --strict -o script good
	expect 0 svrun -n good script explain
	[[ $output$stderr != *ocket* ]]
	unit per@ 'ExecStart=/bin/x %i' 'StandardInput=socket'
	printf '[Socket]\nListenStream=99\nAccept=yes\n' >"$UNITS/per.socket"
	expect 0 gen per@
	has "$output" "# Provides:          per
"
	has "$stderr" "ExecStart=/bin/x %i: who serves a connection has no name of its own"
	expect 0 gen -t portable per@
	has "$stderr" "$UNITS/per.socket:2: ListenStream=99: the service cannot do without its socket, and nothing listens: one of it is to be started for each connection"
	for t in native portable debian; do expect 6 gen --strict -t "$t" per@; done
	unit per@ 'ExecStart=/bin/x' 'StandardInput=socket'
	expect 0 gen --strict per@
	for t in portable debian; do expect 6 gen --strict -t "$t" per@; done
	expect 0 gen --check good.socket good.timer per.socket
	has "$output" "$UNITS/good.socket:5: SocketMode=0600: honoured: kept with good.service, whose script listens"
	has "$output" "$UNITS/per.socket:3: Accept=yes: honoured: kept with per@.service, whose script listens"
	has "$output" "native: 3 units: 2 honoured as a whole, 0 unusable; 5 lines"
	expect 0 gen --check -t debian good.socket
	has "$output" "$UNITS/good.socket:5: SocketMode=0600: partly: kept with good.service; nothing listens"
	# one that it names is listened at
	printf '[Install]\nAlso=good.socket\n' >>"$UNITS/good.service"
	expect 0 gen good
	has "$output" "X-Listen=start"
	expect 2 gen good.socket
	same "initgen: unable to convert good.socket: make a script of good.service, which it starts, and it is kept there" "$stderr"
	expect 5 gen none.socket
}

@test "instances of a template are services of their own, from the installation to the last link" {
	require_throwaway
	mkdir -p /usr/lib/initwright /etc/systemd/system /etc/init.d /etc/rc2.d /etc/rc3.d
	ln -sf "$BIN/svrun" /usr/lib/initwright/svrun
	printf '[Unit]\nDescription=Instance %%i\n[Service]\nExecStart=%s -f --name %%i\nRuntimeDirectory=ext-%%i\n[Install]\nWantedBy=multi-user.target\n' "$EXAMPLED" >/etc/systemd/system/ext@.service
	expect 2 initgen --install ext@
	same "initgen: unable to install ext@: it is a template, and needs an instance, as in --name ext@1" "$stderr"
	for i in one two; do
		expect 0 initgen --install "ext@$i"
		has "$(<"/etc/init.d/ext@$i")" "# Provides:          ext-$i"
		same "../init.d/ext@$i" "$(readlink /etc/rc2.d/S??"ext@$i")"
		expect 0 service "ext@$i" start
		[ -d "/run/ext-$i" ]
	done
	expect 0 /etc/rc2.d/S??ext@two stop
	expect 3 service ext@two status
	expect 0 service ext@one status
	has "$output" "ext@one is running"
	expect 0 update-rc.d ext@one disable
	[ -L /etc/rc2.d/K??ext@one ]
	expect 0 service ext@one stop
	for i in one two; do expect 0 initgen --uninstall "ext@$i"; done
	[ -z "$(find /etc/init.d /etc/rc*.d -name '*ext*')" ]
	# one script, a link for each: the name is that of the link
	expect 0 initgen -o /etc/init.d/ext@ ext@
	ln -s ext@ /etc/init.d/ext@three
	ln -s ext@ /etc/init.d/ext@four
	for i in three four; do
		expect 0 update-rc.d "ext@$i" defaults
		same "" "$output$stderr"
	done
	expect 0 /etc/rc2.d/S??ext@three start
	has "$output" "ext@three started"
	expect 0 service ext@three stop
	expect 6 /etc/init.d/ext@ start
	same "svrun: unable to run ext@: it is a template, and needs an instance" "$stderr"
	for i in three four; do expect 0 update-rc.d -f "ext@$i" remove; done
	rm -rf /etc/init.d/ext@* /etc/systemd/system/ext@.service /usr/lib/initwright/svrun
}
