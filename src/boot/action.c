#include "boot/action.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/capture.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/root.h"

enum { MOST_OUTPUT = 65536 };

#define SELF "/proc/self/exe"

static bool
calls_svrun(int fd)
{
	char line[256];
	ssize_t n = fd_read_full(fd, line, sizeof line - 1);
	char *end;

	if (n < 2 || memcmp(line, "#!", 2) != 0)
		return false;
	line[n] = '\0';
	end = line + strcspn(line, "\n");
	*end = '\0';
	str_trim(line);
	return str_ends(line, "/svrun");
}

/* The script below the directory `top`, opened; its path with the root in *path. */
static int
open_script(int top, const char *root, const char *name, char **path)
{
	static const char *const places[] = { "/etc/init.d", "/etc/rc.d/init.d" };
	int fd = -1;

	for (size_t i = 0; i < sizeof places / sizeof *places && fd < 0; i++) {
		char *inside = mem_fmt("%s/%s", places[i], name);

		fd = root_open(top, inside, O_RDONLY | O_NONBLOCK);
		/* one that we may run but not read is a script all the same */
		if (fd < 0 && errno == EACCES)
			fd = root_open(top, inside, O_PATH);
		free(*path);
		*path = file_under(root, inside);
		free(inside);
	}
	return fd;
}

static int
look(struct action *a, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	errno = ENOENT;
	if (!S_ISREG(st.st_mode))
		return -1;
	a->executable = (st.st_mode & 0111) != 0;
	a->native = calls_svrun(fd);
	return 0;
}

int
action_find(struct action *a, const char *root, const char *name)
{
	int top, fd, r, saved;

	*a = (struct action)ACTION_INIT;
	a->root = root && *root && strcmp(root, "/") != 0 ? root : NULL;
	errno = EINVAL;
	if (*name == '\0' || *name == '.' || strchr(name, '/'))
		return -1;
	top = open(a->root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (top < 0)
		return -1;
	fd = open_script(top, a->root, name, &a->path);
	r = fd < 0 ? -1 : look(a, fd);
	saved = errno;
	close(top);
	if (fd >= 0)
		close(fd);
	if (r != 0)
		action_free(a);
	errno = saved;
	return r;
}

void
action_free(struct action *a)
{
	free(a->path);
	*a = (struct action)ACTION_INIT;
}

bool
action_can_run(const struct action *a)
{
	return a->native || !a->root;
}

void
action_env(struct vec *out)
{
	static const char *const names[] = {
		"LANG", "LANGUAGE", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES", "LC_PAPER",
		"LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION", "LC_ALL", "PATH", "TERM",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		vec_setenv(out, names[i], value ? value : "");
	}
}

/* The whole argument list, and in *path what has to be executed. */
static void
build(const struct action *a, char *const args[], struct vec *argv, const char **path)
{
	*path = a->native ? SELF : a->path;
	if (a->native) {
		vec_add(argv, "svrun");
		if (a->more)
			vec_add(argv, "--long");
		if (a->root) {
			vec_add(argv, "--root");
			vec_add(argv, a->root);
		}
	}
	vec_add(argv, a->path);
	vec_addv(argv, args);
}

/* A script without a first line that says who runs it is the shell's, as for execvp(3). */
static void
build_shell(const struct action *a, char *const args[], struct vec *argv)
{
	vec_clear(argv);
	vec_add(argv, "sh");
	vec_add(argv, a->path);
	vec_addv(argv, args);
}

void
action_exec(const struct action *a, char *const args[], char *const envp[])
{
	struct vec argv = VEC_INIT;
	const char *path;

	build(a, args, &argv, &path);
	if (!a->root && chdir("/") != 0)
		return;
	execve(path, vec_argv(&argv), envp);
	if (errno == ENOENT && a->native && !a->root) {
		/* no /proc: the kernel finds svrun by the script's first line */
		vec_clear(&argv);
		vec_add(&argv, a->path);
		vec_addv(&argv, args);
		execve(a->path, vec_argv(&argv), envp);
	}
	if (errno == ENOEXEC) {
		build_shell(a, args, &argv);
		execve("/bin/sh", vec_argv(&argv), envp);
	}
	vec_free(&argv);
}

static int
code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
action_run(const struct action *a, char *const args[], char *const envp[], uint64_t deadline, struct buf *out)
{
	const char *cwd = a->root ? NULL : "/";
	struct vec argv = VEC_INIT;
	const char *path;
	int status, r;

	build(a, args, &argv, &path);
	for (int shell = 0; shell < 2; shell++) {
		if (out)
			r = capture_run(path, vec_argv(&argv), envp, cwd, deadline, MOST_OUTPUT, a->keep ? CAPTURE_KEEP : CAPTURE_ALL, out, &status);
		else
			r = capture_none(path, vec_argv(&argv), envp, cwd, &status);
		if (r == 0 || errno != ENOEXEC)
			break;
		build_shell(a, args, &argv);
		path = "/bin/sh";
	}
	vec_free(&argv);
	return r == 0 ? code_of(status) : -1;
}
