# variants: dyn
# What the function libraries print on a terminal, to the byte: colours, columns, hooks.  Debian's beside the original, in every shell.
load ../harness/lib
load table

lib=/usr/lib/initwright/lib

setup_file() {
	in_throwaway || return 0
	mkdir -p /usr/lib/initwright
	cp -r "$TOP/lib" "$BIN/initwright" /usr/lib/initwright/
	for name in $("$BIN/initwright" --list); do ln -sf initwright "/usr/lib/initwright/$name"; done
}
setup() {
	require_throwaway
	command -v script >/dev/null || skip "there is no script(1)"
	D=$BATS_TEST_TMPDIR
}

# on_terminal SHELL SCRIPT [ASSIGNMENT]...: what it prints on one of 30 lines and 100 columns
on_terminal() {
	local shell=$1 file=$2
	shift 2
	script -qec "stty rows 30 cols 100; exec env -i PATH='$PATH' $* $shell $file status" /dev/null </dev/null 3>&-
}

# all SHELL...: those that are here
shells() {
	local shell
	for shell in "${SHELLS[@]}"; do ! command -v "${shell%% *}" >/dev/null || echo "$shell"; done
}

lsb_script() { # LIBRARY
	cat <<-END
		. $1
		log_success_msg "all is" well
		log_failure_msg "nothing is"
		log_warning_msg "some is"
		log_success_msg; log_failure_msg; log_warning_msg
		log_begin_msg "begin"; log_end_msg 0
		log_begin_msg "begin"; log_end_msg 1
		log_begin_msg "begin"; log_end_msg 255
		log_daemon_msg "Starting a daemon" "named"; log_end_msg 0
		log_daemon_msg "Starting several"; log_progress_msg one; log_progress_msg two; log_end_msg 3
		log_action_msg "done at once"
		log_action_begin_msg "takes long"; log_action_cont_msg "and on"; log_action_end_msg 0
		log_action_begin_msg "takes long"; log_action_end_msg 1
		log_action_begin_msg "takes long"; log_action_end_msg 0 "of course"
		log_action_begin_msg "takes long"; log_action_end_msg 2 "for a reason"
		VERBOSE=yes; vlog_daemon_msg "Starting it" name; vlog_end_msg 1
		VERBOSE=no; vlog_daemon_msg "Starting it" name; vlog_end_msg 1
		status_of_proc -p /nowhere/p /bin/none none
		log_use_fancy_output; echo "fancy \$?"
	END
}

# lsb_same [ASSIGNMENT]...: ours in each shell as the original in dash
lsb_same() {
	local shell
	on_terminal dash "$D/stock" "$@" >"$D/stock.out"
	[ -s "$D/stock.out" ]
	while read -r shell; do
		on_terminal "$shell" "$D/ours" "$@" >"$D/ours.out"
		cmp "$D/stock.out" "$D/ours.out" && continue
		echo "$shell with $*:"
		diff <(cat -v "$D/stock.out") <(cat -v "$D/ours.out")
		return 1
	done < <(shells)
}

both_scripts() {
	[ -r /lib/lsb/init-functions ] || skip "there is no /lib/lsb/init-functions"
	# other packages' hooks may look at more than the terminal
	find /lib/lsb/init-functions.d -type f ! -name 00-verbose -delete
	rm -f /etc/lsb-base-logging.sh
	lsb_script /lib/lsb/init-functions >"$D/stock"
	lsb_script "$lib/lsb/init-functions" >"$D/ours"
}

@test "Debian's messages on a terminal, by its kind" {
	both_scripts
	lsb_same TERM=xterm
	has "$(cat -v "$D/stock.out")" '^[[31mfailed!^[[0m'
	lsb_same TERM=linux
	lsb_same TERM=dumb
	lsb_same TERM=
	lsb_same
}

