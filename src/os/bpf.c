#include "os/bpf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

void
bpf_emit(struct bpf_program *p, int code, unsigned dst, unsigned src, long off, long imm)
{
	p->v = mem_grow(p->v, &p->cap, p->n + 1, sizeof *p->v);
	p->v[p->n++] = (struct bpf_insn){
		.code = (uint8_t)code, .dst_reg = dst & 15, .src_reg = src & 15, .off = (int16_t)off, .imm = (int32_t)imm,
	};
}

static int
call(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof *attr);
}

static int
load(const struct bpf_program *p, int type, int attach_type)
{
	static const char license[] = "GPL";
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.prog_type = (uint32_t)type;
	a.expected_attach_type = (uint32_t)attach_type;
	a.insn_cnt = (uint32_t)p->n;
	a.insns = (uint64_t)(uintptr_t)p->v;
	a.license = (uint64_t)(uintptr_t)license;
	return call(BPF_PROG_LOAD, &a);
}

static int
attach(int dir, int program, int attach_type)
{
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.target_fd = (uint32_t)dir;
	a.attach_bpf_fd = (uint32_t)program;
	a.attach_type = (uint32_t)attach_type;
	/* without flags: alone in its group */
	return call(BPF_PROG_ATTACH, &a);
}

int
bpf_attach(const struct bpf_program *p, const char *dir, int type, int attach_type)
{
	int group = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1, r = -1, saved;

	if (group >= 0)
		fd = load(p, type, attach_type);
	if (fd >= 0)
		r = attach(group, fd, attach_type);
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (group >= 0)
		close(group);
	errno = saved;
	return r;
}

void
bpf_free(struct bpf_program *p)
{
	free(p->v);
	*p = (struct bpf_program){ NULL, 0, 0 };
}

bool
bpf_known(void)
{
	union bpf_attr none;

	memset(&none, 0, sizeof none);
	return call(BPF_PROG_LOAD, &none) >= 0 || (errno != ENOSYS && errno != EPERM);
}
