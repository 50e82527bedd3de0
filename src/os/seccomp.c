#include "os/seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sort.h"

enum { PROGRAM_MAX = 4096, X32_BIT = 0x40000000 };

/* the kernel takes the smallest of them as signed numbers: killing is negative */
bool
seccomp_stricter(uint32_t a, uint32_t b)
{
	const uint32_t sign = UINT32_C(0x80000000);

	return (a ^ sign) < (b ^ sign);
}

void
seccomp_policy_init(struct seccomp_policy *p)
{
	*p = (struct seccomp_policy){ .unknown = SECCOMP_ALLOW, .foreign = SECCOMP_ALLOW };
	for (int i = 0; i < SYSCALLS_COUNT; i++)
		p->action[i] = SECCOMP_ALLOW;
}

void
seccomp_policy_free(struct seccomp_policy *p)
{
	free(p->checks);
	p->checks = NULL;
	p->n_checks = p->cap_checks = 0;
}

void
seccomp_check(struct seccomp_policy *p, const struct seccomp_check *c)
{
	p->checks = mem_grow(p->checks, &p->cap_checks, p->n_checks + 1, sizeof *p->checks);
	p->checks[p->n_checks++] = *c;
}

/*
 * The program is written from its end to its start: a jump goes forward only, and so its target is there before it is.  A position is
 * counted from the end.
 */
struct writer {
	struct seccomp_insn *end;	/* one behind the last */
	size_t n;
	bool full;
};

static size_t
put(struct writer *w, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	if (w->n == PROGRAM_MAX) {
		w->full = true;
		return w->n;
	}
	w->n++;
	w->end[-(ptrdiff_t)w->n] = (struct seccomp_insn){ code, jt, jf, k };
	return w->n;
}

static size_t
ret(struct writer *w, uint32_t action)
{
	return put(w, BPF_RET | BPF_K, action, 0, 0);
}

/* how many instructions lie between what is put next and a position */
static uint32_t
distance(const struct writer *w, size_t to)
{
	return (uint32_t)(w->n - to);
}

/* if (A op k) goto yes; else what was put last */
static void
jump(struct writer *w, uint16_t op, uint32_t k, size_t yes)
{
	uint32_t far = distance(w, yes);

	if (far <= 255) {
		put(w, BPF_JMP | op | BPF_K, k, (uint8_t)far, 0);
		return;
	}
	put(w, BPF_JMP | BPF_JA, far, 0, 0);
	put(w, BPF_JMP | op | BPF_K, k, 0, 1);
}

/* where in an argument's 64 bits the low 32 are */
static uint32_t
low_half(void)
{
	const uint16_t one = 1;

	return *(const uint8_t *)&one ? 0 : 4;
}

/* go on with what was put last when the test holds, else to `no` */
static void
put_test(struct writer *w, const struct seccomp_test *t, size_t no)
{
	size_t yes = w->n;
	uint32_t miss;

	if (t->op == SECCOMP_ANY)
		return;
	miss = distance(w, no);
	switch (t->op) {
	case SECCOMP_EQ:
		put(w, BPF_JMP | BPF_JEQ | BPF_K, t->value, (uint8_t)distance(w, yes), (uint8_t)miss);
		break;
	case SECCOMP_NE:
		put(w, BPF_JMP | BPF_JEQ | BPF_K, t->value, (uint8_t)miss, (uint8_t)distance(w, yes));
		break;
	default:
		put(w, BPF_JMP | BPF_JGT | BPF_K, t->value, (uint8_t)distance(w, yes), (uint8_t)miss);
	}
	if (t->mask != UINT32_MAX)
		put(w, BPF_ALU | BPF_AND | BPF_K, t->mask, 0, 0);
	put(w, BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offsetof(struct seccomp_data, args) + 8 * t->arg) + low_half(), 0, 0);
}

