#include "os/devcg.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/fd.h"

/* --- version 1 --- */

static int
put(const char *dir, const char *file, const char *text)
{
	char *path = mem_fmt("%s/%s", dir, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC), r = -1, saved;

	if (fd >= 0) {
		r = fd_write_all(fd, text, strlen(text));
		saved = errno;
		close(fd);
		errno = saved;
	}
	free(path);
	return r;
}

static char *
number(long n)
{
	return n < 0 ? mem_str("*") : mem_fmt("%ld", n);
}

static int
allow_one(const char *dir, const struct devcg_rule *rule)
{
	char *major = number(rule->major), *minor = number(rule->minor);
	char *line = mem_fmt("%c %s:%s %s%s%s", rule->type, major, minor, rule->access & DEVCG_READ ? "r" : "",
	    rule->access & DEVCG_WRITE ? "w" : "", rule->access & DEVCG_MKNOD ? "m" : "");
	int r = put(dir, "devices.allow", line);

	free(major);
	free(minor);
	free(line);
	return r;
}

static int
set_by_files(const char *dir, const struct devcg_rule *rules, size_t n)
{
	int r = put(dir, "devices.deny", "a");

	for (size_t i = 0; r == 0 && i < n; i++)
		r = allow_one(dir, &rules[i]);
	return r;
}

/* --- version 2 --- */

enum { PER_RULE = 7, AROUND = 8 };

struct program {
	struct bpf_insn *v;
	size_t n;
};

static void
emit(struct program *p, uint8_t code, unsigned dst, unsigned src, int off, int32_t imm)
{
	p->v[p->n++] = (struct bpf_insn){ .code = code, .dst_reg = dst & 15, .src_reg = src & 15, .off = (int16_t)off, .imm = imm };
}

/* 2: type, 3: access, 4: major, 5: minor; 1 is free once they are loaded.  Each rule that does not fit jumps to the next. */
static void
emit_rule(struct program *p, const struct devcg_rule *r)
{
	size_t next = p->n + 5 + (r->major >= 0) + (r->minor >= 0);

	emit(p, BPF_JMP | BPF_JNE | BPF_K, 2, 0, (int)(next - p->n - 1), r->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 1, 3, 0, 0);
	/* what is asked for and not allowed */
	emit(p, BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, (int32_t)(~r->access & DEVCG_ALL));
	emit(p, BPF_JMP | BPF_JNE | BPF_K, 1, 0, (int)(next - p->n - 1), 0);
	if (r->major >= 0)
		emit(p, BPF_JMP | BPF_JNE | BPF_K, 4, 0, (int)(next - p->n - 1), (int32_t)r->major);
	if (r->minor >= 0)
		emit(p, BPF_JMP | BPF_JNE | BPF_K, 5, 0, (int)(next - p->n - 1), (int32_t)r->minor);
	emit(p, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

static void
write_program(struct program *p, const struct devcg_rule *rules, size_t n)
{
	size_t first;

	emit(p, BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct bpf_cgroup_dev_ctx, access_type), 0);
	emit(p, BPF_LDX | BPF_MEM | BPF_W, 4, 1, offsetof(struct bpf_cgroup_dev_ctx, major), 0);
	emit(p, BPF_LDX | BPF_MEM | BPF_W, 5, 1, offsetof(struct bpf_cgroup_dev_ctx, minor), 0);
	emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
	emit(p, BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	emit(p, BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
	first = p->n;
	for (size_t i = 0; i < n; i++)
		emit_rule(p, &rules[i]);
	/* the end of a rule that fits is a jump to the answer yes */
	for (size_t i = first; i < p->n; i++)
		if (p->v[i].code == (BPF_JMP | BPF_JA))
			p->v[i].off = (int16_t)(p->n + 2 - i - 1);
	emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	/* the kernel takes no program with an end that nothing leads to */
	if (!n)
		return;
	emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof *attr);
}

static int
load(const struct program *p)
{
	static const char license[] = "GPL";
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
	a.insn_cnt = (uint32_t)p->n;
	a.insns = (uint64_t)(uintptr_t)p->v;
	a.license = (uint64_t)(uintptr_t)license;
	return bpf(BPF_PROG_LOAD, &a);
}

static int
attach(int dir, int program)
{
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.target_fd = (uint32_t)dir;
	a.attach_bpf_fd = (uint32_t)program;
	a.attach_type = BPF_CGROUP_DEVICE;
	/* without flags: alone in its group, in the place of the one before it */
	return bpf(BPF_PROG_ATTACH, &a);
}

static int
set_by_program(const char *dir, const struct devcg_rule *rules, size_t n)
{
	struct program p = { mem_alloc((n * PER_RULE + AROUND + 4) * sizeof *p.v), 0 };
	int group = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = -1, r = -1, saved;

	write_program(&p, rules, n);
	if (group >= 0)
		fd = load(&p);
	if (fd >= 0)
		r = attach(group, fd);
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (group >= 0)
		close(group);
	free(p.v);
	errno = saved;
	return r;
}

int
devcg_set(const char *dir, int version, const struct devcg_rule *rules, size_t n)
{
	return version == 1 ? set_by_files(dir, rules, n) : set_by_program(dir, rules, n);
}
