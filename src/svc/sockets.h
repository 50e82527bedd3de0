#ifndef SVC_SOCKETS_H
#define SVC_SOCKETS_H
#include <stdbool.h>

#include "base/buf.h"
#include "svc/context.h"
#include "svc/restart.h"
#include "svc/service.h"
#include "svc/sockunit.h"
/*
 * The sockets of a service that its keeper opens, holds and passes to it: those of its socket units, as systemd.socket(5) has them.  They are read
 * before the keeper is made, and opened in it; they stay open for as long as it lives, whatever becomes of the service, and who restarts the
 * service takes them over from the old keeper.
 */
enum { SOCKETS_MAX = 64, SOCKETS_FIRST = 3 };

/* One socket unit. */
struct sockets_unit {
	struct sockunit u;
	uid_t uid;		/* of its files; -1: as we are */
	gid_t gid;
	struct restart_count triggers;
	struct service *own;	/* owned; its commands, or NULL: it has none */
	struct context *ctx;	/* owned; what they run with */
};

struct sockets {
	struct sockets_unit *v;
	size_t n, cap;
	size_t n_fds;		/* of all units */
	bool accept;		/* Accept=yes: a service for each connection */
	bool demand;		/* the service is started for who connects */
	bool has_files;		/* some of them are in the file system */
	char *names;		/* "LISTEN_FDNAMES=..." */
	char count[24];		/* "LISTEN_FDS=..." */
	struct vec remarks;	/* what could not be had when they were opened, and is done without */
	int held[SOCKETS_MAX];	/* of the keeper before this one; taken over */
	size_t n_held;
};

/*
 * Find and read those of a service: script is its native script, which keeps them, or its unit file, which has them beside it.  NULL, or what is wrong,
 * for "unable to start NAME: ..."; the caller frees it.  To be freed by sockets_free() either way.  A socket whose conditions do not hold is none.
 */
char *sockets_read(struct sockets *, const struct service *, const char *script, const char *root);
void sockets_free(struct sockets *);
/* Append one "socket: ADDRESS (UNIT)" for each, to be printed by `explain`. */
void sockets_explain(const struct sockets *, struct buf *out);

/*
 * Open them all.  NULL; or why not, which the caller frees: then none is open, and no file is left that was not there before.  None of the descriptors
 * is below SOCKETS_FIRST + SOCKETS_MAX.
 */
char *sockets_open(struct sockets *);
/* Close them, and remove their files where RemoveOnStop= says so; stays: somebody takes them over, the files stay. */
void sockets_close(struct sockets *, bool stays);
/* Their descriptors in the order in which they are passed, to fds[SOCKETS_MAX].  How many they are. */
size_t sockets_list(const struct sockets *, int *fds);
/* Let all who connected and were not served go, where FlushPending= says so. */
void sockets_flush(struct sockets *);

#endif
