#ifndef SVC_FILTER_H
#define SVC_FILTER_H
#include "os/seccomp.h"
#include "svc/confine.h"

/*
 * All that a service's restrictions say about system calls, as one policy: SystemCallFilter= and SystemCallLog=, SystemCallArchitectures=,
 * RestrictAddressFamilies=, RestrictNamespaces=, RestrictRealtime=, RestrictSUIDSGID=, LockPersonality=, MemoryDenyWriteExecute=, and the parts
 * of PrivateDevices= and Protect...= that need it.  Where two of them have something to say, the stricter one counts.
 */
void filter_policy(const struct confine *, struct seccomp_policy *out);

#endif
