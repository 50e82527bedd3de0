#include "os/netcg.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "os/bpf.h"

enum { ROOM = -16, RULES_MAX = 1024 };	/* ROOM: on the stack, the packet's address */

static void
answer(struct bpf_program *p, bool allow)
{
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, allow);
	bpf_emit(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

/* word i of the address and of the mask, as they lie in memory */
static void
word_of(const struct netcg_rule *r, unsigned i, uint32_t *value, uint32_t *mask)
{
	unsigned char bytes[4], some[4];

	for (unsigned k = 0; k < 4; k++) {
		unsigned before = 8 * (4 * i + k), left = r->bits > before ? r->bits - before : 0;

		some[k] = (unsigned char)(left >= 8 ? 0xff : 0xff << (8 - left));
		bytes[k] = r->address[4 * i + k] & some[k];
	}
	memcpy(value, bytes, 4);
	memcpy(mask, some, 4);
}

/* on to the next rule when a word differs */
static void
emit_rule(struct bpf_program *p, const struct netcg_rule *r)
{
	unsigned words = (r->bits + 31) / 32;

	for (unsigned i = 0; i < words; i++) {
		uint32_t value, mask;

		word_of(r, i, &value, &mask);
		bpf_emit(p, BPF_LDX | BPF_MEM | BPF_W, 0, 10, ROOM + 4 * (int)i, 0);
		bpf_emit(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0, (int32_t)mask);
		bpf_emit(p, BPF_ALU | BPF_MOV | BPF_K, 1, 0, 0, (int32_t)value);
		bpf_emit(p, BPF_JMP | BPF_JNE | BPF_X, 0, 1, 4 * (long)(words - i - 1) + 2, 0);
	}
	answer(p, r->allow);
}

/* fetch the address at that place of the packet; what has none is refused */
static void
emit_fetch(struct bpf_program *p, int at, int size)
{
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, at);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_X, 3, 10, 0, 0);
	bpf_emit(p, BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, ROOM);
	bpf_emit(p, BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, size);
	bpf_emit(p, BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes);
	bpf_emit(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0);
	answer(p, false);
}

/* packets of that family whose address is at that place; the others go on behind it */
static void
emit_family(struct bpf_program *p, const struct netcg_rule *rules, size_t n, bool v6, int at)
{
	size_t jump = p->n;
	bool all = false;

	bpf_emit(p, BPF_JMP | BPF_JNE | BPF_K, 7, 0, 0, htons(v6 ? ETH_P_IPV6 : ETH_P_IP));
	emit_fetch(p, at, v6 ? 16 : 4);
	/* behind what fits all nothing may follow: the kernel takes no program with a part that nothing leads to */
	for (size_t i = 0; i < n && !all; i++)
		if (rules[i].v6 == v6) {
			emit_rule(p, &rules[i]);
			all = rules[i].bits == 0;
		}
	if (!all)
		answer(p, true);
	p->v[jump].off = (int16_t)(p->n - jump - 1);
}

static int
set(const char *dir, const struct netcg_rule *rules, size_t n, bool egress)
{
	struct bpf_program p = { NULL, 0, 0 };
	int r;

	bpf_emit(&p, BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0);
	bpf_emit(&p, BPF_LDX | BPF_MEM | BPF_W, 7, 1, offsetof(struct __sk_buff, protocol), 0);
	emit_family(&p, rules, n, false, egress ? 16 : 12);
	emit_family(&p, rules, n, true, egress ? 24 : 8);
	answer(&p, true);
	r = bpf_attach(&p, dir, BPF_PROG_TYPE_CGROUP_SKB, egress ? BPF_CGROUP_INET_EGRESS : BPF_CGROUP_INET_INGRESS);
	bpf_free(&p);
	return r;
}

int
netcg_set(const char *dir, const struct netcg_rule *rules, size_t n)
{
	/* so far reach the jumps */
	if (n > RULES_MAX) {
		errno = E2BIG;
		return -1;
	}
	return set(dir, rules, n, false) == 0 ? set(dir, rules, n, true) : -1;
}
