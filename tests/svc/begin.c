#include "svc/begin.h"

#include <sys/stat.h>

#include "harness/bus.h"
#include "harness/running.h"
#include "svc/busname.h"

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
	running_begin(&s, &r);
	rc = begin_service(&r, &s.ctx, &o, &skipped);
	ok = !outcome_failed(&o) && !skipped;
	REQUIRE((rc == 0) == ok);
	if (strcmp(o.result, w->result) != 0 || (w->text && !strstr(o.text, w->text)))
		dprintf(2, "%s: %s\n", o.result, o.text);
	REQUIRE(strcmp(o.result, w->result) == 0 && skipped == w->skipped && o.status == w->status);
	REQUIRE(!w->text || strstr(o.text, w->text));
	REQUIRE(!ok || w->type == SERVICE_ONESHOT || w->type == SERVICE_FORKING || proc_alive(r.main, r.main_start) == 1);
	running_end(&s, &r);
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

/* a bus on which the name gets an owner when the service has made the file "asks" */
static void
be_the_bus(int listener)
{
	struct bus_message m = { .big = false };
	char text[1024];
	int fd = bus_accept(listener);

	alarm(LIVE_SECONDS);
	REQUIRE(read(fd, text, sizeof text) > 7);
	bus_has_owner(&m, false);
	REQUIRE(write(fd, m.text, m.n) == (ssize_t)m.n);
	while (access("asks", F_OK) != 0)
		live_nap();
	bus_owner_changed(&m, "org.example.Foo", "", ":1.1");
	REQUIRE(write(fd, m.text, m.n) == (ssize_t)m.n);
	REQUIRE(read(fd, text, sizeof text) == 0);
	_exit(0);
}

static void
begins_on_the_bus(void *arg)
{
	const struct wanted *w = arg;
	struct outcome o = OUTCOME_INIT;
	struct runner r;
	struct scene s;
	bool skipped;
	int listener, rc;
	pid_t bus;

	REQUIRE((mkdir("/run/dbus", 0755) == 0 || errno == EEXIST) && (unlink(BUSNAME_SYSTEM) == 0 || errno == ENOENT));
	listener = bus_listen(BUSNAME_SYSTEM);
	bus = fork();
	if (bus == 0)
		be_the_bus(listener);
	close(listener);
	scene_service(&s, SERVICE_DBUS);
	s.svc.bus_name = mem_str("org.example.Foo");
	s.svc.working_directory = mem_str(s.root);
	s.svc.timeout_start_us = w->result[0] == 't' ? 200000 : LIVE_SECONDS * UINT64_C(1000000);
	s.svc.timeout_start_set = true;
	scene_sh(&s, SERVICE_START, w->script);
	running_begin(&s, &r);
	rc = begin_service(&r, &s.ctx, &o, &skipped);
	REQUIRE(strcmp(o.result, w->result) == 0 && (rc == 0) == !outcome_failed(&o));
	REQUIRE(!w->text || strstr(o.text, w->text));
	REQUIRE(rc != 0 || access("asks", F_OK) == 0);
	kill(bus, SIGKILL);
	running_end(&s, &r);
	unlink(BUSNAME_SYSTEM);
	unlink("asks");
}

static void
a_name_on_the_bus_is_waited_for(void **state)
{
	static struct wanted all[] = {
		{ .script = ": >asks; exec sleep 600", .result = "success" },
		{ .script = "exec sleep 600", .result = "timeout", .text = "did not take the name org.example.Foo on the message bus in time" },
		{ .script = "exit 4", .result = "exit-code", .text = "exited with status 4" },
		{ .script = "exit 0", .result = "protocol", .text = "ended without taking the name" },
	};

	(void)state;
	if (!live_in_throwaway())
		skip();
	for (size_t i = 0; i < COUNT(all); i++)
		live_in_child(begins_on_the_bus, &all[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_name_on_the_bus_is_waited_for, enter_directory, leave_directory),
		cmocka_unit_test_setup_teardown(each_type_begins_or_says_why_not, enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
