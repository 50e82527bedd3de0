#ifndef OS_CAPS_H
#define OS_CAPS_H
#include <stdbool.h>
#include <stdint.h>
/* Capabilities, capabilities(7), by the system calls themselves. */

/* A bit for each capability number. */
struct caps {
	uint64_t inheritable;	/* to be raised */
	uint64_t ambient;	/* to be raised, inheritable too */
	uint64_t dropped;	/* to leave the bounding set */
	bool exact;		/* nothing inherited stays: the inheritable and ambient sets become these and no more */
};

/* The number of "cap_net_admin" or "NET_ADMIN", any case, or a decimal; -1 with errno EINVAL if there is none. */
int caps_number(const char *name);
/* May this process and its children ever have it (the bounding set)?  1, 0, or -1 with errno. */
int caps_bounding(int cap);
/*
 * cap_iab_from_text(3)'s form: names separated by commas, each with any of these in front: '!' leave the bounding set, '^' ambient,
 * '%' (or nothing) inheritable.  0, or -1 with errno EINVAL.
 */
int caps_parse(const char *text, struct caps *out);
/*
 * Before the user changes: drop from the bounding set, keep the permitted set over the change where something of it is still needed: to be raised,
 * or for caps_lock().  0, or -1 with errno.  Async-signal-safe.
 */
int caps_before_user(const struct caps *, bool lock_later);
/*
 * After it: raise the sets; a user that is not root keeps nothing else, but CAP_SETPCAP where caps_lock() is still to come.
 * 0, or -1 with errno.  Async-signal-safe.
 */
int caps_after_user(const struct caps *, bool lock_later);
/* Set the secure bits (SECBIT_...), and give up what caps_after_user() left for that.  0, or -1 with errno.  Async-signal-safe. */
int caps_lock(const struct caps *, unsigned long securebits);

/* All sets of the calling process. */
struct caps_state {
	uint64_t effective, permitted, inheritable, bounding, ambient;
};
/* 0, or -1 with errno.  Async-signal-safe. */
int caps_read(struct caps_state *);
/* Is it effective for the calling process? */
bool caps_has(int cap);
/* The capabilities that the running kernel knows, a bit for each. */
uint64_t caps_all(void);
/* Does the kernel have ambient capabilities (Linux 4.3)? */
bool caps_has_ambient(void);
/* "chown", or NULL. */
const char *caps_name(int number);

#endif
