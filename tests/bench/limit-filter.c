/* What filters cost: "pairs" times mmap and munmap as things are, "filters N" under N small filters that look at one argument. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ns for an mmap and munmap under what the process has already */
static int
pairs(void)
{
	double start = now();

	for (int i = 0; i < 300000; i++)
		munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
	printf("%.0f ns\n", (now() - start) / 300000);
	return 0;
}

static int
filters(int n)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 9, 0, 1),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 32), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	while (n-- > 0)
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
			return 1;
	return pairs();
}

int
main(int argc, char *argv[])
{
	if (argc > 1 && strcmp(argv[1], "pairs") == 0)
		return pairs();
	return argc > 2 ? filters(atoi(argv[2])) : 2;
}
