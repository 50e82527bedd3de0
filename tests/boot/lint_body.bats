# What initlint says about actions, pidfiles, kill and lock files.
load ../harness/lib
load lint

@test "actions that are missing" {
	body $'11:1 action-missing\n11:1 action-missing\n11:1 action-missing' <<'X'
case "$1" in
start) a ;;
stop) b ;;
*) exit 2 ;;
esac
X
	body '11:1 action-missing' <<'X'
case "$1" in
start) a ;;
stop) b ;;
re*|*-reload) b; a ;;
*) exit 2 ;;
esac
X
	body '' <<'X'
case "$1" in
start) a ;;
stop) b ;;
*) /usr/bin/other "$1" ;;
esac
X
}

@test "an action that there is not" {
	body '14:1 action-unknown' <<'X'
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
*) echo usage ;;
esac
X
	body '11:1 action-unknown' <<'X'
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
esac
X
	body '11:1 action-unknown' <<'X'
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
esac
exit $?
X
	body '' <<'X'
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
*) false ;;
esac
exit $?
X
	body '' <<'X'
show() { echo usage; exit 3; }
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
*) show ;;
esac
X
	body '' <<'X'
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
*) echo usage; r=2 ;;
esac
exit $r
X
}

@test "another case is not taken for that of the actions" {
	body '' <<'X'
case "$x" in [!a]*) c ;; ?*) d ;; esac
case "$1" in
start) a ;;
stop) b ;;
restart|force-reload|status) c ;;
*) exit 2 ;;
esac
case "$x" in s[!t]*) c ;; [a-z]*) d ;; esac
X
}

@test "codes that are lost" {
	body $'11:1 status-lost\n13:1 status-lost' <<'X'
case "$1" in
start) a ;;
stop) b; exit $? ;;
status) c ;;
restart|force-reload) : ;;
*) exit 2 ;;
esac
exit 0
X
	body '13:1 status-lost' <<'X'
case "$1" in
start) a; exit $? ;;
stop) exec b ;;
restart|force-reload) "$0" stop; "$0" start ;;
status) c; exit $? ;;
*) exit 2 ;;
esac
:
X
	body '' <<'X'
set -e
case "$1" in
start) a ;;
stop) b ;;
status) c ;;
restart|force-reload) : ;;
*) exit 2 ;;
esac
exit 0
X
}

@test "pidfiles where everybody may write" {
	body $'10:1 pidfile-writable\n12:34 pidfile-writable' <<'X'
PIDFILE=/tmp/x.pid
OTHER=/tmp/x
start-stop-daemon -S -x /y -b -p /dev/shm/x.pid
X
}

@test "kill" {
	body $'10:1 kill-pidfile\n12:1 kill-pidfile\n13:1 kill-by-name\n14:1 kill-by-name' <<'X'
kill -HUP `cat /run/x.pid`
p=$(cat "$PIDFILE")
kill "$p"
killall demo
pkill -HUP demo
kill -0 $p
kill "$other"
pkill -P $p
X
}

@test "Red Hat's lock files" {
	local head=$'. /etc/init.d/functions'
	body '11:1 lock-missing' <<<"$head
daemon x"
	body '12:7 lock-left' <<<"$head
daemon x
touch /var/lock/subsys/demo"
	body '13:7 lock-name' <<<"$head
L=/var/lock/subsys/other
daemon x
touch \$L
rm -f \$L"
	body '' <<<"$head
daemon x && touch \$unknown_lock
rm -f \$unknown_lock"
}
