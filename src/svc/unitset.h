#ifndef SVC_UNITSET_H
#define SVC_UNITSET_H
#include "svc/unitvalue.h"
/*
 * The directives that say more than one plain value: command lines, dependencies, conditions, environment, folders
 * and exit codes.  An empty value empties the list, except for dependencies in [Unit], which systemd never takes back.
 */
unitvalue_fn unitset_exec;	/* arg: enum service_list */
unitvalue_fn unitset_deps;	/* arg: enum service_dep */
unitvalue_fn unitset_install;	/* arg: enum service_dep; an empty value resets */
unitvalue_fn unitset_mounts;	/* RequiresMountsFor= */
unitvalue_fn unitset_documentation;
unitvalue_fn unitset_type;
unitvalue_fn unitset_timeout_start;
unitvalue_fn unitset_timeout_abort;
unitvalue_fn unitset_timeout;	/* TimeoutSec=: start and stop */
unitvalue_fn unitset_notify_access;
unitvalue_fn unitset_kill_mode;	/* an empty value is the default */
unitvalue_fn unitset_bus_name;
unitvalue_fn unitset_status;	/* a list of exit codes, their names and signals */
unitvalue_fn unitset_environment;
unitvalue_fn unitset_pass_environment;
unitvalue_fn unitset_unset_environment;
unitvalue_fn unitset_environment_file;
unitvalue_fn unitset_account;	/* User=, Group= */
unitvalue_fn unitset_groups;
unitvalue_fn unitset_working_directory;
unitvalue_fn unitset_pid_file;
unitvalue_fn unitset_dirs;	/* arg: enum service_dir */
unitvalue_fn unitset_preserve;
unitvalue_fn unitset_nice;
unitvalue_fn unitset_oom;

/*
 * Condition...= and Assert...=: name is the whole key.  1 when it was one, 0 when there is no such test.
 * An empty value resets all conditions, or all asserts.
 */
int unitset_condition(struct unitvalue_ctx *, const char *name, const char *value);

#endif