@test "Debian's messages with FANCYTTY" {
	both_scripts
	for value in 0 1 Y yes true no x "''"; do
		echo "FANCYTTY=$value" >/etc/lsb-base-logging.sh
		lsb_same TERM=xterm
	done
	rm /etc/lsb-base-logging.sh
}

@test "Debian's messages with hooks of the fancy kind" {
	both_scripts
	cat >/lib/lsb/init-functions.d/20-fancy <<-'END'
		log_daemon_msg_pre() { if log_use_fancy_output; then printf '[....] '; fi; }
		log_begin_msg_pre() { log_daemon_msg_pre "$@"; }
		log_end_msg_pre() {
			if log_use_fancy_output; then
				printf '\r['
				case $1 in 0) printf '\033[32m ok \033[39;49m' ;; 255) printf '\033[33mwarn\033[39;49m' ;; *) printf '\033[31mFAIL\033[39;49m' ;; esac
				printf '] \033[%dG' 50
			fi
		}
		log_end_msg_post() { echo "<$1>"; }
		log_action_begin_msg_pre() { printf '> '; }
		log_action_end_msg_post() { echo "<$*>"; }
		log_action_msg_pre() { printf '! '; }
		log_action_msg_post() { echo "<$*>"; }
		log_daemon_msg_post() { printf '(%s)' "$*"; }
		log_begin_msg_post() { printf '(%s)' "$*"; }
		log_action_begin_msg_post() { printf '(%s)' "$*"; }
	END
	lsb_same TERM=xterm
	lsb_same TERM=dumb
	rm /lib/lsb/init-functions.d/20-fancy
}

@test "Debian's messages where logging.sh has functions of its own" {
	both_scripts
	cat >/etc/lsb-base-logging.sh <<-'END'
		log_use_plymouth() { return 1; }
		log_success_msg() { echo " * $*"; }
		log_daemon_msg() { log_daemon_msg_pre "$@"; echo " * $1"; log_daemon_msg_post "$@"; }
		log_end_msg() { [ "$1" = 0 ] && echo "   ...done." || echo "   ...fail!"; return "$1"; }
	END
	lsb_same TERM=xterm
	rm /etc/lsb-base-logging.sh
}

# expected_on_terminal FILE TEXT [ASSIGNMENT]...: in each shell that, as cat -v has it; the terminal makes a carriage return of a newline, too
expected_on_terminal() {
	local shell file=$1 text=$2
	shift 2
	while read -r shell; do
		same "$text" "$(on_terminal "$shell" "$file" "$@" | cat -v | sed 's/^/|/')" || { echo "in $shell" >&2; return 1; }
	done < <(shells)
}

