#ifndef BOOT_VERIFY_H
#define BOOT_VERIFY_H
#include "boot/install.h"
/* What is wrong with the links of a tree, as they are. */
enum verify_kind {
	VERIFY_DANGLING,	/* there is no such script */
	VERIFY_FOREIGN,		/* it leads elsewhere than to the script of its name, or is no link */
	VERIFY_DUPLICATE,	/* two of one kind in one level */
	VERIFY_BOTH,		/* start and stop in one level */
	VERIFY_NOT_EXECUTABLE,
	VERIFY_ORDER,		/* it comes before what it has to come after */
	VERIFY_LOOP,		/* scripts that depend on one another */
	VERIFY_UNPROVIDED	/* what it requires is not started, or nobody provides it */
};

struct verify_finding {
	enum verify_kind kind;
	int level;	/* -1: all or none */
	int script;	/* index; -1: none in particular */
	char *text;	/* owned */
};

struct verify {
	struct verify_finding *v;	/* owned */
	size_t n, cap;
};

/* Look at a tree that was opened by install_open() and not changed since.  0, or -1 with errno when a directory cannot be read. */
int verify_tree(struct verify *, struct install *);
/* "dangling", "order" and so on. */
const char *verify_word(enum verify_kind);
void verify_free(struct verify *);

#endif
