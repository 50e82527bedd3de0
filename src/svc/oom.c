#include "svc/oom.h"

#include <stdlib.h>

#include "os/clock.h"

enum { PAUSE_FIRST = 1000, PAUSE_LAST = 512000 };	/* microseconds from a warning to a look, twice as long each time: a second in all */

void
oom_open(struct oom *o, enum service_oom policy, const struct cglimit *limits, const struct cgroup *own)
{
	char *dir = NULL;
	int version = 2;

	oom_close(o);
	o->policy = policy;
	if (limits->fd[CGCTL_MEMORY] >= 0)
		dir = cgctl_make(CGCTL_MEMORY, limits->name, &version);
	if (dir || (own && own->path))
		(void)!oomwatch_open(&o->watch, dir ? dir : own->path, version);
	free(dir);
}

uint64_t
oom_look(struct oom *o)
{
	bool before = o->watch.soon;
	uint64_t more = oomwatch_look(&o->watch);

	o->killed += more;
	o->total += more;
	o->pause = before ? o->pause * 2 : PAUSE_FIRST;
	o->look_at = o->watch.soon && o->pause <= PAUSE_LAST ? clock_after(o->pause) : CLOCK_FOREVER;
	return more;
}

bool
oom_ends(const struct oom *o)
{
	return o->killed > 0 && o->policy != SERVICE_OOM_CONTINUE;
}

void
oom_close(struct oom *o)
{
	oomwatch_close(&o->watch);
	o->killed = 0;
	o->look_at = CLOCK_FOREVER;
}
