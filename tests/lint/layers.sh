#!/bin/sh
# The folder is the layer: base < os < svc, boot < gen < cmd.  Includes point down, and what a layer may never do it does not link.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

# "FILE LINE INCLUDED" for each include of ours
ours() {
	# shellcheck disable=SC2016
	files 'src/*.[ch]' | xargs -r awk '/^#[ \t]*include[ \t]*"/ { split($0, q, "\""); print FILENAME, FNR, q[2] }'
}

includes_point_down() {
	ours | awk '
		function layer(path, part) { return split(path, part, "/") > 1 ? part[1] : "top" }
		BEGIN {
			may["base"] = " base "
			may["os"] = " base os "
			may["svc"] = " base os svc "
			may["boot"] = " base os boot "
			may["gen"] = " base os svc boot gen "
			may["cmd"] = " base os svc boot gen "
			may["top"] = " base os top "
		}
		{
			from = layer(substr($1, 5))
			to = layer($3)
			if ($3 == "applet.h" && from == "cmd") next
			if (!(from in may)) print $1 ":" $2 ": a layer of its own: " from
			else if (index(may[from], " " to " ") == 0) print $1 ":" $2 ": " from " includes " $3
		}'
}

# symbols that the objects of a layer must not want from libc
wants() { # "LAYER..." SYMBOL...
	layers=$1
	shift
	pattern=$(printf '%s\n' "$@" | paste -sd '|')
	for l in $layers; do
		for o in build/dyn/"$l"/*.o; do
			[ -e "$o" ] || continue
			nm -u "$o" | awk -v o="$o" -v p="^(__)?($pattern)(_chk)?(@.*)?$" '$2 ~ p { print o ": wants " $2 }'
		done
	done
}

libraries_report() {
	wants 'os svc boot gen' out_add out_str out_fmt out_err out_flush perror exit err errx warn warnx warn_errno die die_errno usage_die
}

# base/fmt, base/out, base/sort, base/pattern, os/glob and base/str do that in a tenth of the size, and the same everywhere
own_ways() {
	wants 'base os svc boot gen cmd' stdout stderr printf fprintf dprintf puts fputs putchar fputc fwrite fflush snprintf vsnprintf asprintf fopen fdopen getline \
		qsort fnmatch glob regcomp wordexp scandir strftime strtol strtoul strtoll strtoull atoi sscanf strstr memmem sysconf
}

# svc/child is where the steps between fork and exec stand in their order, and svc/child_spawn where the fork is
only_os_knows_the_kernel() {
	wants 'base svc boot gen cmd' fork vfork clone unshare setns mount umount umount2 pivot_root chroot setuid setgid seteuid setegid \
		setreuid setregid setresuid setresgid setgroups initgroups prctl ptrace syscall pidfd_open pidfd_send_signal |
		grep -v '^build/dyn/svc/child\(_spawn\)*\.o:' || :
}

objects_are_there() {
	[ -n "$(ls build/dyn/base/*.o 2>/dev/null)" ] || echo "build/dyn has no objects: make first"
}

check "includes point down only" includes_point_down
check "there are objects to look at" objects_are_there
check "os, svc, boot and gen print nothing and do not exit" libraries_report
check "no stdio, and nothing else that drags it in" own_ways
check "only os knows fork, set*id, mount and raw system calls" only_os_knows_the_kernel
finish