/* the number decides; several architectures' tables in one, sorted */
struct entry {
	uint32_t number;
	int call;		/* -1: a number without a name */
	enum syscalls_arch arch;
	uint32_t action;
	bool checked;		/* there are checks for it */
};

struct table {
	struct entry *v;
	size_t n;
	const struct seccomp_policy *p;
};

/* does the check say anything about that call there? */
static bool
counts(const struct seccomp_check *c, int call, enum syscalls_arch arch, uint32_t otherwise)
{
	return c->call == call && (!c->arches || c->arches >> arch & 1) && seccomp_stricter(c->action, otherwise);
}

static size_t
put_leaf(struct writer *w, const struct table *t, const struct entry *e)
{
	size_t next = ret(w, e->action);

	/* from the last to the first: each falls through to the one behind it */
	for (size_t i = e->checked ? t->p->n_checks : 0; i-- > 0;) {
		const struct seccomp_check *c = &t->p->checks[i];

		if (!counts(c, e->call, e->arch, e->action))
			continue;
		ret(w, c->action);
		put_test(w, &c->test[1], next);
		put_test(w, &c->test[0], next);
		next = w->n;
	}
	return next;
}

static void
put_tree(struct writer *w, const struct table *t, size_t from, size_t to)
{
	size_t mid = from + (to - from) / 2, right;

	if (to - from == 1) {
		put_leaf(w, t, &t->v[from]);
		return;
	}
	put_tree(w, t, mid, to);
	right = w->n;
	put_tree(w, t, from, mid);
	jump(w, BPF_JGE, t->v[mid].number, right);
}

static bool
is_checked(const struct seccomp_policy *p, int call, enum syscalls_arch arch)
{
	for (size_t i = 0; i < p->n_checks; i++)
		if (counts(&p->checks[i], call, arch, p->action[call]))
			return true;
	return false;
}

