#include "svc/spawn.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"
#include "os/sig.h"
#include "svc/child_spawn.h"
#include "svc/streams.h"
#include "svc/words.h"

enum { WATCHDOG_SLOT = 6 };

static size_t
slot(struct runner *r, size_t n, size_t i, const char *name, const char *value)
{
	fmt_to(r->slots[i], sizeof r->slots[i], "%s=%s", name, value);
	r->envp[n++] = r->slots[i];
	return n;
}

static size_t
add_result(struct runner *r, size_t n, const char *result)
{
	char number[16];
	bool by_signal = WIFSIGNALED(r->main_status);

	n = slot(r, n, 2, "SERVICE_RESULT", result);
	if (!r->main_ended)
		return n;
	fmt_to(number, sizeof number, "%d", WEXITSTATUS(r->main_status));
	n = slot(r, n, 3, "EXIT_CODE", !by_signal ? "exited" : WCOREDUMP(r->main_status) ? "dumped" : "killed");
	return slot(r, n, 4, "EXIT_STATUS", by_signal ? sig_name(WTERMSIG(r->main_status)) : number);
}

static bool
gets_sockets(const struct runner *r, enum service_list list)
{
	return list == SERVICE_START && r->sockets && (r->sockets->accept ? r->conn != NULL : r->sockets->n_fds > 0);
}

enum { LISTEN_PID = 7, REMOTE_ADDR, REMOTE_PORT };

/* as sd_listen_fds(3) has it; the pid is for the child to write */
static size_t
add_sockets(struct runner *r, size_t n)
{
	char number[16];

	if (!streams_take_socket(r->svc)) {
		r->envp[n++] = r->sockets->count;
		r->envp[n++] = r->sockets->names;
		n = slot(r, n, LISTEN_PID, "LISTEN_PID", "");
	}
	if (!r->conn || !*r->conn->from)
		return n;
	fmt_to(number, sizeof number, "%u", r->conn->port);
	n = slot(r, n, REMOTE_ADDR, "REMOTE_ADDR", r->conn->from);
	return slot(r, n, REMOTE_PORT, "REMOTE_PORT", number);
}

/* the environment of one command, put together without memory of its own */
static struct vec
environment(struct runner *r, enum service_list list, const char *result)
{
	size_t n = 0;
	char number[24];

	for (size_t i = 0; i < r->ctx->env.n; i++)
		r->envp[n++] = r->ctx->env.v[i];
	if (r->main && !r->main_ended && list != SERVICE_START) {
		fmt_to(number, sizeof number, "%ld", (long)r->main);
		n = slot(r, n, 0, "MAINPID", number);
	}
	if (r->ctx->notify_path && (list == SERVICE_START || r->svc->notify_access != SERVICE_NOTIFY_MAIN))
		n = slot(r, n, 1, "NOTIFY_SOCKET", r->ctx->notify_path);
	if (r->watchdog_us && list == SERVICE_START) {
		fmt_to(number, sizeof number, "%llu", (unsigned long long)r->watchdog_us);
		n = slot(r, n, 5, "WATCHDOG_USEC", number);
		n = slot(r, n, WATCHDOG_SLOT, "WATCHDOG_PID", "");
	}
	if (gets_sockets(r, list))
		n = add_sockets(r, n);
	if (result)
		n = add_result(r, n, result);
	r->envp[n] = NULL;
	return (struct vec){ r->envp, n, 0 };
}

/* in a group that the service has divided nobody can be; what is run beside it is beside its sub-groups, as systemd has it */
static const struct cgroup *
command_group(const struct runner *r, enum service_list list, struct cgroup *aside)
{
	if (r->group.cgroup.fd < 0)
		return NULL;
	if (r->svc->delegate && list > SERVICE_START && cgroup_sub(aside, &r->group.cgroup, ".control") == 0)
		return aside;
	return &r->group.cgroup;
}

/* the descriptors that a command gets: as many as it says, to fds */
static size_t
own_sockets(const struct runner *r, int *fds)
{
	if (!r->conn)
		return r->sockets && !r->sockets->accept ? sockets_list(r->sockets, fds) : 0;
	fds[0] = r->conn->fd;
	return 1;
}

static void
hand_over(struct runner *r, enum service_list list, struct child_spec *spec, const int *fds, size_t n)
{
	bool stdio = streams_take_socket(r->svc);

	for (size_t i = 0; i < n; i++)
		fd_set_nonblock(fds[i], r->svc->non_blocking && !stdio);
	if (stdio || !gets_sockets(r, list))
		return;
	spec->pass = fds;
	spec->n_pass = n;
	spec->pass_from_3 = true;
}

/* in the child, which alone knows its number before it executes */
static int
tell_pid(void *arg)
{
	struct runner *r = arg;

	fmt_to(r->slots[WATCHDOG_SLOT], sizeof r->slots[0], "WATCHDOG_PID=%ld", (long)getpid());
	fmt_to(r->slots[LISTEN_PID], sizeof r->slots[0], "LISTEN_PID=%ld", (long)getpid());
	return 0;
}

pid_t
spawn_command(struct runner *r, const struct service_command *cmd, enum service_list list, const char *result, struct child_error *error)
{
	struct vec env = environment(r, list, result), argv = VEC_INIT;
	struct child_spec spec;
	struct cgroup aside = CGROUP_INIT;
	int fds[SOCKETS_MAX];
	size_t n_fds = own_sockets(r, fds);
	struct streams streams;
	pid_t pid;

	if (streams_open(&streams, r->svc, r->attached ? CHILD_FD_KEEP : r->out.write_fd, n_fds ? fds[0] : CHILD_FD_NULL, &r->bad_path) != 0) {
		*error = (struct child_error){ CHILD_STDIO, errno };
		return -1;
	}
	words_expand(cmd, &env, &argv);
	context_spec(r->ctx, cmd, list, vec_argv(&argv), env.v, &spec);
	memcpy(spec.stdio, streams.fd, sizeof spec.stdio);
	spec.cgroup = command_group(r, list, &aside);
	hand_over(r, list, &spec, fds, n_fds);
	spec.prepare = list == SERVICE_START && (r->watchdog_us || spec.n_pass) ? tell_pid : NULL;
	spec.prepare_arg = r;
	pid = child_spawn(&spec, error);
	cgroup_close(&aside);
	vec_free(&argv);
	streams_close(&streams);
	return pid;
}