@test "Red Hat's brackets: colours and column of /etc/sysconfig/init" {
	mkdir -p /etc/sysconfig
	cat >/etc/sysconfig/init <<-'END'
		# color => new RH6.0 bootup
		BOOTUP=color
		# column to start "[  OK  ]" label in
		RES_COL=60
		# terminal sequence to move to that column
		MOVE_TO_COL="echo -en \\033[${RES_COL}G"
		# terminal sequence to set color to a 'success' color (currently: green)
		SETCOLOR_SUCCESS="echo -en \\033[0;32m"
		SETCOLOR_FAILURE="echo -en \\033[0;31m"
		SETCOLOR_WARNING="echo -en \\033[0;33m"
		SETCOLOR_NORMAL="echo -en \\033[0;39m"
		LOGLEVEL=3
	END
	cat >"$D/s" <<-END
		. $lib/rhel/functions
		printf 'Starting x: '; success; echo
		printf 'Starting x: '; false || failure; echo
		printf 'Starting x: '; false || passed; echo
		printf 'Starting x: '; false || warning; echo
		action 'Doing y:' true
		action 'Doing y:' false
		status -p /nowhere/p x
		killproc -p /nowhere/p x; echo
	END
	expected_on_terminal "$D/s" "$(
		cat <<-'END'
			|Starting x: ^[[60G[^[[0;32m  OK  ^[[0;39m]^M^M
			|Starting x: ^[[60G[^[[0;31mFAILED^[[0;39m]^M^M
			|Starting x: ^[[60G[^[[0;33mPASSED^[[0;39m]^M^M
			|Starting x: ^[[60G[^[[0;33mWARNING^[[0;39m]^M^M
			|Doing y: ^[[60G[^[[0;32m  OK  ^[[0;39m]^M^M
			|Doing y: ^[[60G[^[[0;31mFAILED^[[0;39m]^M^M
			|x is stopped^M
			|^[[60G[^[[0;31mFAILED^[[0;39m]^M^M
		END
	)" TERM=linux
	sed -i 's/RES_COL=60/RES_COL=71/; s/0;32/1;42/' /etc/sysconfig/init
	printf '. %s/rhel/functions\nsuccess; echo\n' "$lib" >"$D/s"
	expected_on_terminal "$D/s" '|^[[71G[^[[1;42m  OK  ^[[0;39m]^M^M' TERM=linux
	rm /etc/sysconfig/init
}

@test "Red Hat's brackets: a serial console has no colours, and consoletype looks at the terminal" {
	rm -f /etc/sysconfig/init
	printf '. %s/rhel/functions\nsuccess; echo; echo "$CONSOLETYPE $BOOTUP"\n' "$lib" >"$D/s"
	printf '#!/bin/sh\nif [ -t 0 ]; then echo serial; else echo none; fi\n' >/sbin/consoletype
	chmod 755 /sbin/consoletype
	expected_on_terminal "$D/s" $'|[  OK  ]^M^M\n|serial serial^M' TERM=vt100
	# what rc runs in parallel writes to a pipe
	printf '#!/bin/sh\ncase $(readlink /proc/self/fd/0) in /dev/console) echo vt ;; *) echo serial ;; esac\n' >/sbin/consoletype
	[ -e /dev/console ] || mknod -m 600 /dev/console c 1 3
	same $'\e[60G[\e[1;32m  OK  \e[0;39m]\r\nvt color' "$(env -i PATH="$PATH" PREVLEVEL=N sh "$D/s" </dev/null)"
	same $'[  OK  ]\r\nserial serial' "$(env -i PATH="$PATH" sh "$D/s" </dev/null)"
	# what is known already is not asked again
	expected_on_terminal "$D/s" $'|^[[60G[^[[1;32m  OK  ^[[0;39m]^M^M\n|vt color^M' TERM=vt100 CONSOLETYPE=vt
	rm /sbin/consoletype
}

@test "SUSE's words on a terminal: at the right edge, in colour" {
	cat >"$D/s" <<-END
		_rc=\$1
		. $lib/suse/rc.status
		_rc_todo=start
		printf 'Starting x '; true; rc_status -v
		printf 'Starting x '; false; rc_status -v
		_rc_todo=status
		printf 'Checking x '; (exit 3); rc_status -v -r
		rc_exit
	END
	expected_on_terminal "$D/s" "$(
		cat <<-'END'
			|Starting x ^M^[[100C^[[10D^[[1;32mdone^[[m^O^M
			|Starting x ^M^[[100C^[[10D^[[1;31mfailed^[[m^O^M
			|Checking x ^M^[[100C^[[10D^[[1munused^[[m^O^M
		END
	)" TERM=linux
	expected_on_terminal "$D/s" $'|Starting x ..done^M\n|Starting x ..failed^M\n|Checking x ..unused^M' TERM=dumb
	printf '. %s/suse/rc.status\necho "${attn}a${warn}w${done}d${extd}e${norm}${rc_missed}"\n' "$lib" >"$D/s"
	expected_on_terminal "$D/s" '|^[[1;31ma^[[1;33mw^[[1;32md^[[1me^[[m^O^M^[[100C^[[10D^[[1;31mmissing^[[m^O^M' TERM=xterm
	expected_on_terminal "$D/s" '|awde..missing^M' TERM=dumb
}
