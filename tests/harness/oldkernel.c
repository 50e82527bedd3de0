/*
 * oldkernel [-ek] [-o NAME] COMMAND [ARG...]: run it as on Linux 3.10.  System calls that came later fail with ENOSYS, and of older ones what came
 * later fails as it did then.  -o: only what has that name below fails.  -e: calls that have a name below fail with EPERM, as under a container runtime
 * that does not know them (others do not: neither bash nor coreutils live with that).  -k: they kill, which shows who makes them.
 * oldkernel -l: the names, the version with which each came, and what our commands do without.  tests/harness/oldkernel.bats has a test for each.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define IF(test, value, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, value, yes, no)
#define FAIL(code) BPF_STMT(BPF_RET | BPF_K, (code) == KILL ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | (code))

/* of Linux 3.8, and the newest that 3.10 has */
enum { NEWEST = SYS_finit_module, MOST = 400, CLONE3 = 435, LANDLOCK = 444, LANDLOCK_LAST = 446, KILL = 0 };
enum how { CALL, VALUES, BITS, OTHERS };	/* the whole call; if an argument is from `first` to `last`; if it has bits of `first`; what has no name here */

static const struct row {
	const char *name, *since, *instead;
	enum how how;
	unsigned nr, nr_last, arg, first, last;
	unsigned error;		/* EINVAL, or ENOSYS, which -e makes EPERM */
} rows[] = {
	{ "pidfd_open", "5.3", "a process is named by its pid and the time at which it began, and is looked at again", CALL, SYS_pidfd_open, SYS_pidfd_open, 0, 0, 0, ENOSYS },
	{ "pidfd_send_signal", "5.1", "kill(2), right after the process was looked at", CALL, SYS_pidfd_send_signal, SYS_pidfd_send_signal, 0, 0, 0, ENOSYS },
	{ "close_range", "5.9", "what /proc/self/fd lists is closed, or all up to the limit", CALL, SYS_close_range, SYS_close_range, 0, 0, 0, ENOSYS },
	{ "openat2", "5.6", "a directory is opened, and looked at whether it is another mount's", CALL, SYS_openat2, SYS_openat2, 0, 0, 0, ENOSYS },
	{ "clone3", "5.3", "a child enters its control group by itself", CALL, CLONE3, CLONE3, 0, 0, 0, ENOSYS },
	{ "seccomp", "3.17", "prctl(2) sets the filter", CALL, SYS_seccomp, SYS_seccomp, 0, 0, 0, ENOSYS },
	{ "seccomp-actions", "4.14", "SystemCallLog= logs nothing", VALUES, SYS_seccomp, SYS_seccomp, 0, SECCOMP_GET_ACTION_AVAIL, SECCOMP_GET_ACTION_AVAIL, EINVAL },
	{ "seccomp-log", "4.14", "what a filter refuses is not logged", BITS, SYS_seccomp, SYS_seccomp, 1, SECCOMP_FILTER_FLAG_LOG, 0, EINVAL },
	{ "bpf", "4.15", "devices and addresses are not restricted in control groups of version 2: a feature that is missing", CALL, SYS_bpf, SYS_bpf, 0, 0, 0, ENOSYS },
	{ "landlock", "5.13", "a feature that is missing", CALL, LANDLOCK, LANDLOCK_LAST, 0, 0, 0, ENOSYS },
	{ "ofd-locks", "3.15", "flock(2)", VALUES, SYS_fcntl, SYS_fcntl, 1, F_OFD_GETLK, F_OFD_SETLKW, EINVAL },
	{ "ambient-capabilities", "4.3", "a feature that is missing", VALUES, SYS_prctl, SYS_prctl, 0, PR_CAP_AMBIENT, PR_CAP_AMBIENT, EINVAL },
	{ "cgroup-namespace", "4.6", "a feature that is missing", BITS, SYS_unshare, SYS_unshare, 0, CLONE_NEWCGROUP, 0, EINVAL },
	{ "others", "3.11", "nothing: no command makes these calls (memfd_create, execveat, renameat2, mount_setattr and its kin, io_uring, ...), and C libraries that do so have other ways",
	  OTHERS, 0, 0, 0, 0, 0, ENOSYS },
};
enum { ROWS = sizeof rows / sizeof *rows };

struct code {
	struct sock_filter v[MOST];
	unsigned short n;
};

static void
put(struct code *c, const struct sock_filter *v, size_t n)
{
	memcpy(c->v + c->n, v, n * sizeof *v);
	c->n = (unsigned short)(c->n + n);
}
#define PUT(c, ...) do { \
	const struct sock_filter v_[] = { __VA_ARGS__ }; \
	put(c, v_, sizeof v_ / sizeof *v_); \
} while (0)

static void
put_row(struct code *c, const struct row *r, int mode)
{
	const unsigned error = mode == 'k' ? KILL : mode == 'e' && r->error == ENOSYS ? EPERM : r->error;
	const unsigned at = offsetof(struct seccomp_data, args) + r->arg * sizeof(__u64);

	if (r->how == CALL)
		PUT(c, IF(BPF_JGE, r->nr, 0, 2), IF(BPF_JGT, r->nr_last, 1, 0), FAIL(error));
	else if (r->how == VALUES)
		PUT(c, IF(BPF_JEQ, r->nr, 0, 5), BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at), IF(BPF_JGE, r->first, 0, 2), IF(BPF_JGT, r->last, 1, 0),
		    FAIL(error), LOAD(nr));
	else if (r->how == BITS)
		PUT(c, IF(BPF_JEQ, r->nr, 0, 4), BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at), IF(BPF_JSET, r->first, 0, 1), FAIL(error), LOAD(nr));
	else {
		for (int i = 0; i < ROWS; i++)
			if (rows[i].nr > NEWEST)
				PUT(c, IF(BPF_JGE, rows[i].nr, 0, 2), IF(BPF_JGT, rows[i].nr_last, 1, 0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
		PUT(c, IF(BPF_JGT, NEWEST, 0, 1), FAIL(ENOSYS));
	}
}

static int
list(void)
{
	for (int i = 0; i < ROWS; i++)
		printf("%s\t%s\t%s\n", rows[i].name, rows[i].since, rows[i].instead);
	return fflush(stdout) == 0 ? 0 : 125;
}

int
main(int argc, char *argv[])
{
	static struct code code;
	struct sock_fprog program = { 0, code.v };
	const char *only = NULL;
	bool known = false;
	int o, mode = 0;

	while ((o = getopt(argc, argv, "+eklo:")) != -1)
		if (o == 'l')
			return list();
		else if (o == 'e' || o == 'k')
			mode = o;
		else if (o == 'o')
			only = optarg;
		else
			return 125;
	PUT(&code, LOAD(nr));
	for (int i = 0; i < ROWS; i++)
		if (!only || strcmp(only, rows[i].name) == 0) {
			put_row(&code, &rows[i], mode);
			known = true;
		}
	PUT(&code, BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	program.len = code.n;
	errno = EINVAL;
	if (!known || optind == argc || (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0))) {
		perror("oldkernel");
		return 125;
	}
	execvp(argv[optind], argv + optind);
	perror(argv[optind]);
	return 127;
}
