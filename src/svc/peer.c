#include "svc/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/capture.h"
#include "os/clock.h"
#include "svc/child_spawn.h"
#include "svc/client.h"

#define CALLERS "INITWRIGHT_CALLERS"	/* names, a blank between them: who has called whom */

enum { STATUS_TIME = 30000000 };	/* microseconds for a "status" */

extern char **environ;

char *
peer_name(const char *unit)
{
	size_t n = strlen(unit);
	char *name = str_ends(unit, ".service") ? mem_strn(unit, n - 8) : NULL;

	if (name && !record_name_ok(name)) {
		free(name);
		name = NULL;
	}
	return name;
}

/* a link's own target name tells, because foo may itself be a link to a template */
void
peer_name_of_script(const char *path, char *out, size_t size)
{
	const char *base = str_base(path);
	char target[PATH_MAX];
	ssize_t n;

	fmt_to(out, size, "%s", base);
	if ((base[0] != 'S' && base[0] != 'K') || strspn(base + 1, "0123456789") < 2)
		return;
	n = readlink(path, target, sizeof target - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	fmt_to(out, size, "%s", str_base(target));
}

char *
peer_script(const char *name)
{
	static const char *const folders[] = { "/etc/init.d", "/etc/rc.d/init.d" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path = mem_fmt("%s/%s", folders[i], name);

		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

bool
peer_is_native(const char *script)
{
	char head[256], *end;
	int fd = open(script, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head - 1);

	if (fd >= 0)
		close(fd);
	if (n < 2 || head[0] != '#' || head[1] != '!')
		return false;
	head[n] = '\0';
	end = head + 2 + strspn(head + 2, " \t");
	end[strcspn(end, " \t\n")] = '\0';
	return strcmp(str_base(end), "svrun") == 0;
}

static bool
says_that_it_runs(const char *script)
{
	char *argv[] = { (char *)(uintptr_t)script, (char *)(uintptr_t)"status", NULL };
	struct buf unused = BUF_INIT;
	int status = -1, r;

	r = capture_run(script, argv, environ, "/", clock_after(STATUS_TIME), 4096, CAPTURE_ALL, &unused, &status);
	buf_free(&unused);
	return r == 0 && status == 0;
}

bool
peer_runs(const char *name, const char *script)
{
	char *dir = record_dir(NULL, name);
	struct client_state s = { 0 };
	bool up = client_look(dir, &s) == 0 && client_is_up(&s);

	free(dir);
	return up || (!peer_is_native(script) && says_that_it_runs(script));
}

static bool
is_caller(const char *callers, const char *name)
{
	struct vec names = VEC_INIT;
	bool found;

	str_split(&names, callers, " ");
	found = vec_has(&names, name);
	vec_free(&names);
	return found;
}

int
peer_call(const struct service *s, const char *name, const char *script, const char *action)
{
	char *argv[] = { (char *)(uintptr_t)script, (char *)(uintptr_t)action, NULL };
	const char *callers = getenv(CALLERS);
	struct vec env = VEC_INIT;
	char *all = mem_fmt("%s%s%s", callers ? callers : "", callers ? " " : "", s->name);
	int status, r = -1;

	if (is_caller(all, name))
		errno = ELOOP;
	else {
		vec_addv(&env, environ);
		vec_setenv(&env, CALLERS, all);
		r = capture_none(script, argv, vec_argv(&env), "/", &status);
	}
	vec_free(&env);
	free(all);
	return r != 0 ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int
peer_leave(const char *script, const char *action, char *const extra[])
{
	struct child_spec spec = CHILD_SPEC_INIT;
	struct child_error e;
	struct vec env = VEC_INIT;
	char *argv[] = { (char *)(uintptr_t)script, (char *)(uintptr_t)action, NULL };
	pid_t pid;

	vec_add(&env, "PATH=" SERVICE_PATH);
	vec_addv(&env, extra);
	spec.path = script;
	spec.argv = argv;
	spec.envp = vec_argv(&env);
	spec.new_session = true;
	spec.chdir = "/";
	spec.set_umask = true;
	spec.umask = 022;
	pid = child_spawn(&spec, &e);
	vec_free(&env);
	if (pid < 0)
		errno = e.err;
	return pid < 0 ? -1 : 0;
}
