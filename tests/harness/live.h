#ifndef HARNESS_LIVE_H
#define HARNESS_LIVE_H
/* For unit tests that start processes: waiting for what must come true, checks inside children, knowing where we are. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/utsname.h>
#include <time.h>

#include "harness/unit.h"
#include "os/clock.h"
#include "os/proc.h"

extern char **environ;

enum { LIVE_SECONDS = 20 };	/* how long a test waits for what must come */

static inline void
live_nap(void)
{
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

/* Wait until the condition holds, a test failure if it never does. */
#define UNTIL(condition) do { \
	uint64_t until_ = clock_after(LIVE_SECONDS * UINT64_C(1000000)); \
	while (!(condition)) { \
		if (clock_now() > until_) \
			fail_msg("never came true: %s", #condition); \
		live_nap(); \
	} \
} while (0)

/* In a child of live_in_child(): what it started goes with it, or the test would wait for their ends of the pipe. */
static inline _Noreturn void
live_fail(bool has_group)
{
	if (has_group)
		kill(0, SIGKILL);
	_exit(99);
}

/* As assert_true(), for children: cmocka's own would go on with the list of tests in there. */
#define REQUIRE(condition) do { \
	if (!(condition)) { \
		dprintf(2, "%s:%d: not so: %s (errno %d)\n", __FILE__, __LINE__, #condition, errno); \
		live_fail(getenv("LIVE_GROUP") != NULL); \
	} \
} while (0)

/* Is this the throw-away root of tests/harness/throwaway.c, where everything may be written and nobody else runs? */
static inline bool
live_in_throwaway(void)
{
	struct utsname u;

	return geteuid() == 0 && uname(&u) == 0 && strcmp(u.nodename, "throwaway") == 0;
}

struct live_call {
	void (*f)(void *);
	void *data;
};

static inline void
live_call(void *call)
{
	const struct live_call *c = call;

	if (setpgid(0, 0) != 0 || setenv("LIVE_GROUP", "1", 1) != 0)
		_exit(98);
	c->f(c->data);
}

/* Run f(data) in a child, which must end with status 0; what it says goes into the failure. */
static inline void
live_in_child(void (*f)(void *), void *data)
{
	struct live_call call = { f, data };
	char said[2048];
	int status = in_child(live_call, &call, said, sizeof said);

	if (status != 0)
		fail_msg("the child ended with %#x: %s", (unsigned)status, said);
}

/* A child that waits for a signal. */
static inline pid_t
live_child(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	while (pid == 0)
		pause();
	return pid;
}

/* A child that runs a shell script; standard streams as they are. */
static inline pid_t
live_shell(const char *script)
{
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)script, NULL };
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		execve("/bin/sh", argv, environ);
		_exit(127);
	}
	return pid;
}

/* End a child of ours and reap it.  Its wait(2) status. */
static inline int
live_end(pid_t pid)
{
	int status;

	assert_true(pid > 1);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

#endif
