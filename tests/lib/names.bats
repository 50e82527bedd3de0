# variants: dyn
# Every function that scripts may call is there, and sourcing leaves nothing else behind but names with a prefix of ours.
load ../harness/lib
load table

rhel='daemon killproc status pidofproc pidfileofproc checkpid __pids_var_run __pids_pidof action action_silent success failure passed
	warning echo_success echo_failure echo_passed echo_warning strstr confirm is_true is_false is_ignored_file update_boot_stage apply_sysctl
	get_numeric_dev fstab_decode_str __readlink __fgrep __kill_pids_term_kill __kill_pids_term_kill_checkpids __umount_loop
	__umount_loop_2 __umount_loopback_loop __source_netdevs_fstab __source_netdevs_mtab init_crypto key_is_random
	find_crypto_mount_point __sed_discard_ignored_files'
suse='rc_check rc_reset rc_status rc_failed rc_exit rc_active rc_confirm rc_wait rc_splash rc_runlevel rc_cmdline rc_timer_on
	rc_timer_off rc_cuu rc_cud rc_lc'
lsb='start_daemon pidofproc killproc status_of_proc log_success_msg log_failure_msg log_warning_msg log_begin_msg log_daemon_msg
	log_progress_msg log_end_msg log_action_msg log_action_begin_msg log_action_cont_msg log_action_end_msg log_use_fancy_output
	get_lsb_header_val init_is_upstart log_daemon_msg_pre log_daemon_msg_post log_begin_msg_pre log_begin_msg_post log_end_msg_pre
	log_end_msg_post log_action_msg_pre log_action_msg_post log_action_begin_msg_pre log_action_begin_msg_post log_action_end_msg_pre
	log_action_end_msg_post vlog_daemon_msg vlog_begin_msg vlog_action_msg vlog_action_begin_msg vlog_action_end_msg vlog_end_msg'
oe='pidofproc killproc status success failure warning passed log_success_msg log_failure_msg log_warning_msg machine_id'

setup() {
	require_throwaway
	mkdir -p /usr/lib/initwright
	cp -r "$TOP/lib" "$BIN/initwright" /usr/lib/initwright/
}

# has_all LIBRARY NAME...
has_all() {
	local library=/usr/lib/initwright/lib/$1
	shift
	expect 0 bash -c '. "$1"; shift; for f; do [ "$(type -t "$f")" = function ] || { echo "no $f"; exit 1; }; done' - "$library" "$@"
}

# leaves_only LIBRARY NAME...: in a shell that has nothing else, these functions are defined, and ours
leaves_only() {
	local library=/usr/lib/initwright/lib/$1 own
	shift
	own=$(env -i PATH="$PATH" bash -c '. "$1" >/dev/null; declare -F' - "$library" | awk '{ print $3 }' | grep -vE '^_(iw|lsb|rh|rc|oe)_')
	same "$(printf '%s\n' "$@" | sort)" "$(sort <<<"$own")"
}

@test "all functions of each family" {
	has_all lsb/init-functions $lsb
	has_all rhel/functions $rhel
	has_all suse/rc.status $suse
	has_all oe/functions $oe
}

@test "and no others" {
	rm -rf /lib/lsb/init-functions.d /etc/lsb-base-logging.sh
	leaves_only lsb/init-functions $lsb
	leaves_only rhel/functions $rhel
	leaves_only suse/rc.status $suse
	leaves_only oe/functions $(printf '%s\n' $oe $rhel | sort -u)
}

@test "all that the installed original has" {
	[ -r /lib/lsb/init-functions ] || skip "there is no /lib/lsb/init-functions"
	stock=$(bash -c '. /lib/lsb/init-functions; declare -F' | awk '{ print $3 }')
	has_all lsb/init-functions $stock
}

# What a shell is: variables, options, traps, umask, directory, aliases, limits and descriptors, a line each.
LOOK='look() {
	set | while IFS= read -r line; do case $line in *" ()"* | *"() {"*) break ;; *) printf "%s\\n" "variable $line" ;; esac; done
	echo "options $-"
	echo "umask $(umask)"
	echo "directory $(pwd)"
	trap
	alias 2>/dev/null | sed "s/^/alias /"
	ulimit -a 2>/dev/null | sed "s/^/limit /"
	for fd in 0 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
		[ ! -e /proc/$$/fd/$fd ] || echo "descriptor $fd $(readlink /proc/$$/fd/$fd)"
	done
}
fd=0 line=
umask 027
trap "echo bye" INT TERM
'

