#include "svc/relation.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sort.h"
#include "svc/bound.h"
#include "svc/control.h"
#include "svc/peer.h"
#include "svc/record.h"
#include "svc/ties.h"

#define BASE "/run/initwright"
#define KIND(k) (1U << (k))

/* false: it failed; that somebody is at it already is no failure */
static bool
does(const struct service *s, const char *name, const char *script, const char *action)
{
	int r = peer_call(s, name, script, action);

	return r == 0 || (r < 0 && errno == ELOOP);
}

/* one that is required, or has to be there already; NULL, or what is wrong */
static char *
need(const struct service *s, const char *unit, bool start)
{
	char *name = peer_name(unit), *script = name ? peer_script(name) : NULL, *bad = NULL;
	bool handled = !name || (start && (!script || !peer_is_native(script)));

	if (!handled && !(script && peer_runs(name, script))) {
		if (!start)
			bad = mem_fmt("%s does not run, and must", name);
		else if (!does(s, name, script, "start"))
			bad = mem_fmt("%s, which it requires, does not start", name);
	}
	free(script);
	free(name);
	return bad;
}

static char *
needs(const struct service *s, enum service_dep kind, bool start)
{
	char *bad = NULL;

	for (size_t i = 0; i < s->deps[kind].n && !bad; i++)
		bad = need(s, s->deps[kind].v[i], start);
	return bad;
}

/* those of the units that run */
static void
add_running(struct vec *names, const struct service *s, enum service_dep kind)
{
	for (size_t i = 0; i < s->deps[kind].n; i++) {
		char *name = peer_name(s->deps[kind].v[i]), *script = name ? peer_script(name) : NULL;

		if (script && strcmp(name, s->name) != 0 && !vec_has(names, name) && peer_runs(name, script))
			vec_add(names, name);
		free(script);
		free(name);
	}
}

/* those who name it, and run */
static void
add_tied(struct vec *names, const struct service *s, unsigned kinds)
{
	struct vec tied = VEC_INIT;

	ties_find(&tied, BASE, s, kinds);
	for (size_t i = 0; i < tied.n; i++) {
		char *script = peer_script(tied.v[i]);

		if (script && !vec_has(names, tied.v[i]) && peer_runs(tied.v[i], script))
			vec_add(names, tied.v[i]);
		free(script);
	}
	vec_free(&tied);
}

static char *
end_rivals(const struct service *s)
{
	struct vec rivals = VEC_INIT;
	char *bad = NULL;

	add_running(&rivals, s, SERVICE_CONFLICTS);
	add_tied(&rivals, s, KIND(SERVICE_CONFLICTS));
	if (relation_call(s, &rivals, "stop") > 0)
		bad = mem_fmt("%s, which it conflicts with, does not stop", rivals.v[0]);
	vec_free(&rivals);
	return bad;
}

char *
relation_before_start(const struct service *s)
{
	char *bad = bound_missing(s);

	if (!bad)
		bad = needs(s, SERVICE_REQUISITE, false);
	if (!bad)
		bad = end_rivals(s);
	if (!bad)
		bad = needs(s, SERVICE_REQUIRES, true);
	return bad ? bad : needs(s, SERVICE_BINDS_TO, true);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_names(struct vec *names)
{
	if (names->n > 1)
		sort_items(names->v, names->n, sizeof *names->v, by_name);
}

void
relation_start_wanted(const struct service *s)
{
	struct vec names = VEC_INIT;
	char *dir = mem_fmt(RELATION_WANTS, s->name);
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *script = record_name_ok(e->d_name) ? peer_script(e->d_name) : NULL;

		if (script && !peer_runs(e->d_name, script))
			vec_add(&names, e->d_name);
		free(script);
	}
	if (d)
		closedir(d);
	free(dir);
	sort_names(&names);
	relation_call(s, &names, "start");
	vec_free(&names);
}

void
relation_followers(struct vec *names, const struct service *s)
{
	add_tied(names, s, KIND(SERVICE_REQUIRES) | KIND(SERVICE_BINDS_TO) | KIND(SERVICE_PART_OF) | KIND(SERVICE_STOP_FROM));
	add_running(names, s, SERVICE_STOP_TO);
	sort_names(names);
}

void
relation_reloaders(struct vec *names, const struct service *s)
{
	add_tied(names, s, KIND(SERVICE_RELOAD_FROM));
	add_running(names, s, SERVICE_RELOAD_TO);
}

size_t
relation_call(const struct service *s, const struct vec *names, const char *action)
{
	size_t failed = 0;

	for (size_t i = 0; i < names->n; i++) {
		char *script = peer_script(names->v[i]);

		failed += script && !does(s, names->v[i], script, action);
		free(script);
	}
	return failed;
}

static void
start_after(const struct service *s, enum service_dep kind, const struct outcome *o)
{
	char *extra[] = { mem_fmt("MONITOR_SERVICE_RESULT=%s", o->result), mem_fmt("MONITOR_UNIT=%s.service", s->name), NULL };

	for (size_t i = 0; i < s->deps[kind].n; i++) {
		char *name = peer_name(s->deps[kind].v[i]), *script = name ? peer_script(name) : NULL;

		if (script)
			peer_leave(script, "start", extra);
		free(script);
		free(name);
	}
	free(extra[0]);
	free(extra[1]);
}

void
relation_after_end(const struct service *s, const struct outcome *o)
{
	struct vec bound = VEC_INIT;

	ties_find(&bound, BASE, s, KIND(SERVICE_BINDS_TO));
	for (size_t i = 0; i < bound.n; i++) {
		char *control = mem_fmt(BASE "/%s/control", bound.v[i]);

		control_tell(control, CONTROL_STOP);
		free(control);
	}
	vec_free(&bound);
	start_after(s, outcome_failed(o) ? SERVICE_ON_FAILURE : SERVICE_ON_SUCCESS, o);
}
