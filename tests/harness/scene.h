#ifndef HARNESS_SCENE_H
#define HARNESS_SCENE_H
/* For unit tests of what runs services: a service made of shell commands, below a root of its own. */
#include <fcntl.h>

#include "base/mem.h"
#include "harness/live.h"
#include "svc/context.h"
#include "svc/service.h"

struct scene {
	struct service svc;
	struct context ctx;
	char *root;		/* the directory that the test is in */
};

static inline void
scene_service(struct scene *s, enum service_type type)
{
	memset(s, 0, sizeof *s);
	service_init(&s->svc, "unit");
	s->svc.type = type;
	s->svc.type_set = true;
	s->svc.timeout_stop_us = 5000000;
	s->root = getcwd(NULL, 0);
	REQUIRE(s->root);
}

/* One more command of a list; the one that is given back may be changed. */
static inline struct service_command *
scene_command(struct scene *s, enum service_list list, const char *path, const char *arg, const char *script)
{
	struct service_commands *c = &s->svc.cmd[list];
	struct service_command *cmd;

	c->v = mem_grow(c->v, &c->cap, c->n + 1, sizeof *c->v);
	cmd = &c->v[c->n++];
	cmd->path = mem_str(path);
	vec_add(&cmd->argv, path);
	if (arg)
		vec_add(&cmd->argv, arg);
	if (script)
		vec_add(&cmd->argv, script);
	cmd->literal = true;
	return cmd;
}

static inline struct service_command *
scene_sh(struct scene *s, enum service_list list, const char *script)
{
	return scene_command(s, list, "/bin/sh", "-c", script);
}

/* To be called when all commands are there. */
static inline void
scene_ready(struct scene *s)
{
	char *bad = service_finish(&s->svc);
	int code;

	REQUIRE(!bad);
	bad = context_init(&s->ctx, &s->svc, s->root, &code);
	if (bad)
		dprintf(2, "%s\n", bad);
	REQUIRE(!bad);
}

static inline void
scene_free(struct scene *s)
{
	context_free(&s->ctx);
	service_free(&s->svc);
	free(s->root);
}

/* What a file holds, or NULL; good until the next call. */
static inline const char *
scene_file(const char *path)
{
	static char text[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n < 0 ? NULL : text;
}

static inline bool
scene_holds(const char *path, const char *text)
{
	const char *now = scene_file(path);

	return now && strcmp(now, text) == 0;
}

#endif
