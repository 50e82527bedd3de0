#ifndef OS_RLIMIT_H
#define OS_RLIMIT_H
#include <sys/resource.h>

/* Resource limits, getrlimit(2).  Names are those behind Limit in systemd.exec(5): "NOFILE", "CORE", ... */

/* RLIMIT_ number of a name, any case; -1 if there is none. */
int rlimit_number(const char *name);
const char *rlimit_name(int number);
/* Set it.  0, or -1 with errno.  Async-signal-safe. */
int rlimit_set(int number, const struct rlimit *want);
/* Set it, or as near as we may: a hard limit above ours is cut down to ours.  0, or -1 with errno.  Async-signal-safe. */
int rlimit_set_nearest(int number, const struct rlimit *want);
/* The limits that process 1 has: what a service inherits at boot.  0, or -1 with errno (then *out holds our own). */
int rlimit_of_init(int number, struct rlimit *out);

/* The limits that we have ourselves.  0, or -1 with errno. */
int rlimit_get(int number, struct rlimit *out);

#endif
