#include "svc/unitkeys.h"

#include <stdlib.h>
#include <string.h>

#include "svc/emergency.h"
#include "svc/unitconfine.h"
#include "svc/unitgroup.h"
#include "svc/unitsched.h"
#include "svc/unitset.h"
#include "svc/unitstream.h"

#define PLAIN(key, sections, fn) { key, fn, { NULL }, 0, sections }
#define FIELD(key, sections, fn, field) { key, fn, { NULL }, offsetof(struct service, field), sections }
#define WORD(key, sections, fn, field, words) { key, fn, { words }, offsetof(struct service, field), sections }
#define ARG(key, sections, fn, what) { key, fn, { .arg = what }, 0, sections }
#define RANGE(key, sections, fn, field, low, high) { key, fn, { .arg = low, .max = high }, offsetof(struct service, field), sections }

enum { U = UNITVALUE_UNIT, S = UNITVALUE_SERVICE, I = UNITVALUE_INSTALL };

/* in the order of their enums */
static const char *const notify_words[] = { "none", "main", "exec", "all", NULL };
static const char *const restart_words[] = {
	"no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always", NULL
};
static const char *const kill_words[] = { "control-group", "mixed", "process", "none", NULL };

static const char *const proc_words[] = { "default", "noaccess", "invisible", "ptraceable", NULL };
static const char *const subset_words[] = { "all", "pid", NULL };

