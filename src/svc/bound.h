#ifndef SVC_BOUND_H
#define SVC_BOUND_H
#include <stdbool.h>

#include "svc/service.h"
/*
 * The devices that a service is bound to, systemd.device(5): "dev-x.device" is /dev/x, "sys-subsystem-net-devices-x.device" the network interface
 * x, "sys-..." a path of sysfs.  Heard of by inotify(7) and from the kernel, not looked for again and again.
 */
struct bound {
	int fd;			/* readable when bound_lost() is to be asked; -1: it is bound to none */
	int events, kernel;	/* inotify(7), os/uevent.h; -1: not needed */
	struct vec units, paths, real;	/* one of each for a device; real: without links */
};
#define BOUND_INIT { -1, -1, -1, VEC_INIT, VEC_INIT, VEC_INIT }

/* The path of a device unit: the one that is there, else where it would be; NULL for a unit of another kind.  The caller frees it. */
char *bound_path(const char *unit);
/*
 * Of those in BindsTo=, Requires= and Requisite=, one that is not there: "dev-x.device, that is /dev/x, is not there", which the caller frees.  NULL: all are.
 */
char *bound_missing(const struct service *);
/* Look out for the devices in BindsTo=.  0, or -1 with errno; ENODEV: one is not there. */
int bound_open(struct bound *, const struct service *);
/* The unit of a device that is gone; NULL: all are there.  Needs no memory. */
const char *bound_lost(struct bound *);
void bound_close(struct bound *);

#endif
