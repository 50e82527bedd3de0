#ifndef SVC_SERVICE_H
#define SVC_SERVICE_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/vec.h"
#include "os/priority.h"
#include "svc/confine.h"
#include "svc/tmpfiles.h"
/*
 * The model of a service: what systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5) describe,
 * whatever it was read from.  Nothing here runs anything.  All strings are owned by the structure.
 * Times are microseconds; CLOCK_FOREVER (os/clock.h, UINT64_MAX) means no limit.
 */

enum service_type {
	SERVICE_SIMPLE, SERVICE_EXEC, SERVICE_FORKING, SERVICE_ONESHOT, SERVICE_NOTIFY, SERVICE_DBUS, SERVICE_IDLE
};

enum service_kill_mode {
	SERVICE_KILL_GROUP,	/* control-group: all get the signal, then all get KILL */
	SERVICE_KILL_MIXED,	/* the main process gets the signal, then all get KILL */
	SERVICE_KILL_PROCESS,	/* only the main process */
	SERVICE_KILL_NONE	/* nobody: ExecStop= does it all */
};

enum service_restart {
	SERVICE_RESTART_NO, SERVICE_RESTART_SUCCESS, SERVICE_RESTART_FAILURE, SERVICE_RESTART_ABNORMAL,
	SERVICE_RESTART_WATCHDOG, SERVICE_RESTART_ABORT, SERVICE_RESTART_ALWAYS
};

/* Who may send to the notify socket. */
enum service_notify { SERVICE_NOTIFY_NONE, SERVICE_NOTIFY_MAIN, SERVICE_NOTIFY_EXEC, SERVICE_NOTIFY_ALL };

/* What becomes of it when the kernel kills a process of it because memory is short. */
enum service_oom { SERVICE_OOM_CONTINUE, SERVICE_OOM_STOP, SERVICE_OOM_KILL };

/* The lists of command lines. */
enum service_list {
	SERVICE_CONDITION, SERVICE_START_PRE, SERVICE_START, SERVICE_START_POST,
	SERVICE_RELOAD, SERVICE_STOP, SERVICE_STOP_POST, SERVICE_LISTS
};

/* What the end of the service means for the system. */
enum service_action {
	SERVICE_NO_ACTION, SERVICE_REBOOT, SERVICE_REBOOT_FORCE, SERVICE_REBOOT_IMMEDIATE, SERVICE_POWEROFF, SERVICE_POWEROFF_FORCE,
	SERVICE_POWEROFF_IMMEDIATE, SERVICE_EXIT, SERVICE_EXIT_FORCE, SERVICE_HALT, SERVICE_HALT_FORCE, SERVICE_HALT_IMMEDIATE
};

/* One command line, words split, quotes and %-specifiers resolved, $VARIABLES not yet: svc/words.h expands those. */
struct service_command {
	char *path;		/* absolute, or a bare name that is looked up in SERVICE_PATH */
	struct vec argv;	/* argv[0] as the program will see it */
	bool ignore_failure;	/* prefix - */
	bool literal;		/* prefix : -- no $ expansion */
	bool privileged;	/* prefix + -- no user change, no sandbox */
	bool keep_user;		/* prefix ! or !! -- no user change, the sandbox stays */
	char *file;		/* where it was written, for messages */
	int line;
};

struct service_commands {
	struct service_command *v;
	size_t n, cap;
};

enum service_dep {
	SERVICE_AFTER, SERVICE_BEFORE, SERVICE_WANTS, SERVICE_REQUIRES, SERVICE_REQUISITE, SERVICE_BINDS_TO,
	SERVICE_PART_OF, SERVICE_CONFLICTS, SERVICE_ON_FAILURE, SERVICE_ON_SUCCESS, SERVICE_MOUNTS_FOR, SERVICE_WANTED_BY,
	SERVICE_REQUIRED_BY, SERVICE_ALSO, SERVICE_ALIAS, SERVICE_RELOAD_FROM, SERVICE_RELOAD_TO,
	SERVICE_STOP_FROM, SERVICE_STOP_TO, SERVICE_SOCKETS, SERVICE_DEPS
};

