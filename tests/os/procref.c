#include "os/procref.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "harness/live.h"

static uint64_t
start_of(pid_t pid)
{
	struct proc_stat st;

	assert_int_equal(proc_stat(pid, &st), 0);
	return st.start;
}

static void
refuses_what_is_never_ours(void **state)
{
	static const pid_t never[] = { 1, 0, -1, -4711, (pid_t)0x80000000 };
	struct procref r;

	(void)state;
	for (size_t i = 0; i < COUNT(never); i++) {
		assert_int_equal(procref_open(&r, never[i], 0), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(r.fd, -1);
	}
	assert_int_equal(procref_open(&r, 4194305, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void
holds_signals_and_waits(void **state)
{
	struct procref r;
	siginfo_t info;
	pid_t pid;

	(void)state;
	pid = live_child();
	assert_int_equal(procref_open(&r, pid, start_of(pid)), 0);
	assert_int_equal(r.pid, pid);
	assert_int_equal(fcntl(r.fd, F_GETFD), FD_CLOEXEC);
	assert_false(procref_gone(&r));
	assert_int_equal(procref_signal(&r, 0), 0);
	assert_int_equal(procref_wait(&r, clock_after(1000)), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(procref_signal(&r, SIGTERM), 0);
	assert_int_equal(procref_wait(&r, CLOCK_FOREVER), 0);
	/* nobody has reaped it: a zombie is gone */
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_true(procref_gone(&r));
	assert_int_equal(procref_signal(&r, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(procref_wait(&r, 0), 0);
	procref_close(&r);
	assert_int_equal(procref_open(&r, pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	live_end(pid);
	assert_int_equal(procref_open(&r, pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void
knows_another_start_time(void **state)
{
	struct procref r;
	pid_t pid;

	(void)state;
	pid = live_child();
	assert_int_equal(procref_open(&r, pid, start_of(pid) + 1), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(r.fd, -1);
	live_end(pid);
}

struct thread {
	volatile pid_t tid;
};

static void *
be_a_thread(void *arg)
{
	struct thread *t = arg;

	t->tid = (pid_t)syscall(SYS_gettid);
	for (;;)
		pause();
	return NULL;
}

static void
hold_a_thread(void *arg)
{
	struct thread t = { 0 };
	struct procref r;
	pthread_t id;

	(void)arg;
	REQUIRE(pthread_create(&id, NULL, be_a_thread, &t) == 0);
	while (!t.tid)
		live_nap();
	REQUIRE(procref_open(&r, t.tid, 0) == -1);
	REQUIRE(errno == ESRCH);
}

static void
a_thread_is_no_process(void **state)
{
	(void)state;
	live_in_child(hold_a_thread, NULL);
}

static void
ask_roots_process(void *arg)
{
	struct procref r;

	REQUIRE(setresuid(65534, 65534, 65534) == 0);
	REQUIRE(procref_open(&r, *(pid_t *)arg, 0) == 0);
	REQUIRE(procref_signal(&r, SIGKILL) == -1);
	REQUIRE(errno == EPERM);
	REQUIRE(!procref_gone(&r));
}

static void
tells_what_is_not_allowed(void **state)
{
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = live_child();
	live_in_child(ask_roots_process, &pid);
	live_end(pid);
}

/* --- pids that come again: the kernel is told which one to give next, which only root in a pid namespace of its own should do --- */

static void
next_pid_is(pid_t pid)
{
	char text[16];
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY), n = snprintf(text, sizeof text, "%ld", (long)pid - 1);

	REQUIRE(fd >= 0);
	REQUIRE(write(fd, text, (size_t)n) == n);
	close(fd);
}

static pid_t
child_that_waits(void)
{
	pid_t pid = fork();

	while (pid == 0)
		pause();
	REQUIRE(pid > 0);
	return pid;
}

static void
pid_comes_again(void *arg)
{
	struct procref r, other;
	struct proc_stat st;
	pid_t pid, again;
	uint64_t start;

	(void)arg;
	pid = child_that_waits();
	REQUIRE(procref_open(&r, pid, 0) == 0);
	start = r.start;
	kill(pid, SIGKILL);
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	/* start times have the grain of clock ticks */
	do {
		next_pid_is(pid);
		again = child_that_waits();
		REQUIRE(again == pid);
		REQUIRE(proc_stat(again, &st) == 0);
		if (st.start == start) {
			kill(again, SIGKILL);
			REQUIRE(waitpid(again, NULL, 0) == again);
		}
	} while (st.start == start);
	REQUIRE(procref_gone(&r));
	REQUIRE(procref_signal(&r, SIGKILL) == -1 && errno == ESRCH);
	REQUIRE(procref_wait(&r, 0) == 0);
	REQUIRE(procref_open(&other, pid, start) == -1 && errno == ESRCH);
	REQUIRE(proc_alive(again, st.start) == 1);
	kill(again, SIGKILL);
	REQUIRE(waitpid(again, NULL, 0) == again);
	procref_close(&r);
}

static void
never_signals_a_recycled_pid(void **state)
{
	(void)state;
	if (!live_in_throwaway())
		skip();
	live_in_child(pid_comes_again, NULL);
}

/* --- kernels and sandboxes without pidfds --- */

struct denial {
	int open_errno, signal_errno;	/* 0: as the kernel has it */
};

#define DENY(number, err) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), \
	BPF_STMT(BPF_RET | BPF_K, (err) ? SECCOMP_RET_ERRNO | ((unsigned)(err) & SECCOMP_RET_DATA) : SECCOMP_RET_ALLOW)

static void
deny(const struct denial *d)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		DENY(SYS_pidfd_open, d->open_errno),
		DENY(SYS_pidfd_send_signal, d->signal_errno),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(code), code };

	REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void
live_without(void *arg)
{
	const struct denial *d = arg;
	struct procref r;
	pid_t pid;

	deny(d);
	pid = child_that_waits();
	REQUIRE(procref_open(&r, pid, 0) == 0);
	REQUIRE((r.fd < 0) == (d->open_errno != 0));
	REQUIRE(!procref_gone(&r));
	REQUIRE(procref_signal(&r, 0) == 0);
	REQUIRE(procref_wait(&r, clock_after(3000)) == -1 && errno == ETIMEDOUT);
	REQUIRE(procref_signal(&r, SIGTERM) == 0);
	REQUIRE(procref_wait(&r, CLOCK_FOREVER) == 0);
	REQUIRE(procref_gone(&r));
	REQUIRE(waitpid(pid, NULL, 0) == pid);
	REQUIRE(procref_signal(&r, SIGTERM) == -1 && errno == ESRCH);
	REQUIRE(procref_open(&r, pid, 0) == -1 && errno == ESRCH);
	hold_a_thread(NULL);
	if (live_in_throwaway())
		pid_comes_again(NULL);
}

static void
works_without_pidfds(void **state)
{
	static const struct denial denials[] = { { ENOSYS, ENOSYS }, { EPERM, EPERM }, { 0, ENOSYS }, { 0, EPERM } };

	(void)state;
	for (size_t i = 0; i < COUNT(denials); i++)
		live_in_child(live_without, (void *)(uintptr_t)&denials[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(refuses_what_is_never_ours), T(holds_signals_and_waits), T(knows_another_start_time), T(a_thread_is_no_process),
		T(tells_what_is_not_allowed), T(never_signals_a_recycled_pid), T(works_without_pidfds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
