#include "boot/inmates.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/live.h"
#include "os/proc.h"

static struct inmates
made(size_t n, const pid_t pids[], const char *const names[])
{
	struct inmates p = { .n = n };

	for (size_t i = 0; i < n; i++) {
		p.v[i] = (struct inmate){ .pid = pids[i], .start = 5, .top = true };
		strcpy(p.v[i].comm, names[i]);
	}
	return p;
}

static void
one_beside_the_other_is_seen(void **state)
{
	struct inmates *before = malloc(sizeof *before), *now = malloc(sizeof *now);

	(void)state;
	*before = made(1, (pid_t[]){ 10 }, (const char *[]){ "d" });
	*now = made(2, (pid_t[]){ 10, 11 }, (const char *[]){ "d", "d" });
	assert_true(inmates_more(before, now, true));
	assert_false(inmates_same(before, now));
	*now = made(2, (pid_t[]){ 10, 11 }, (const char *[]){ "d", "sh" });
	assert_false(inmates_more(before, now, true));
	assert_true(inmates_more(before, now, false));
	*now = made(1, (pid_t[]){ 11 }, (const char *[]){ "d" });
	assert_false(inmates_more(before, now, false));
	assert_false(inmates_same(before, now));
	/* the number alone does not make it the same one */
	*now = made(1, (pid_t[]){ 10 }, (const char *[]){ "d" });
	assert_true(inmates_same(before, now));
	now->v[0].start = 6;
	assert_false(inmates_same(before, now));
	/* children come and go */
	*now = made(2, (pid_t[]){ 10, 11 }, (const char *[]){ "d", "d" });
	now->v[1].top = false;
	assert_true(inmates_same(before, now));
	before->n = now->n = 0;
	assert_false(inmates_same(before, now));
	free(before);
	free(now);
}

static void
names_are_told_once(void **state)
{
	struct inmates *p = malloc(sizeof *p);
	char out[INMATES_NAMES];

	(void)state;
	*p = made(3, (pid_t[]){ 1, 2, 3 }, (const char *[]){ "sleep", "cron", "sleep" });
	inmates_names(out, p);
	assert_string_equal(out, "sleep cron");
	p->n = INMATES;
	for (size_t i = 0; i < INMATES; i++)
		snprintf(p->v[i].comm, sizeof p->v[i].comm, "%063zu", i);
	inmates_names(out, p);
	assert_true(strlen(out) < sizeof out);
	p->n = 0;
	inmates_names(out, p);
	assert_string_equal(out, "");
	free(p);
}

static bool
holds(const struct inmates *p, pid_t pid, bool *asleep)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].pid == pid) {
			*asleep = p->v[i].asleep;
			return true;
		}
	return false;
}

static void
a_process_is_seen_until_its_end(void **state)
{
	struct inmates *p = malloc(sizeof *p), *none = malloc(sizeof *none);
	struct proc_stat st;
	pid_t child = fork();
	bool asleep = false;

	(void)state;
	if (child == 0) {
		for (;;)
			pause();
	}
	none->n = 0;
	assert_int_equal(proc_stat(child, &st), 0);
	*p = made(1, &child, (const char *[]){ "d" });
	p->v[0].start = st.start;
	kill(child, SIGKILL);
	/* much longer than it takes, so that only the end can be what it waited for */
	inmates_wait(p, none, UINT64_C(3600000000));
	inmates_look(p);
	assert_false(holds(p, child, &asleep));
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* those that are not meant are not waited for */
	child = getpid();
	*p = made(1, &child, (const char *[]){ "d" });
	*none = *p;
	inmates_wait(p, none, UINT64_C(3600000000));
	inmates_look(p);
	assert_false(holds(p, getpid(), &asleep));
	free(p);
	free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_beside_the_other_is_seen),
		cmocka_unit_test(names_are_told_once),
		cmocka_unit_test(a_process_is_seen_until_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
