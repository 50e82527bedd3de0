#ifndef HARNESS_RUNNING_H
#define HARNESS_RUNNING_H
/* For unit tests of what the keeper does: a runner for the service of harness/scene.h, in a child of the test. */
#include "harness/scene.h"
#include "svc/runner.h"

/* A runner for the scene as it is now */
static inline void
running_begin(struct scene *s, struct runner *r)
{
	scene_ready(s);
	REQUIRE(runner_init(r, &s->svc, &s->ctx, s->root, (struct cgroup)CGROUP_INIT, false) == 0);
}

static inline void
running_end(struct scene *s, struct runner *r)
{
	group_signal(&r->group, SIGKILL, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	runner_free(r);
	scene_free(s);
}

#endif