# changes SHELL LIBRARY: what sourcing changes; of a variable the name.  Those of which the shell keeps the value are left out.
changes() {
	printf '%s' "$LOOK" >"$BATS_TEST_TMPDIR/probe"
	# shellcheck disable=SC2016
	echo 'look >"$D/before" 2>/dev/null; . "$LIB"; look >"$D/after" 2>/dev/null' >>"$BATS_TEST_TMPDIR/probe"
	: >"$BATS_TEST_TMPDIR/after"
	# shellcheck disable=SC2086
	env -i PATH="$PATH" TERM=dumb D="$BATS_TEST_TMPDIR" LIB="$2" timeout 60 $1 "$BATS_TEST_TMPDIR/probe" </dev/null 3>&- || return
	grep -q '^umask' "$BATS_TEST_TMPDIR/after" || { echo "$1 did not come to its end with $2"; return 1; }
	diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after" | sed -nE 's/^[<>] (variable ([A-Za-z_0-9]*).*|.*)/\2 \1/p' |
		sed -E '/^[A-Za-z]/s/ .*//; /^_ /d; s/^(_[a-z]+_[A-Za-z_]*) .*/\1/; s/^ //' |
		grep -vE '^(_|_AST_FEATURES.*|variable _AST.*|BASH.*|EPOCH.*|FUNCNAME|KSH_MATCH|LINENO|PIPESTATUS|PPID|RANDOM|SECONDS|SRANDOM|fd|line|_(iw|lsb|rh|rc)_.*)$' |
		sort -u || :
}

# changes_only LIBRARY NAME...: in every shell
changes_only() {
	local library=$1 shell found ran=0
	shift
	printf '%s\n' "$@" | sort -u >"$BATS_TEST_TMPDIR/known"
	for shell in "${SHELLS[@]}"; do
		command -v "${shell%% *}" >/dev/null || continue
		ran=$((ran + 1))
		found=$(changes "$shell" "/usr/lib/initwright/lib/$library") || { echo "$shell: $found"; return 1; }
		found=$(comm -13 "$BATS_TEST_TMPDIR/known" <(printf '%s\n' "$found" | sed '/^$/d'))
		[ -z "$found" ] || { echo "$shell: $library changes $found"; return 1; }
	done
	[ "$ran" -ge 2 ]
}

@test "sourcing changes no more than the original does" {
	[ -r /lib/lsb/init-functions ] && [ -r /lib/init/vars.sh ] || skip "the originals are not here"
	rm -rf /lib/lsb/init-functions.d /etc/lsb-base-logging.sh
	# shellcheck disable=SC2046
	changes_only lsb/init-functions $(changes dash /lib/lsb/init-functions)
	# shellcheck disable=SC2046
	changes_only init/vars.sh $(changes dash /lib/init/vars.sh)
}

@test "sourcing changes what is known of families that have no original here" {
	settings='BOOTUP LOGLEVEL MOVE_TO_COL RES_COL SETCOLOR_FAILURE SETCOLOR_NORMAL SETCOLOR_SUCCESS SETCOLOR_WARNING'
	changes_only rhel/functions $settings COLUMNS PATH TEXTDOMAIN 'umask 0022' 'umask 022' 'umask 0027' 'umask 027'
	changes_only oe/functions $settings
	changes_only suse/rc.status COLUMNS LINES LC_ALL PATH attn done esc extd norm stat warn rc_dead rc_done rc_failed rc_missed rc_reset \
		rc_restore rc_running rc_save rc_skipped rc_unknown rc_unused
}

@test "what a library changes is seen" {
	printf '%s\n' 'own=1' 'trap : HUP' 'umask 077' 'cd /' 'set -f' 'exec 7>/dev/null' >"$BATS_TEST_TMPDIR/l"
	run changes dash "$BATS_TEST_TMPDIR/l"
	for word in own trap umask directory options 'descriptor 7'; do has "$output" "$word"; done
}
