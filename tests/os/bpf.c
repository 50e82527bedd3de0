#include "os/bpf.h"

#include <errno.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
instructions_are_as_said(void **state)
{
	struct bpf_program p = { NULL, 0, 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		bpf_emit(&p, BPF_ALU64 | BPF_MOV | BPF_K, 1, 2, -3, -1 - i);
	assert_int_equal(p.n, 100);
	assert_true(p.v[99].dst_reg == 1 && p.v[99].src_reg == 2 && p.v[99].off == -3 && p.v[99].imm == -100);
	bpf_free(&p);
	assert_null(p.v);
}

static void
the_kernel_takes_what_is_right(void **state)
{
	static const char group[] = "/sys/fs/cgroup/bpf-test";
	struct bpf_program p = { NULL, 0, 0 };

	(void)state;
	if (!live_in_throwaway() || access("/sys/fs/cgroup/cgroup.procs", W_OK) != 0)
		skip();
	assert_true(bpf_known());
	assert_int_equal(mkdir(group, 0755), 0);
	bpf_emit(&p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	assert_int_equal(bpf_attach(&p, group, BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE), -1);
	bpf_emit(&p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	assert_int_equal(bpf_attach(&p, group, BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE), 0);
	assert_int_equal(bpf_attach(&p, "/no/such/group", BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE), -1);
	assert_int_equal(errno, ENOENT);
	bpf_free(&p);
	assert_int_equal(rmdir(group), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(instructions_are_as_said), T(the_kernel_takes_what_is_right) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
