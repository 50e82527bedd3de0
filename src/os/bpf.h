#ifndef OS_BPF_H
#define OS_BPF_H
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
/* Programs of the bpf(2) kind for control groups, written instruction by instruction. */
struct bpf_program {
	struct bpf_insn *v;	/* owned */
	size_t n, cap;
};

/* Append an instruction: code, destination and source register, offset, immediate value. */
void bpf_emit(struct bpf_program *, int code, unsigned dst, unsigned src, long off, long imm);
/*
 * Load it as that type and attach it to the control group (version 2) of directory `dir` as that kind, in the place of the one before it.  0, or -1
 * with errno.
 */
int bpf_attach(const struct bpf_program *, const char *dir, int type, int attach_type);
void bpf_free(struct bpf_program *);
/* Does the kernel have bpf(2), and may we call it? */
bool bpf_known(void);

#endif
