#ifndef SVC_DEVICES_H
#define SVC_DEVICES_H
#include "os/devcg.h"
#include "svc/confine.h"
/* DevicePolicy= and DeviceAllow= of systemd.resource-control(5), and what other settings mean for devices. */

/* Are devices restricted?  Asked for by one of these two, or by another setting only. */
enum devices_want { DEVICES_ALL, DEVICES_IMPLIED, DEVICES_ASKED };
enum devices_want devices_wanted(const struct confine *);
/* The devices that may be used; those that are not there are none.  The caller frees the array. */
struct devcg_rule *devices_rules(const struct confine *, size_t *n);
/* Is that a device as DeviceAllow= has it: below /dev, char-NAME or block-NAME? */
int devices_is_name(const char *);
/* "rwm" as DEVCG_ bits, or 0. */
unsigned devices_access(const char *);

#endif