/* A Condition...= or Assert...= line. */
struct service_condition {
	char *test;		/* "PathExists", "FileNotEmpty", ...: the key without its first word */
	char *value;
	bool negate;		/* ! */
	bool trigger;		/* | : one of these is enough */
	bool is_assert;		/* a failure is an error, not a reason to skip */
	char *file;
	int line;
};

/* A directory that the service gets (RuntimeDirectory= and kin). */
enum service_dir { SERVICE_DIR_RUNTIME, SERVICE_DIR_STATE, SERVICE_DIR_CACHE, SERVICE_DIR_LOGS, SERVICE_DIR_CONFIGURATION, SERVICE_DIRS };

struct service_dirs {
	struct vec names;	/* relative, checked: no "..", no empty part */
	mode_t mode;		/* default 0755 */
};

/* Where an output goes. */
enum service_output {
	SERVICE_OUT_LOG,	/* syslog: journal, syslog, kmsg; of the +console forms that half */
	SERVICE_OUT_NULL, SERVICE_OUT_INHERIT, SERVICE_OUT_TTY,
	SERVICE_OUT_SOCKET,	/* the one that it was given; /dev/null without */
	SERVICE_OUT_FILE,	/* file: */
	SERVICE_OUT_APPEND,	/* append: */
	SERVICE_OUT_TRUNCATE	/* truncate: */
};

/* An EnvironmentFile= line: read when the service starts, not before. */
struct service_envfile {
	char *path;		/* may be a glob(7) pattern */
	bool optional;		/* prefix - */
};

/* Exit codes and signals that count as a clean end (SuccessExitStatus= and kin). */
struct service_status_set {
	uint64_t codes[4];	/* a bit for each exit code */
	uint64_t signals;	/* a bit for each signal */
};

struct service_limit {
	bool set;
	struct rlimit lim;
};

/* A directive that the text had and that we do not honour, kept so that nothing is dropped in silence. */
struct service_ignored {
	char *key, *value, *file;
	int line;
	bool protects;		/* it would have protected the host from the service, or the service from others */
	bool partly;		/* some of it is honoured */
	char *why;		/* what is missing; may be NULL */
};

