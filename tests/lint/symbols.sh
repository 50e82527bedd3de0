#!/bin/sh
# What a module exports starts with its name; a command exports its descriptor only, and keeps no state.
# shellcheck source=tests/harness/tap.sh
. "${0%/*}/../harness/tap.sh"

# base/die is the exception: its verbs are the language that all messages are written in; and base/opt defines the variables of getopt(3)
verbs=' progname warn warn_errno die die_errno usage_die die_bug '

objects() { # LAYER...
	for l; do
		for o in build/dyn/"$l"/*.o; do
			src=src/${o#build/dyn/}
			[ ! -e "$o" ] || [ ! -e "${src%.o}.c" ] || echo "$o"
		done
	done
}

modules_prefix() {
	[ -n "$(objects base)" ] || echo "build/dyn has no objects: make first"
	for o in $(objects base os svc boot gen); do
		m=${o##*/} m=${m%.o}
		for s in $(nm -g --defined-only "$o" | awk '{ print $3 }'); do
			case $s in "${m}_"* | "$m") continue ;; esac
			case $o:$verbs in build/dyn/base/die.o:*" $s "*) continue ;; esac
			case $o:$s in build/dyn/base/opt.o:optarg | build/dyn/base/opt.o:optind) continue ;; esac
			echo "$o: exports $s"
		done
	done
}

commands_export_one() {
	for o in $(objects cmd); do
		m=$(basename "$o" .o | tr -- '-.' '__')
		for s in $(nm -g --defined-only "$o" | awk '{ print $3 }'); do
			[ "$s" = "${m}_applet" ] || echo "$o: exports $s"
		done
	done
}

# constant tables of pointers lie in .data.rel.ro, which is read-only once the program runs
commands_keep_no_state() {
	for o in $(objects cmd); do
		objdump -t "$o" | awk -v o="$o" '$0 ~ / O / && $0 ~ / \.(data|bss|tdata|tbss)/ && $0 !~ / \.data\.rel\.ro/ && $NF !~ /^__odr|^\.L/ { print o ": keeps " $NF }'
	done
}

check "modules export nothing but their own names" modules_prefix
check "commands export their descriptor only" commands_export_one
check "commands keep no state outside functions" commands_keep_no_state
finish
