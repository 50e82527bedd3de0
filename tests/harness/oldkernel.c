/*
 * oldkernel COMMAND [ARG...]: run it as on Linux 3.10.  System calls that came later fail with ENOSYS (pidfds, close_range, openat2, statx, getrandom,
 * memfd_create, mount_setattr, execveat, renameat2, seccomp(2), clone3, Landlock ...), and of older ones what came later fails with EINVAL: locks that
 * belong to an open file, ambient capabilities, cgroup namespaces.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define IF(test, value, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, value, yes, no)
#define FAIL(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (code))
#define FAIL_BETWEEN(call, arg, first, last) \
	IF(BPF_JEQ, call, 0, 4), LOAD(arg), IF(BPF_JGE, first, 0, 2), IF(BPF_JGT, last, 1, 0), FAIL(EINVAL), LOAD(nr)
#define FAIL_WITH(call, arg, bit) \
	IF(BPF_JEQ, call, 0, 3), LOAD(arg), IF(BPF_JSET, bit, 0, 1), FAIL(EINVAL), LOAD(nr)

int
main(int argc, char *argv[])
{
	struct sock_filter code[] = {
		LOAD(nr),
		/* of Linux 3.8, and the newest that 3.10 has */
		IF(BPF_JGT, SYS_finit_module, 0, 1), FAIL(ENOSYS),
		FAIL_BETWEEN(SYS_fcntl, args[1], F_OFD_GETLK, F_OFD_SETLKW),
		FAIL_BETWEEN(SYS_prctl, args[0], PR_CAP_AMBIENT, PR_CAP_AMBIENT),
		FAIL_WITH(SYS_unshare, args[0], CLONE_NEWCGROUP),
		FAIL_WITH(SYS_clone, args[0], CLONE_NEWCGROUP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof *code, code };

	if (argc < 2 || (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0 &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0))) {
		perror("oldkernel");
		return 125;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
