#include "svc/child_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "harness/spawned.h"
#include "svc/cglimit.h"

static void
each_way_of_starting_tells_what_failed(void **state)
{
	struct cred c = somebody();
	struct child_spec plain = CHILD_SPEC_INIT, user = CHILD_SPEC_INIT, copied = CHILD_SPEC_INIT, *all[] = { &plain, &user, &copied };
	char *argv[] = { (char *)(uintptr_t)"x", NULL };

	(void)state;
	if (geteuid() != 0)
		skip();
	user.cred = copied.cred = &c;
	copied.set_oom_score = true;
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 3; i++) {
			all[i]->argv = argv;
			all[i]->envp = spawned_env;
			all[i]->path = "/nonexistent/program";
			fails_with(all[i], CHILD_EXEC, ENOENT);
			all[i]->path = "/bin/true";
			all[i]->chdir = "/nonexistent";
			fails_with(all[i], CHILD_CHDIR, ENOENT);
			all[i]->chdir = NULL;
		}
}

static int
die_at_once(void *arg)
{
	(void)arg;
	return kill(getpid(), SIGKILL);
}

static void
who_is_killed_before_the_exec_is_no_success(void **state)
{
	struct cred c = somebody();
	struct child_spec plain = CHILD_SPEC_INIT, user = CHILD_SPEC_INIT;
	char *argv[] = { (char *)(uintptr_t)"x", NULL };

	(void)state;
	if (geteuid() != 0)
		skip();
	plain.path = user.path = "/bin/true";
	plain.argv = user.argv = argv;
	plain.envp = user.envp = spawned_env;
	plain.prepare = user.prepare = die_at_once;
	user.cred = &c;
	fails_with(&plain, CHILD_EXEC, EINTR);
	fails_with(&user, CHILD_EXEC, EINTR);
}

/* as qemu-user does: what shares memory is quietly a copy, and a child without SIGCHLD at its end there is none */
static void
be_an_emulator(void *data)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIGCHLD, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	each_way_of_starting_tells_what_failed(data);
}

static void
where_memory_is_not_shared_it_tells_all_the_same(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	live_in_child(be_an_emulator, NULL);
}

static void
is_in_its_group(bool in_cgroup_already)
{
	struct cgroup g = CGROUP_INIT;
	struct cglimit l = CGLIMIT_INIT;
	struct cred c = somebody();

	assert_int_equal(cgroup_make(&g, "/sys/fs/cgroup/initwright", "child"), 0);
	l.fd[CGCTL_PIDS] = open("/sys/fs/cgroup/initwright/child/cgroup.procs", O_WRONLY | O_CLOEXEC);
	assert_true(l.fd[CGCTL_PIDS] > 2);
	/* a second entry would be seen: nobody gets in by a list that is closed to writing */
	if (in_cgroup_already) {
		close(l.fd[CGCTL_PIDS]);
		l.fd[CGCTL_PIDS] = open("/sys/fs/cgroup/initwright/child/cgroup.procs", O_RDONLY | O_CLOEXEC);
	}
	SAYS("sed -n 's/^0:://p' /proc/$$/cgroup", "/initwright/child", s_.spec.cgroup = &g);
	SAYS("sed -n 's/^0:://p' /proc/$$/cgroup", "/initwright/child", s_.spec.cgroup = &g; s_.spec.cglimit = &l);
	SAYS("sed -n 's/^0:://p' /proc/$$/cgroup; id -u", "/initwright/child\n4711", s_.spec.cgroup = &g; s_.spec.cred = &c;
	    s_.spec.search = "/bin");
	{
		struct shell s;

		shell_begin(&s, "true");
		s.spec.cgroup = &g;
		s.spec.path = "/nonexistent/program";
		fails_with(&s.spec, CHILD_EXEC, ENOENT);
		close(s.out[0]);
		close(s.out[1]);
	}
	close(l.fd[CGCTL_PIDS]);
	assert_int_equal(cgroup_remove(&g), 0);
}

static void
a_child_is_in_its_group(void **state)
{
	(void)state;
	if (!live_in_throwaway() || access("/sys/fs/cgroup/cgroup.procs", W_OK) != 0)
		skip();
	is_in_its_group(false);
	is_in_its_group(true);
}

static void
forbid_clone3(int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 435, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

/* runs the shell to its end in a group of that name: is it inside? */
static void
enter_without_clone3(void *error)
{
	struct cgroup g = CGROUP_INIT;
	struct child_spec spec = CHILD_SPEC_INIT;
	struct child_error e;
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)"grep -qx 0::/initwright/child /proc/$$/cgroup", NULL };
	int status;
	pid_t pid;

	REQUIRE(cgroup_make(&g, "/sys/fs/cgroup/initwright", "child") == 0);
	forbid_clone3(*(int *)error);
	REQUIRE(cgroup_fork(&g) == -1 && errno == *(int *)error);
	spec.path = "/bin/sh";
	spec.argv = argv;
	spec.envp = spawned_env;
	spec.cgroup = &g;
	pid = child_spawn(&spec, &e);
	REQUIRE(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	REQUIRE(cgroup_remove(&g) == 0);
}

static void
without_clone3_it_enters(void **state)
{
	int errors[] = { ENOSYS, EPERM };

	(void)state;
	if (!live_in_throwaway() || access("/sys/fs/cgroup/cgroup.procs", W_OK) != 0)
		skip();
	for (size_t i = 0; i < COUNT(errors); i++)
		live_in_child(enter_without_clone3, &errors[i]);
}

static unsigned long
own_coredump_filter(void)
{
	char text[32] = "";
	int fd = open("/proc/self/coredump_filter", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof text - 1) <= 0)
		text[0] = '\0';
	close(fd);
	return strtoul(text, NULL, 16);
}

/* they belong to the memory that a child may share until it executes */
static void
our_memory_keeps_its_attributes(void **state)
{
	unsigned long filter = own_coredump_filter();
	struct cred c = somebody();
	sigset_t now;

	(void)state;
	if (geteuid() != 0)
		skip();
	SAYS("cat /proc/$$/coredump_filter", "00000001", s_.spec.coredump_filter = 1);
	assert_int_equal(own_coredump_filter(), filter);
	assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
	SAYS("id -u", "4711", s_.spec.cred = &c; s_.spec.search = "/bin");
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
	sigprocmask(SIG_SETMASK, NULL, &now);
	assert_false(sigismember(&now, SIGTERM));
}

static int
hold_signals(void *arg)
{
	sigset_t now;

	(void)arg;
	sigprocmask(SIG_SETMASK, NULL, &now);
	errno = EDOM;
	return sigismember(&now, SIGQUIT) ? 0 : -1;
}

/* who may signal the child, but not us, could have both dump core */
static void
a_child_gets_no_signal_before_its_exec(void **state)
{
	struct cred c = somebody();

	(void)state;
	if (geteuid() != 0)
		skip();
	SAYS("exec sed -n 's/^SigBlk:[^0-9a-f]*//p' /proc/self/status", "0000000000000000", s_.spec.cred = &c; s_.spec.search = "/bin";
	    s_.spec.prepare = hold_signals);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_way_of_starting_tells_what_failed), T(our_memory_keeps_its_attributes), T(a_child_is_in_its_group), T(without_clone3_it_enters),
		T(a_child_gets_no_signal_before_its_exec), T(who_is_killed_before_the_exec_is_no_success),
		T(where_memory_is_not_shared_it_tells_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