static int
by_number(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static void
add_entry(struct table *t, uint32_t number, int call, enum syscalls_arch arch)
{
	t->v[t->n++] = (struct entry){ number, call, arch, t->p->action[call], is_checked(t->p, call, arch) };
}

static void
add_arch(struct table *t, enum syscalls_arch arch)
{
	size_t first = t->n;

	for (int i = 0; i < SYSCALLS_COUNT; i++) {
		int64_t n = syscalls_number(i, arch);

		if (n >= 0)
			add_entry(t, (uint32_t)n, i, arch);
	}
	sort_items(t->v + first, t->n - first, sizeof *t->v, by_number);
}

/* make ranges of single numbers: gaps get the fate of what has no name, equal neighbours become one */
static void
make_ranges(struct table *t)
{
	struct entry *in = t->v, *out = mem_alloc((2 * t->n + 2) * sizeof *out);
	size_t n = 0;
	uint32_t next = 0;

	for (size_t i = 0; i <= t->n; i++) {
		bool end = i == t->n;

		if (end || in[i].number > next)
			out[n++] = (struct entry){ next, -1, SYSCALLS_ARCHES, t->p->unknown, false };
		if (end)
			break;
		/* x32 lists some calls of x86-64 twice, as plain numbers */
		if (in[i].number < next)
			continue;
		out[n++] = in[i];
		next = in[i].number + 1;
	}
	t->v = out;
	t->n = 0;
	for (size_t i = 0; i < n; i++)
		if (t->n == 0 || out[i].checked || out[t->n - 1].checked || out[i].action != out[t->n - 1].action)
			out[t->n++] = out[i];
	free(in);
}

/* what a filter of these architectures says about one AUDIT_ARCH_ value */
static void
put_audit(struct writer *w, const struct seccomp_policy *p, uint32_t audit)
{
	struct table t = { mem_alloc((2 * SYSCALLS_COUNT + 4) * sizeof *t.v), 0, p };
	bool x32 = audit == AUDIT_ARCH_X86_64 && !(p->arches & 1U << SYSCALLS_X32);

	for (int a = 0; a < SYSCALLS_ARCHES; a++)
		if (p->arches & 1U << a && syscalls_audit((enum syscalls_arch)a) == audit)
			add_arch(&t, (enum syscalls_arch)a);
	make_ranges(&t);
	if (x32) {
		/* the last range ends where x32 begins */
		t.v[t.n++] = (struct entry){ X32_BIT, -1, SYSCALLS_ARCHES, p->foreign, false };
	}
	put_tree(w, &t, 0, t.n);
	put(w, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	free(t.v);
}

static void
put_program(struct writer *w, const struct seccomp_policy *p)
{
	ret(w, p->foreign);
	for (int a = SYSCALLS_ARCHES; a-- > 0;) {
		uint32_t audit = syscalls_audit((enum syscalls_arch)a);
		size_t other = w->n, body;

		/* x32 is a part of x86-64 */
		if (!(p->arches & 1U << a) || (a == SYSCALLS_X32 && p->arches & 1U << SYSCALLS_X86_64))
			continue;
		put_audit(w, p, audit);
		body = w->n;
		put(w, BPF_JMP | BPF_JA, distance(w, other), 0, 0);
		put(w, BPF_JMP | BPF_JEQ | BPF_K, audit, (uint8_t)distance(w, body), 0);
	}
	put(w, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
}

int
seccomp_compile(const struct seccomp_policy *p, struct seccomp_program *out)
{
	struct writer w = { NULL, 0, false };
	struct seccomp_insn *room;

	*out = (struct seccomp_program){ NULL, 0 };
	if (syscalls_native() == SYSCALLS_ARCHES) {
		errno = ENOTSUP;
		return -1;
	}
	room = mem_alloc(PROGRAM_MAX * sizeof *room);
	w.end = room + PROGRAM_MAX;
	put_program(&w, p);
	if (!w.full) {
		out->insns = mem_alloc(w.n * sizeof *room);
		out->n = w.n;
		memcpy(out->insns, w.end - w.n, w.n * sizeof *room);
	}
	free(room);
	errno = E2BIG;
	return w.full ? -1 : 0;
}

void
seccomp_free(struct seccomp_program *p)
{
	free(p->insns);
	*p = (struct seccomp_program){ NULL, 0 };
}

static uint32_t
load_word(uint32_t offset, uint32_t audit, uint32_t number, const uint64_t args[6])
{
	size_t first = offsetof(struct seccomp_data, args);

	if (offset == offsetof(struct seccomp_data, nr))
		return number;
	return offset < first ? audit : (uint32_t)args[(offset - first) / 8];
}

uint32_t
seccomp_run(const struct seccomp_program *p, uint32_t audit, uint32_t number, const uint64_t args[6])
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < p->n; pc++) {
		const struct seccomp_insn *i = &p->insns[pc];
		bool yes = false;

		switch (i->code) {
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_LD | BPF_W | BPF_ABS:
			a = load_word(i->k, audit, number, args);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= i->k;
			continue;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= i->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > i->k;
			break;
		}
		pc += yes ? i->jt : i->jf;
	}
	return SECCOMP_KILL;
}

int
seccomp_load(const struct seccomp_program *p, bool log)
{
	struct sock_fprog prog = { (unsigned short)p->n, (struct sock_filter *)(void *)p->insns };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, log ? SECCOMP_FILTER_FLAG_LOG : 0, &prog) == 0)
		return 0;
	/* before Linux 3.17, or under a filter that does not know the call */
	if (errno == ENOSYS || errno == EPERM)
		return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
	return errno == EINVAL && log ? (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) : -1;
}

bool
seccomp_knows(uint32_t action)
{
	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int
seccomp_probe(void)
{
	/* with no program at all a kernel that knows filters says EFAULT */
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) != 0 && errno == EFAULT)
		return 0;
	errno = ENOSYS;
	return -1;
}