/* sorted by key, for bsearch(3) */
static const struct unitvalue_key keys[] = {
	ARG("After", U, unitset_deps, SERVICE_AFTER),
	ARG("Alias", I, unitset_install, SERVICE_ALIAS),
	ARG("Also", I, unitset_install, SERVICE_ALSO),
	ARG("AmbientCapabilities", S, unitconfine_capabilities, 1),
	FIELD("AppArmorProfile", S, unitvalue_string, confine.apparmor),
	ARG("Before", U, unitset_deps, SERVICE_BEFORE),
	PLAIN("BindPaths", S, unitconfine_binds),
	ARG("BindReadOnlyPaths", S, unitconfine_binds, 1),
	ARG("BindTo", U, unitset_deps, SERVICE_BINDS_TO),
	ARG("BindsTo", U, unitset_deps, SERVICE_BINDS_TO),
	PLAIN("BusName", S, unitset_bus_name),
	PLAIN("CPUAffinity", S, unitsched_affinity),
	ARG("CPUQuota", S, unitconfine_resource, CONFINE_CPU_QUOTA),
	PLAIN("CPUSchedulingPolicy", S, unitsched_cpu_policy),
	RANGE("CPUSchedulingPriority", S, unitvalue_int, cpu_priority, 1, 99),
	FIELD("CPUSchedulingResetOnFork", S, unitvalue_bool, cpu_reset_on_fork),
	ARG("CPUShares", S, unitconfine_resource, CONFINE_CPU_SHARES),
	ARG("CPUWeight", S, unitconfine_resource, CONFINE_CPU_WEIGHT),
	ARG("CacheDirectory", S, unitset_dirs, SERVICE_DIR_CACHE),
	FIELD("CacheDirectoryMode", S, unitvalue_mode, dirs[SERVICE_DIR_CACHE].mode),
	PLAIN("CapabilityBoundingSet", S, unitconfine_capabilities),
	ARG("ConfigurationDirectory", S, unitset_dirs, SERVICE_DIR_CONFIGURATION),
	FIELD("ConfigurationDirectoryMode", S, unitvalue_mode, dirs[SERVICE_DIR_CONFIGURATION].mode),
	ARG("Conflicts", U, unitset_deps, SERVICE_CONFLICTS),
	PLAIN("CoredumpFilter", S, unitsched_coredump),
	FIELD("DefaultDependencies", U, unitvalue_bool, default_dependencies),
	PLAIN("Delegate", S, unitgroup_delegate),
	FIELD("Description", U, unitvalue_string, description),
	PLAIN("DeviceAllow", S, unitconfine_device),
	PLAIN("DevicePolicy", S, unitconfine_device_policy),
	PLAIN("Documentation", U, unitset_documentation),
	FIELD("DynamicUser", S, unitvalue_bool, confine.dynamic_user),
	PLAIN("Environment", S, unitset_environment),
	PLAIN("EnvironmentFile", S, unitset_environment_file),
	ARG("ExecCondition", S, unitset_exec, SERVICE_CONDITION),
	ARG("ExecPaths", S, unitconfine_paths, CONFINE_EXEC),
	ARG("ExecReload", S, unitset_exec, SERVICE_RELOAD),
	ARG("ExecStart", S, unitset_exec, SERVICE_START),
	ARG("ExecStartPost", S, unitset_exec, SERVICE_START_POST),
	ARG("ExecStartPre", S, unitset_exec, SERVICE_START_PRE),
	ARG("ExecStop", S, unitset_exec, SERVICE_STOP),
	ARG("ExecStopPost", S, unitset_exec, SERVICE_STOP_POST),
	WORD("FailureAction", U | S, unitvalue_word, failure_action, emergency_words),
	FIELD("FinalKillSignal", S, unitvalue_signal, final_signal),
	FIELD("Group", S, unitset_account, group),
	FIELD("GuessMainPID", S, unitvalue_bool, guess_main_pid),
	PLAIN("IOSchedulingClass", S, unitsched_io_class),
	RANGE("IOSchedulingPriority", S, unitvalue_int, io_priority, 0, 7),
	ARG("IOWeight", S, unitconfine_resource, CONFINE_IO_WEIGHT),
	PLAIN("IPAddressAllow", S, unitconfine_addresses),
	ARG("IPAddressDeny", S, unitconfine_addresses, 1),
	FIELD("IgnoreSIGPIPE", S, unitvalue_bool, ignore_sigpipe),
	ARG("InaccessibleDirectories", S, unitconfine_paths, CONFINE_INACCESSIBLE),
	ARG("InaccessiblePaths", S, unitconfine_paths, CONFINE_INACCESSIBLE),
	PLAIN("KeyringMode", S, unitconfine_keyring),
	WORD("KillMode", S, unitset_kill_mode, kill_mode, kill_words),
	FIELD("KillSignal", S, unitvalue_signal, kill_signal),
	ARG("LimitAS", S, unitvalue_limit, RLIMIT_AS),
	ARG("LimitCORE", S, unitvalue_limit, RLIMIT_CORE),
	ARG("LimitCPU", S, unitvalue_limit, RLIMIT_CPU),
	ARG("LimitDATA", S, unitvalue_limit, RLIMIT_DATA),
	ARG("LimitFSIZE", S, unitvalue_limit, RLIMIT_FSIZE),
	ARG("LimitLOCKS", S, unitvalue_limit, RLIMIT_LOCKS),
	ARG("LimitMEMLOCK", S, unitvalue_limit, RLIMIT_MEMLOCK),
	ARG("LimitMSGQUEUE", S, unitvalue_limit, RLIMIT_MSGQUEUE),
	ARG("LimitNICE", S, unitvalue_limit, RLIMIT_NICE),
	ARG("LimitNOFILE", S, unitvalue_limit, RLIMIT_NOFILE),
	ARG("LimitNPROC", S, unitvalue_limit, RLIMIT_NPROC),
	ARG("LimitRSS", S, unitvalue_limit, RLIMIT_RSS),
	ARG("LimitRTPRIO", S, unitvalue_limit, RLIMIT_RTPRIO),
	ARG("LimitRTTIME", S, unitvalue_limit, RLIMIT_RTTIME),
	ARG("LimitSIGPENDING", S, unitvalue_limit, RLIMIT_SIGPENDING),
	ARG("LimitSTACK", S, unitvalue_limit, RLIMIT_STACK),
	PLAIN("LoadCredential", S, unitconfine_credential),
	FIELD("LockPersonality", S, unitvalue_bool, confine.lock_personality),
	ARG("LogsDirectory", S, unitset_dirs, SERVICE_DIR_LOGS),
	FIELD("LogsDirectoryMode", S, unitvalue_mode, dirs[SERVICE_DIR_LOGS].mode),
	FIELD("MemoryDenyWriteExecute", S, unitvalue_bool, confine.deny_write_execute),
	ARG("MemoryHigh", S, unitconfine_resource, CONFINE_MEMORY_HIGH),
	ARG("MemoryLimit", S, unitconfine_resource, CONFINE_MEMORY_MAX),
	ARG("MemoryLow", S, unitconfine_resource, CONFINE_MEMORY_LOW),
	ARG("MemoryMax", S, unitconfine_resource, CONFINE_MEMORY_MAX),
	ARG("MemoryMin", S, unitconfine_resource, CONFINE_MEMORY_MIN),
	ARG("MemorySwapMax", S, unitconfine_resource, CONFINE_MEMORY_SWAP),
	PLAIN("MountAPIVFS", S, unitconfine_api_vfs),
	PLAIN("MountFlags", S, unitconfine_mount_flags),
	RANGE("Nice", S, unitset_nice, nice, -20, 19),
	ARG("NoExecPaths", S, unitconfine_paths, CONFINE_NO_EXEC),
	FIELD("NoNewPrivileges", S, unitvalue_bool, no_new_privileges),
	FIELD("NonBlocking", S, unitvalue_bool, non_blocking),
	WORD("NotifyAccess", S, unitset_notify_access, notify_access, notify_words),
	PLAIN("OOMPolicy", S, unitgroup_oom),
	RANGE("OOMScoreAdjust", S, unitset_oom, oom_score_adjust, -1000, 1000),
	ARG("OnFailure", U, unitset_deps, SERVICE_ON_FAILURE),
	ARG("OnSuccess", U, unitset_deps, SERVICE_ON_SUCCESS),
	FIELD("PIDFile", S, unitset_pid_file, pid_file),
	ARG("PartOf", U, unitset_deps, SERVICE_PART_OF),
	PLAIN("PassEnvironment", S, unitset_pass_environment),
	FIELD("PermissionsStartOnly", S, unitvalue_bool, permissions_start_only),
	FIELD("PrivateDevices", S, unitvalue_bool, confine.private_devices),
	FIELD("PrivateIPC", S, unitvalue_bool, confine.private_ipc),
	FIELD("PrivateMounts", S, unitvalue_bool, confine.private_mounts),
	FIELD("PrivateNetwork", S, unitvalue_bool, confine.private_network),
	FIELD("PrivateTmp", S, unitvalue_bool, confine.private_tmp),
	FIELD("PrivateUsers", S, unitvalue_bool, confine.private_users),
	WORD("ProcSubset", S, unitvalue_word, confine.proc_subset, subset_words),
	ARG("PropagateReloadFrom", U, unitset_deps, SERVICE_RELOAD_FROM),
	ARG("PropagateReloadTo", U, unitset_deps, SERVICE_RELOAD_TO),
	ARG("PropagatesReloadTo", U, unitset_deps, SERVICE_RELOAD_TO),
	ARG("PropagatesStopTo", U, unitset_deps, SERVICE_STOP_TO),
	FIELD("ProtectClock", S, unitvalue_bool, confine.protect_clock),
	FIELD("ProtectControlGroups", S, unitvalue_bool, confine.protect_cgroups),
	PLAIN("ProtectHome", S, unitconfine_home),
	FIELD("ProtectHostname", S, unitvalue_bool, confine.protect_hostname),
	FIELD("ProtectKernelLogs", S, unitvalue_bool, confine.protect_logs),
	FIELD("ProtectKernelModules", S, unitvalue_bool, confine.protect_modules),
	FIELD("ProtectKernelTunables", S, unitvalue_bool, confine.protect_tunables),
	WORD("ProtectProc", S, unitvalue_word, confine.protect_proc, proc_words),
	PLAIN("ProtectSystem", S, unitconfine_system),
	ARG("ReadOnlyDirectories", S, unitconfine_paths, CONFINE_READ_ONLY),
	ARG("ReadOnlyPaths", S, unitconfine_paths, CONFINE_READ_ONLY),
	ARG("ReadWriteDirectories", S, unitconfine_paths, CONFINE_READ_WRITE),
	ARG("ReadWritePaths", S, unitconfine_paths, CONFINE_READ_WRITE),
	ARG("ReloadPropagatedFrom", U, unitset_deps, SERVICE_RELOAD_FROM),
	FIELD("RemainAfterExit", S, unitvalue_bool, remain_after_exit),
	FIELD("RemoveIPC", S, unitvalue_bool, confine.remove_ipc),
	ARG("RequiredBy", I, unitset_install, SERVICE_REQUIRED_BY),
	ARG("Requires", U, unitset_deps, SERVICE_REQUIRES),
	PLAIN("RequiresMountsFor", U, unitset_mounts),
	ARG("RequiresOverridable", U, unitset_deps, SERVICE_REQUIRES),
	ARG("Requisite", U, unitset_deps, SERVICE_REQUISITE),
	ARG("RequisiteOverridable", U, unitset_deps, SERVICE_REQUISITE),
	WORD("Restart", S, unitvalue_word, restart, restart_words),
	FIELD("RestartForceExitStatus", S, unitset_status, restart_force),
	FIELD("RestartKillSignal", S, unitvalue_signal, restart_signal),
	FIELD("RestartPreventExitStatus", S, unitset_status, restart_prevent),
	FIELD("RestartSec", S, unitvalue_span, restart_us),
	PLAIN("RestrictAddressFamilies", S, unitconfine_families),
	PLAIN("RestrictNamespaces", S, unitconfine_namespaces),
	FIELD("RestrictRealtime", S, unitvalue_bool, confine.restrict_realtime),
	FIELD("RestrictSUIDSGID", S, unitvalue_bool, confine.restrict_suid),
	RANGE("RootDirectory", S, unitvalue_path, root_directory, 1, 0),
	RANGE("RootImage", S, unitvalue_path, root_image, 1, 0),
	ARG("RuntimeDirectory", S, unitset_dirs, SERVICE_DIR_RUNTIME),
	FIELD("RuntimeDirectoryMode", S, unitvalue_mode, dirs[SERVICE_DIR_RUNTIME].mode),
	PLAIN("RuntimeDirectoryPreserve", S, unitset_preserve),
	RANGE("RuntimeMaxSec", S, unitvalue_span, runtime_max_us, 0, 0),
	FIELD("SELinuxContext", S, unitvalue_string, confine.selinux),
	PLAIN("SecureBits", S, unitconfine_securebits),
	FIELD("SendSIGHUP", S, unitvalue_bool, send_sighup),
	FIELD("SendSIGKILL", S, unitvalue_bool, send_sigkill),
	ARG("SetCredential", S, unitconfine_credential, 1),
	PLAIN("Slice", S, unitgroup_slice),
	ARG("Sockets", S, unitset_deps, SERVICE_SOCKETS),
	ARG("StandardError", S, unitstream_output, 1),
	PLAIN("StandardInput", S, unitstream_input),
	ARG("StandardOutput", S, unitstream_output, 0),
	WORD("StartLimitAction", U | S, unitvalue_word, start_limit_action, emergency_words),
	FIELD("StartLimitBurst", U | S, unitvalue_count, start_limit_burst),
	FIELD("StartLimitInterval", U | S, unitvalue_span, start_limit_us),
	FIELD("StartLimitIntervalSec", U, unitvalue_span, start_limit_us),
	ARG("StateDirectory", S, unitset_dirs, SERVICE_DIR_STATE),
	FIELD("StateDirectoryMode", S, unitvalue_mode, dirs[SERVICE_DIR_STATE].mode),
	ARG("StopPropagatedFrom", U, unitset_deps, SERVICE_STOP_FROM),
	WORD("SuccessAction", U, unitvalue_word, success_action, emergency_words),
	FIELD("SuccessExitStatus", S, unitset_status, success),
	PLAIN("SupplementaryGroups", S, unitset_groups),
	PLAIN("SyslogFacility", S, unitstream_facility),
	FIELD("SyslogIdentifier", S, unitvalue_string, syslog_identifier),
	PLAIN("SyslogLevel", S, unitstream_level),
	PLAIN("SystemCallArchitectures", S, unitconfine_architectures),
	PLAIN("SystemCallErrorNumber", S, unitconfine_errno),
	PLAIN("SystemCallFilter", S, unitconfine_calls),
	ARG("SystemCallLog", S, unitconfine_calls, 1),
	ARG("TasksMax", S, unitconfine_resource, CONFINE_TASKS),
	PLAIN("TemporaryFileSystem", S, unitconfine_tmpfs),
	RANGE("TimeoutAbortSec", S, unitset_timeout_abort, timeout_abort_us, 1, 0),
	RANGE("TimeoutSec", S, unitset_timeout, timeout_start_us, 1, 0),
	RANGE("TimeoutStartSec", S, unitset_timeout_start, timeout_start_us, 1, 0),
	RANGE("TimeoutStopSec", S, unitvalue_span, timeout_stop_us, 1, 0),
	PLAIN("TimerSlackNSec", S, unitsched_slack),
	PLAIN("Type", S, unitset_type),
	FIELD("UMask", S, unitvalue_mode, umask),
	PLAIN("UnsetEnvironment", S, unitset_unset_environment),
	FIELD("User", S, unitset_account, user),
	ARG("WantedBy", I, unitset_install, SERVICE_WANTED_BY),
	ARG("Wants", U, unitset_deps, SERVICE_WANTS),
	RANGE("WatchdogSec", S, unitvalue_span, watchdog_us, 2, 0),
	FIELD("WatchdogSignal", S, unitvalue_signal, watchdog_signal),
	PLAIN("WorkingDirectory", S, unitset_working_directory),
	ARG("X-LandlockRead", S, unitconfine_paths, CONFINE_LANDLOCK_READ),
	ARG("X-LandlockWrite", S, unitconfine_paths, CONFINE_LANDLOCK_WRITE),
	PLAIN("X-MissingFeature", S, unitconfine_policies),
};

static int
compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct unitvalue_key *)row)->key);
}

const struct unitvalue_key *
unitkeys_find(unsigned section, const char *key)
{
	const struct unitvalue_key *k = bsearch(key, keys, sizeof keys / sizeof *keys, sizeof *keys, compare);

	return k && (k->sections & section) ? k : NULL;
}

const struct unitvalue_key *
unitkeys_all(size_t *n)
{
	*n = sizeof keys / sizeof *keys;
	return keys;
}
