#include "os/devcg.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/bpf.h"
#include "os/file.h"

/* --- version 1 --- */

static int
put(const char *dir, const char *file, const char *text)
{
	char *path = mem_fmt("%s/%s", dir, file);
	int r = file_put(AT_FDCWD, path, text);

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

/* 2: type, 3: access, 4: major, 5: minor; 1 is free once they are loaded.  Each rule that does not fit jumps to the next. */
static void
emit_rule(struct bpf_program *p, const struct devcg_rule *r)
{
	size_t next = p->n + 5 + (r->major >= 0) + (r->minor >= 0);

	bpf_emit(p, BPF_JMP | BPF_JNE | BPF_K, 2, 0, (long)(next - p->n - 1), r->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 1, 3, 0, 0);
	/* what is asked for and not allowed */
	bpf_emit(p, BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, (int32_t)(~r->access & DEVCG_ALL));
	bpf_emit(p, BPF_JMP | BPF_JNE | BPF_K, 1, 0, (long)(next - p->n - 1), 0);
	if (r->major >= 0)
		bpf_emit(p, BPF_JMP | BPF_JNE | BPF_K, 4, 0, (long)(next - p->n - 1), (int32_t)r->major);
	if (r->minor >= 0)
		bpf_emit(p, BPF_JMP | BPF_JNE | BPF_K, 5, 0, (long)(next - p->n - 1), (int32_t)r->minor);
	bpf_emit(p, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

static void
write_program(struct bpf_program *p, const struct devcg_rule *rules, size_t n)
{
	size_t first;

	bpf_emit(p, BPF_LDX | BPF_MEM | BPF_W, 2, 1, offsetof(struct bpf_cgroup_dev_ctx, access_type), 0);
	bpf_emit(p, BPF_LDX | BPF_MEM | BPF_W, 4, 1, offsetof(struct bpf_cgroup_dev_ctx, major), 0);
	bpf_emit(p, BPF_LDX | BPF_MEM | BPF_W, 5, 1, offsetof(struct bpf_cgroup_dev_ctx, minor), 0);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0);
	bpf_emit(p, BPF_ALU64 | BPF_AND | BPF_K, 2, 0, 0, 0xffff);
	bpf_emit(p, BPF_ALU64 | BPF_RSH | BPF_K, 3, 0, 0, 16);
	first = p->n;
	for (size_t i = 0; i < n; i++)
		emit_rule(p, &rules[i]);
	/* the end of a rule that fits is a jump to the answer yes */
	for (size_t i = first; i < p->n; i++)
		if (p->v[i].code == (BPF_JMP | BPF_JA))
			p->v[i].off = (int16_t)(p->n + 2 - i - 1);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0);
	bpf_emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	/* the kernel takes no program with an end that nothing leads to */
	if (!n)
		return;
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 1);
	bpf_emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int
set_by_program(const char *dir, const struct devcg_rule *rules, size_t n)
{
	struct bpf_program p = { NULL, 0, 0 };
	int r;

	write_program(&p, rules, n);
	r = bpf_attach(&p, dir, BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE);
	bpf_free(&p);
	return r;
}

int
devcg_set(const char *dir, int version, const struct devcg_rule *rules, size_t n)
{
	return version == 1 ? set_by_files(dir, rules, n) : set_by_program(dir, rules, n);
}
