#ifndef SVC_OOM_H
#define SVC_OOM_H
#include "os/oomwatch.h"
#include "svc/cglimit.h"
#include "svc/service.h"
/*
 * OOMPolicy= (systemd.service(5)): what becomes of a service when the kernel has killed a process of it because memory was short.  To be heard of
 * that, it needs a control group with the controller of memory; which it gets for a limit of memory, or by saying OOMPolicy=stop or kill.
 */
struct oom {
	struct oomwatch watch;
	enum service_oom policy;
	uint64_t killed;	/* how many since oom_open() */
	uint64_t total;		/* and since OOM_INIT */
	uint64_t look_at;	/* os/clock.h: when oom_look() wants to be called at the latest */
	uint64_t pause;
};

#define OOM_INIT { OOMWATCH_INIT, SERVICE_OOM_CONTINUE, 0, 0, UINT64_MAX, 0 }

/* Watch the service's group: that of its limits, which are open, or its own (NULL: none).  Where nothing can be heard, nothing is. */
void oom_open(struct oom *, enum service_oom, const struct cglimit *, const struct cgroup *own);
/* How many more were killed since the last look?  Needs no memory. */
uint64_t oom_look(struct oom *);
/* Is the service to end for it? */
bool oom_ends(const struct oom *);
void oom_close(struct oom *);

#endif
