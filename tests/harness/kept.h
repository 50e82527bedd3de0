#ifndef HARNESS_KEPT_H
#define HARNESS_KEPT_H
/* For unit tests of whole lives: a service of harness/scene.h with its keeper, which is a child of the test. */
#include <sys/prctl.h>

#include "harness/scene.h"
#include "svc/keeper_start.h"
#include "svc/record.h"

/* where a service of a scene is kept */
struct kept {
	struct scene s;
	char *dir, *control;
	char text[CONTROL_TEXT];
};

static inline void
kept_begin(struct kept *k, enum service_type type)
{
	memset(k, 0, sizeof *k);
	scene_service(&k->s, type);
	k->dir = record_dir(k->s.root, "unit");
	k->control = mem_fmt("%s/control", k->dir);
}

static inline int
kept_start(struct kept *k)
{
	char title[] = "unit-test-of-the-keeper", *argv[] = { title, NULL };
	struct keeper_place place = { .root = k->s.root, .dir = k->dir, .argc = 1, .argv = argv };

	scene_ready(&k->s);
	fflush(NULL);
	place.record_fd = record_create(k->dir);
	assert_true(place.record_fd >= 0);
	return keeper_start(&k->s.svc, &k->s.ctx, &place, k->text);
}

static inline struct record
kept_record(const struct kept *k)
{
	struct record r;
	int fd = record_open(k->dir);

	assert_true(fd >= 0);
	assert_int_equal(record_read(fd, &r), 0);
	close(fd);
	return r;
}

/* the keeper is our child, and what it could leave behind would come to us */
static inline void
kept_nothing_is_left(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
	UNTIL((waitpid(-1, NULL, WNOHANG), waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD));
}

static inline void
kept_end(struct kept *k)
{
	kept_nothing_is_left();
	scene_free(&k->s);
	free(k->dir);
	free(k->control);
}

static inline void
kept_stops(struct kept *k)
{
	assert_int_equal(control_ask(k->control, CONTROL_STOP, k->text), 0);
	assert_int_equal(record_open(k->dir), -1);
	assert_int_equal(access(k->dir, F_OK), -1);
}

static inline int
kept_adopt(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* Does its record say so? */
static inline bool
kept_is_in(const struct kept *k, enum record_state state)
{
	return kept_record(k).state == state;
}

#endif
