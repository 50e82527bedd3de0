#ifndef SVC_EMERGENCY_H
#define SVC_EMERGENCY_H
#include "svc/service.h"
/*
 * FailureAction=, SuccessAction=, StartLimitAction= of systemd.unit(5): the end of a service is that of the system.  Orderly by the init that there is:
 * busybox's by a signal, any other by its shutdown(8), or by reboot(8) and kin.  -force ends all processes first, -immediate nothing.  Where process 1 is
 * no init, as in a container of one program, and in a chroot nothing is done at all.
 */
extern const char *const emergency_words[];	/* by enum service_action, ends with NULL */

/* Why it cannot be done here, which the caller frees; NULL: it can. */
char *emergency_refused(enum service_action);
/* Do it.  0 when the init has been told; -1 with errno. */
int emergency_act(enum service_action);

#endif
