#ifndef HARNESS_SPAWNED_H
#define HARNESS_SPAWNED_H
/* For tests of svc/child: a shell as a child, by a spec that the test changes. */
#include <fcntl.h>

#include "harness/live.h"
#include "svc/child_spawn.h"

static char *const spawned_env[] = { (char *)(uintptr_t)"A=1", NULL };

/* a spec that runs a shell script with its output in the pipe's writing end */
struct shell {
	struct child_spec spec;
	char *argv[4];
	int out[2];
};

static inline void
shell_begin(struct shell *s, const char *script)
{
	s->spec = (struct child_spec)CHILD_SPEC_INIT;
	s->argv[0] = (char *)(uintptr_t)"sh";
	s->argv[1] = (char *)(uintptr_t)"-c";
	s->argv[2] = (char *)(uintptr_t)script;
	s->argv[3] = NULL;
	assert_int_equal(pipe2(s->out, O_CLOEXEC), 0);
	s->spec.path = "/bin/sh";
	s->spec.argv = s->argv;
	s->spec.envp = spawned_env;
	s->spec.stdio[1] = s->out[1];
}

/* run it to its end; what it printed, without the last newline */
static inline const char *
shell_says(struct shell *s)
{
	static char text[4096];
	struct child_error e;
	ssize_t n, len = 0;
	pid_t pid = child_spawn(&s->spec, &e);
	int status;

	close(s->out[1]);
	if (pid < 0)
		fail_msg("step %d failed: %s", (int)e.step, strerror(e.err));
	assert_int_equal(e.step, CHILD_OK);
	while ((n = read(s->out[0], text + len, sizeof text - 1 - (size_t)len)) > 0)
		len += n;
	close(s->out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	text[len] = '\0';
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

#define SAYS(script, text, ...) do { \
	struct shell s_; \
	shell_begin(&s_, script); \
	__VA_ARGS__; \
	assert_string_equal(shell_says(&s_), text); \
} while (0)

static inline void
fails_with(struct child_spec *spec, enum child_step step, int err)
{
	struct child_error e;

	assert_int_equal(child_spawn(spec, &e), -1);
	assert_int_equal(e.step, step);
	assert_int_equal(e.err, err);
	/* the child was reaped */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static inline struct cred
somebody(void)
{
	struct cred c = CRED_INIT;

	c.uid = 4711;
	c.gid = 4712;
	c.set_uid = c.set_gid = c.set_groups = true;
	return c;
}

/* how it starts depends on what is asked for: memory copied, shared with us waiting in the kernel, shared with us waiting where we can give up */
#endif
