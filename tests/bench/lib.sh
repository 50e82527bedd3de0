#!/bin/sh
# What the function libraries cost beside Debian's own: reading them, and the status of a typical script; run by `make bench`, inside a
# throw-away root.  Wanted: at most half the time and half the programs.  What no library could save is shown, too: the shell alone, and
# the shell with an empty library that executes one program which does nothing.  ROUNDS makes it shorter.
set -u
top=$(cd "${0%/*}/../.." && pwd)
rounds=${ROUNDS:-300}
timer=$top/build/bench/timer
stock=/lib/lsb/init-functions
[ -r "$stock" ] || { echo "== function libraries: there is no $stock to compare with"; exit 0; }
work=$(mktemp -d) || exit 1
trap 'kill "$daemon" "$scripted" 2>/dev/null; rm -rf "$work"' EXIT
# hooks of other packages cost the same with either library
for hook in /lib/lsb/init-functions.d/*; do
	case $hook in */00-verbose) ;; *) rm -f "$hook" ;; esac
done

mkdir -p /usr/lib/initwright
cp -r "$top/lib" "$top/build/bin/initwright" /usr/lib/initwright/
for name in $("$top/build/bin/initwright" --list); do ln -sf initwright "/usr/lib/initwright/$name"; done
ours=/usr/lib/initwright/lib/lsb/init-functions

cp "$(command -v sleep)" "$work/demo"
"$work/demo" 1000 &
daemon=$!
echo "$daemon" >"$work/pid"
# a daemon that is a script: its process runs another program than the one that is named
printf '#!/bin/sh\n"%s" 1000 &\nwait\n' "$work/demo" >"$work/scripted"
chmod 755 "$work/scripted"
"$work/scripted" &
scripted=$!
echo "$scripted" >"$work/scripted.pid"
echo "status_of_proc() { $top/build/bench/nothing; }" >"$work/empty"

script() { # FILE LIBRARY PROGRAM PIDFILE
	cat >"$1" <<END
#!$path
PATH=/sbin:/usr/sbin:/bin:/usr/bin
DAEMON=$3
PIDFILE=$4
test -x \$DAEMON || exit 0
. $2
case \$1 in
status) status_of_proc -p \$PIDFILE \$DAEMON demo ;;
*) exit 3 ;;
esac
END
	chmod 755 "$1"
}
scripts() {
	script "$work/ours" "$ours" "$work/demo" "$work/pid"
	script "$work/stock" "$stock" "$work/demo" "$work/pid"
	script "$work/ours-script" "$ours" "$work/scripted" "$work/scripted.pid"
	script "$work/stock-script" "$stock" "$work/scripted" "$work/scripted.pid"
	script "$work/floor" "$work/empty" "$work/demo" "$work/pid"
}

for shell in dash bash "busybox ash" mksh; do
	path=$(command -v "${shell%% *}") || continue
	case $shell in *' '*) path="$path ${shell#* }" ;; esac
	echo "== $shell: read the library"
	# shellcheck disable=SC2086
	"$timer" "$rounds" "Debian's" $path -c ". $stock" -- "ours <0.5" $path -c ". $ours" -- "the shell alone" $path -c :
	scripts
	echo "== $shell: status of a script whose daemon runs"
	"$timer" "$rounds" "Debian's" "$work/stock" status -- "ours <0.5" "$work/ours" status -- "empty library, one program" "$work/floor" status
	echo "== $shell: status, the daemon is a script"
	"$timer" "$rounds" "Debian's" "$work/stock-script" status -- "ours <0.5" "$work/ours-script" status -- "empty library, one program" "$work/floor" status
done
path=/bin/sh
scripts
command -v strace >/dev/null || exit 0
echo "== programs executed for that"
for s in ours stock ours-script stock-script; do
	strace -f -qq -e trace=execve -e signal=none -o "$work/trace" "$work/$s" status >/dev/null
	printf '%-14s %d programs' "$s" "$(grep -c 'execve(.* = 0$' "$work/trace")"
	strace -f -qq -e trace=clone,clone3,fork,vfork -e signal=none -o "$work/trace" "$work/$s" status >/dev/null
	printf ', %d processes\n' "$(($(grep -cE '(clone3?|v?fork)(\(| resumed).* = [0-9]+$' "$work/trace") + 1))"
done