#define SERVICE_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct service {
	char *name;		/* NAME or NAME@INSTANCE, without ".service" */
	char *file;		/* what it was read from */
	char *description;	/* one line; NULL if none was given */
	struct vec documentation;
	struct vec deps[SERVICE_DEPS];	/* unit names with their suffix, as written */
	bool default_dependencies;	/* default true */
	bool has_install;	/* there was an [Install] section */
	struct service_condition *conditions;
	size_t n_conditions, cap_conditions;
	struct tmpfiles tmpfiles;	/* what its package wants below /run */
	bool as_we_are;		/* its resource limits are ours, and not a service manager's, where it has none itself */
	bool our_environment;	/* it begins with our environment, and not with a clean one */

	enum service_type type;
	bool type_set;		/* Type= was given; else the type follows from BusName= and ExecStart= */
	struct service_commands cmd[SERVICE_LISTS];
	char *pid_file;		/* absolute, or NULL */
	char *bus_name;
	bool non_blocking;	/* sockets that are passed to it are to be O_NONBLOCK */
	bool guess_main_pid;	/* default true */
	bool remain_after_exit;
	bool permissions_start_only;
	enum service_notify notify_access;
	bool notify_access_set;
	enum service_restart restart;
	uint64_t restart_us;	/* default 100 ms */
	uint64_t start_limit_us;	/* default 10 s */
	unsigned start_limit_burst;	/* default 5 */
	enum service_action failure_action, success_action, start_limit_action;
	uint64_t timeout_start_us;	/* default 90 s; oneshot: for ever; see service_finish() */
	bool timeout_start_set;
	uint64_t timeout_stop_us;	/* default 90 s */
	uint64_t timeout_abort_us;	/* for the end that a missed watchdog brings; default as timeout_stop_us */
	bool timeout_abort_set;
	uint64_t runtime_max_us;	/* default CLOCK_FOREVER */
	uint64_t watchdog_us;	/* 0: none */
	struct service_status_set success;	/* beyond 0, HUP, INT, TERM, PIPE */
	struct service_status_set restart_prevent, restart_force;

	enum service_kill_mode kill_mode;
	int kill_signal;	/* default SIGTERM */
	int restart_signal;	/* instead of kill_signal when it is to be started again; 0: that one */
	int watchdog_signal;	/* default SIGABRT */
	int final_signal;	/* default SIGKILL */
	bool send_sigkill;	/* default true */
	bool send_sighup;	/* default false */

	char *user, *group;	/* as written; NULL: not given */
	struct vec supplementary_groups;
	struct vec environment;	/* NAME=VALUE */
	struct vec pass_environment, unset_environment;	/* names */
	struct service_envfile *envfiles;
	size_t n_envfiles, cap_envfiles;
	char *working_directory;	/* NULL: /; "~": the user's home */
	bool working_directory_optional;	/* prefix - */
	char *root_directory, *root_image;
	mode_t umask;		/* default 022 */
	bool ignore_sigpipe;	/* default true */
	bool no_new_privileges;
	struct service_limit limits[RLIM_NLIMITS];	/* by RLIMIT_ number */
	bool nice_set;
	int nice;
	bool oom_score_adjust_set;
	int oom_score_adjust;
	int cpu_policy;		/* SCHED_ number; -1: not given */
	int cpu_priority;
	bool cpu_reset_on_fork;
	struct priority_cpus cpus;
	int io_class, io_priority;	/* -1: not given */
	int coredump_filter;	/* -1: not given */
	uint64_t timer_slack_ns;	/* 0: not given */
	struct confine confine;
	struct service_dirs dirs[SERVICE_DIRS];
	int runtime_preserve;	/* RuntimeDirectoryPreserve=: 0 no, 1 yes, 2 over a restart */

	bool in_socket;		/* StandardInput=socket */
	enum service_output out, err;	/* default SERVICE_OUT_LOG; err: SERVICE_OUT_INHERIT */
	bool out_set;		/* StandardOutput= was given; else it is the socket, where that is the input */
	char *out_path, *err_path;
	char *syslog_identifier;	/* default: base name of the first ExecStart= program */
	int syslog_facility;	/* a LOG_ value, default LOG_DAEMON */
	int syslog_level;	/* default LOG_INFO */

	char *slice;		/* "a-b.slice"; NULL: none */
	bool delegate;
	struct vec delegate_controllers;	/* "cpu", ... */
	enum service_oom oom_policy;	/* default SERVICE_OOM_STOP; with delegate, SERVICE_OOM_CONTINUE */
	bool oom_policy_set;

	struct service_ignored *ignored;
	size_t n_ignored, cap_ignored;
};

/* A service of that name with systemd's defaults everywhere. */
void service_init(struct service *, const char *name);
void service_free(struct service *);
/*
 * To be called once all text is read: fills in what depends on other settings (the type, the oneshot time limit,
 * NotifyAccess=, SyslogIdentifier=) and checks that they fit together.  Returns NULL, or a reason to be printed that the caller frees.
 */
char *service_finish(struct service *);
/* "simple", "exec", ...; never NULL. */
const char *service_type_name(enum service_type);
/* Has the set that exit code or signal?  status as wait(2) gives it; signal 64 does not fit in and is never there. */
bool service_status_has(const struct service_status_set *, int status);
/* Free what is in them; the second and third leave the structure itself. */
void service_commands_clear(struct service_commands *);
void service_condition_clear(struct service_condition *);
void service_ignored_clear(struct service_ignored *);
/* Is that an end that Type=, SuccessExitStatus= and systemd's defaults call clean?  status as wait(2) gives it. */
bool service_clean_exit(const struct service *, int status);

#endif
