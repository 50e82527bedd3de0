#ifndef SVC_ADDRESSES_H
#define SVC_ADDRESSES_H
#include "os/netcg.h"
#include "svc/confine.h"
/* IPAddressAllow= and IPAddressDeny= of systemd.resource-control(5). */

/* What one word means: an address, one with a prefix length, any, localhost, link-local or multicast.  How many rules (2 at most), or 0 for none of these. */
size_t addresses_parse(const char *word, bool allow, struct netcg_rule out[2]);
/* The rules of both lists, what is allowed first.  The caller frees the array. */
struct netcg_rule *addresses_rules(const struct confine *, size_t *n);

#endif
