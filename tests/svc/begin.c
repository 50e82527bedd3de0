#include "svc/begin.h"

#include "harness/scene.h"

/* a runner for the scene as it is now */
static void
run(struct scene *s, struct runner *r)
{
	scene_ready(s);
	REQUIRE(runner_init(r, &s->svc, &s->ctx, s->root, (struct cgroup)CGROUP_INIT, false) == 0);
}

static void
done(struct scene *s, struct runner *r)
{
	group_signal(&r->group, SIGKILL, 0);
	while (waitpid(-1, NULL, 0) > 0)
		;
	runner_free(r);
	scene_free(s);
}

struct wanted {
	enum service_type type;
	enum service_list list;		/* where the script goes, besides a plain ExecStart= */
	const char *script;
	const char *result;
	bool skipped;
	int status;			/* of the outcome */
	const char *text;
};

static void
begins_once(void *arg)
{
	const struct wanted *w = arg;
	struct outcome o = OUTCOME_INIT;
	struct runner r;
	struct scene s;
	bool skipped, ok;
	int rc;

	scene_service(&s, w->type);
	if (w->list == SERVICE_START)
		scene_command(&s, SERVICE_START, *w->script == '/' ? w->script : "/bin/sh", "-c", w->script);
	else {
		scene_sh(&s, SERVICE_START, w->type == SERVICE_ONESHOT ? "exit 0" : "exec sleep 600");
		scene_sh(&s, w->list, w->script);
	}
	s.svc.timeout_start_us = 200000;
	s.svc.timeout_start_set = true;
	run(&s, &r);
	rc = begin_service(&r, &s.ctx, &o, &skipped);
	ok = !outcome_failed(&o) && !skipped;
	REQUIRE((rc == 0) == ok);
	if (strcmp(o.result, w->result) != 0 || (w->text && !strstr(o.text, w->text)))
		dprintf(2, "%s: %s\n", o.result, o.text);
	REQUIRE(strcmp(o.result, w->result) == 0 && skipped == w->skipped && o.status == w->status);
	REQUIRE(!w->text || strstr(o.text, w->text));
	REQUIRE(!ok || w->type == SERVICE_ONESHOT || w->type == SERVICE_FORKING || proc_alive(r.main, r.main_start) == 1);
	done(&s, &r);
}

static void
each_type_begins_or_says_why_not(void **state)
{
	static struct wanted all[] = {
		{ SERVICE_SIMPLE, SERVICE_START_PRE, "exit 0", "success", false, -1, NULL },
		{ SERVICE_SIMPLE, SERVICE_START_PRE, "exit 2", "exit-code", false, -1, "/bin/sh exited with status 2" },
		{ SERVICE_SIMPLE, SERVICE_START_POST, "kill -KILL $$", "signal", false, -1, "killed by signal 9" },
		{ SERVICE_SIMPLE, SERVICE_START, "/no/such", "exec", false, 203 << 8, "unable to execute /no/such" },
		{ SERVICE_SIMPLE, SERVICE_CONDITION, "exit 1", "success", true, -1, "says that it is not to be started" },
		{ SERVICE_SIMPLE, SERVICE_CONDITION, "exit 255", "exit-code", false, -1, "exited with status 255" },
		{ SERVICE_ONESHOT, SERVICE_START, "exit 0", "success", false, -1, NULL },
		{ SERVICE_ONESHOT, SERVICE_START, "exit 3", "exit-code", false, -1, "exited with status 3" },
		{ SERVICE_ONESHOT, SERVICE_START, "exec sleep 600", "timeout", false, -1, "took too long" },
		{ SERVICE_FORKING, SERVICE_START, "sleep 600 & exit 0", "success", false, -1, NULL },
		{ SERVICE_FORKING, SERVICE_START, "exit 0", "protocol", false, -1, "left no process behind" },
		{ SERVICE_NOTIFY, SERVICE_START, "exit 0", "protocol", false, -1, "ended without saying that it is ready" },
		{ SERVICE_NOTIFY, SERVICE_START, "exec sleep 600", "timeout", false, -1, "did not say that it is ready" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		live_in_child(begins_once, &all[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_type_begins_or_says_why_not, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
