# variants: dyn
# Every function that scripts may call is there, and sourcing leaves nothing else behind but names with a prefix of ours.
load ../harness/lib

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
