#include "svc/service.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/clock.h"

#define SEC UINT64_C(1000000)

void
service_init(struct service *s, const char *name)
{
	*s = (struct service){
		.name = mem_str(name),
		.default_dependencies = true,
		.guess_main_pid = true,
		.restart_us = SEC / 10,
		.start_limit_us = 10 * SEC,
		.start_limit_burst = 5,
		.timeout_start_us = 90 * SEC,
		.timeout_stop_us = 90 * SEC,
		.runtime_max_us = CLOCK_FOREVER,
		.watchdog_signal = SIGABRT,
		.kill_signal = SIGTERM,
		.final_signal = SIGKILL,
		.send_sigkill = true,
		.umask = 022,
		.ignore_sigpipe = true,
		.out = SERVICE_OUT_LOG,
		.err = SERVICE_OUT_INHERIT,
		.syslog_facility = LOG_DAEMON,
		.syslog_level = LOG_INFO,
	};
	for (int i = 0; i < SERVICE_DIRS; i++)
		s->dirs[i].mode = 0755;
	s->cpu_policy = s->io_class = s->io_priority = s->coredump_filter = -1;
	confine_init(&s->confine);
}

void
service_commands_clear(struct service_commands *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].path);
		free(c->v[i].file);
		vec_free(&c->v[i].argv);
	}
	free(c->v);
	*c = (struct service_commands){ 0 };
}

void
service_condition_clear(struct service_condition *c)
{
	free(c->test);
	free(c->value);
	free(c->file);
	*c = (struct service_condition){ 0 };
}

void
service_ignored_clear(struct service_ignored *i)
{
	free(i->key);
	free(i->value);
	free(i->file);
	free(i->why);
	*i = (struct service_ignored){ 0 };
}

static void
free_strings(struct service *s)
{
	char *all[] = {
		s->name, s->file, s->description, s->pid_file, s->bus_name, s->user, s->group, s->working_directory,
		s->root_directory, s->root_image, s->out_path, s->err_path, s->syslog_identifier, s->slice,
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		free(all[i]);
}

static void
free_lists(struct service *s)
{
	struct vec *all[] = { &s->documentation, &s->supplementary_groups, &s->environment, &s->pass_environment, &s->unset_environment,
		&s->delegate_controllers };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		vec_free(all[i]);
	for (int i = 0; i < SERVICE_DEPS; i++)
		vec_free(&s->deps[i]);
	for (int i = 0; i < SERVICE_DIRS; i++)
		vec_free(&s->dirs[i].names);
	for (int i = 0; i < SERVICE_LISTS; i++)
		service_commands_clear(&s->cmd[i]);
}

void
service_free(struct service *s)
{
	free_strings(s);
	free_lists(s);
	confine_free(&s->confine);
	tmpfiles_free(&s->tmpfiles);
	for (size_t i = 0; i < s->n_conditions; i++)
		service_condition_clear(&s->conditions[i]);
	for (size_t i = 0; i < s->n_envfiles; i++)
		free(s->envfiles[i].path);
	for (size_t i = 0; i < s->n_ignored; i++)
		service_ignored_clear(&s->ignored[i]);
	free(s->conditions);
	free(s->envfiles);
	free(s->ignored);
	*s = (struct service){ 0 };
}

static void
fill_in(struct service *s)
{
	const struct service_commands *start = &s->cmd[SERVICE_START];

	if (!s->type_set)
		s->type = s->bus_name ? SERVICE_DBUS : start->n ? SERVICE_SIMPLE : SERVICE_ONESHOT;
	if (s->type == SERVICE_ONESHOT && !s->timeout_start_set)
		s->timeout_start_us = CLOCK_FOREVER;
	if (!s->oom_policy_set)
		s->oom_policy = s->delegate ? SERVICE_OOM_CONTINUE : SERVICE_OOM_STOP;
	if (!s->timeout_abort_set)
		s->timeout_abort_us = s->timeout_stop_us;
	if (s->notify_access == SERVICE_NOTIFY_NONE && (s->type == SERVICE_NOTIFY || s->watchdog_us > 0))
		s->notify_access = SERVICE_NOTIFY_MAIN;
	if (!s->syslog_identifier)
		s->syslog_identifier = mem_str(start->n ? str_base(start->v[0].path) : s->name);
	if (s->confine.dynamic_user)
		s->no_new_privileges = true;
	confine_imply(&s->confine);
	vec_uniqenv(&s->environment);
}

static bool
status_set_empty(const struct service_status_set *x)
{
	return !x->signals && !x->codes[0] && !x->codes[1] && !x->codes[2] && !x->codes[3];
}

static const char *
misfit(const struct service *s)
{
	bool oneshot = s->type == SERVICE_ONESHOT;
	size_t starts = s->cmd[SERVICE_START].n;

	if (starts == 0 && s->cmd[SERVICE_STOP].n == 0)
		return "there is neither ExecStart= nor ExecStop=";
	if (starts == 0 && !oneshot)
		return "there is no ExecStart=, which only Type=oneshot may go without";
	if (starts == 0 && !s->remain_after_exit)
		return "there is no ExecStart=, which needs RemainAfterExit=yes";
	if (starts > 1 && !oneshot)
		return "there is more than one ExecStart= command, which only Type=oneshot may have";
	if (oneshot && (s->restart == SERVICE_RESTART_ALWAYS || s->restart == SERVICE_RESTART_SUCCESS))
		return "Restart=always and Restart=on-success do not go with Type=oneshot";
	if (oneshot && !status_set_empty(&s->restart_force))
		return "RestartForceExitStatus= does not go with Type=oneshot";
	if (s->type == SERVICE_DBUS && !s->bus_name)
		return "Type=dbus needs BusName=";
	return NULL;
}

char *
service_finish(struct service *s)
{
	fill_in(s);
	return mem_str(misfit(s));
}

const char *
service_type_name(enum service_type t)
{
	static const char *const names[] = {
		[SERVICE_SIMPLE] = "simple", [SERVICE_EXEC] = "exec", [SERVICE_FORKING] = "forking", [SERVICE_ONESHOT] = "oneshot",
		[SERVICE_NOTIFY] = "notify", [SERVICE_DBUS] = "dbus", [SERVICE_IDLE] = "idle",
	};

	return (size_t)t < sizeof names / sizeof *names ? names[t] : "unknown";
}

bool
service_status_has(const struct service_status_set *x, int status)
{
	if (WIFEXITED(status))
		return x->codes[WEXITSTATUS(status) / 64] & UINT64_C(1) << WEXITSTATUS(status) % 64;
	return WIFSIGNALED(status) && WTERMSIG(status) < 64 && x->signals & UINT64_C(1) << WTERMSIG(status);
}

bool
service_clean_exit(const struct service *s, int status)
{
	if (WIFSIGNALED(status) && WCOREDUMP(status))
		return false;
	if (service_status_has(&s->success, status))
		return true;
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == 0;
	if (!WIFSIGNALED(status) || s->type == SERVICE_ONESHOT)
		return false;
	return WTERMSIG(status) == SIGHUP || WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGPIPE;
}
