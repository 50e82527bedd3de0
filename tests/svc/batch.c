#include "svc/batch.h"

#include <fcntl.h>

#include "base/buf.h"
#include "harness/live.h"
#include "os/procref.h"

enum { MOST = 12 };

/* Shell commands as jobs, in a child of the test: batch_run() leaves all signals blocked. */
struct stage {
	struct batch b;
	struct batch_job jobs[MOST];
	char *argvs[MOST][4];
	struct batch_edge edges[2 * MOST];
	struct spool spool;
	int out;		/* what the spool passes on */
	size_t asked;
	int denied;		/* job that must not start, -1: none */
};

static bool
asked(void *arg, size_t job)
{
	struct stage *t = arg;

	t->asked++;
	return (int)job != t->denied;
}

static void
begin(struct stage *t)
{
	memset(t, 0, sizeof *t);
	t->denied = -1;
	t->out = open("out", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	REQUIRE(t->out >= 0);
	spool_init(&t->spool, t->out);
	t->b = (struct batch){ .jobs = t->jobs, .edges = t->edges, .most = MOST, .envp = environ, .spool = &t->spool, .begin = asked,
		.arg = t };
}

/* the process whose pid is in the file: a signal works a moment after it is sent, and who reaps it does so later still */
static bool
has_ended(const char *file)
{
	struct procref ref;
	FILE *f = fopen(file, "r");
	long pid = 0;

	REQUIRE(f && fscanf(f, "%ld", &pid) == 1 && fclose(f) == 0);
	if (procref_open(&ref, (pid_t)pid, 0) != 0)
		return errno == ESRCH;
	return procref_wait(&ref, clock_after(10 * 1000 * 1000)) == 0;
}

/* a job; NULL: a point */
static size_t
job(struct stage *t, const char *command)
{
	size_t i = t->b.n++;

	t->jobs[i].limit = CLOCK_FOREVER;
	if (!command)
		return i;
	t->argvs[i][0] = strdup("/bin/sh");
	t->argvs[i][1] = strdup("-c");
	t->argvs[i][2] = strdup(command);
	t->jobs[i].argv = t->argvs[i];
	t->jobs[i].name = "job";
	return i;
}

static void
edge(struct stage *t, size_t from, size_t to)
{
	t->edges[t->b.n_edges++] = (struct batch_edge){ (int)from, (int)to };
}

static const char *
run(struct stage *t)
{
	static char text[65536];
	ssize_t n;

	REQUIRE(batch_run(&t->b) == 0);
	n = pread(t->out, text, sizeof text - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
end(struct stage *t)
{
	spool_free(&t->spool);
	close(t->out);
	for (size_t i = 0; i < t->b.n; i++)
		for (size_t k = 0; k < 4; k++)
			free(t->argvs[i][k]);
}

static void
chain(void *data)
{
	struct stage t;
	size_t a, b, p, c;

	(void)data;
	begin(&t);
	c = job(&t, "echo c");
	p = job(&t, NULL);
	b = job(&t, "echo b; exit 3");
	a = job(&t, "echo a");
	edge(&t, a, b);
	edge(&t, b, p);
	edge(&t, p, c);
	REQUIRE(strcmp(run(&t), "a\nb\nc\n") == 0);
	REQUIRE(t.jobs[b].end == BATCH_ENDED && WEXITSTATUS(t.jobs[b].status) == 3);
	REQUIRE(t.jobs[p].end == BATCH_SKIPPED && t.jobs[p].began == 0);
	REQUIRE(t.jobs[a].why == -1 && t.jobs[b].why == (int)a && t.jobs[c].why == (int)b);
	REQUIRE(t.jobs[c].began >= t.jobs[b].ended && t.jobs[b].began >= t.jobs[a].ended && t.jobs[a].began > 0);
	end(&t);
}

/* Each waits for the other by a fifo: they run at once or never end. */
static void
side_by_side(void *data)
{
	struct stage t;
	const char *out;
	size_t a, b;

	(void)data;
	begin(&t);
	REQUIRE(system("mkfifo f") == 0);
	a = job(&t, "echo one; echo x >f; echo two");
	b = job(&t, "echo three; read y <f; echo four");
	out = run(&t);
	REQUIRE(t.jobs[a].end == BATCH_ENDED && t.jobs[b].end == BATCH_ENDED);
	REQUIRE(strstr(out, "one\ntwo\n") && strstr(out, "three\nfour\n"));
	end(&t);
}

static void
one_at_a_time(void *data)
{
	struct stage t;

	(void)data;
	begin(&t);
	for (int i = 0; i < 6; i++)
		job(&t, "mkdir lock && sleep 0.01 && rmdir lock");
	t.b.most = 1;
	run(&t);
	for (int i = 0; i < 6; i++)
		REQUIRE(t.jobs[i].end == BATCH_ENDED && t.jobs[i].status == 0);
	end(&t);
}

static void
alone(void *data)
{
	struct stage t;
	size_t a;

	(void)data;
	begin(&t);
	job(&t, "mkdir lock && sleep 0.02 && rmdir lock || exit 1; test -e ran || exit 0");
	a = job(&t, "test ! -e lock && test -e /proc/self/fd/0 && touch ran");
	job(&t, "mkdir lock && sleep 0.02 && rmdir lock || exit 1; test -e ran || exit 2");
	t.jobs[a].alone = true;
	run(&t);
	for (size_t i = 0; i < 3; i++)
		REQUIRE(t.jobs[i].end == BATCH_ENDED && t.jobs[i].status == 0);
	end(&t);
}

static void
circle(void *data)
{
	struct stage t;
	size_t a, b, c;

	(void)data;
	begin(&t);
	a = job(&t, "echo a");
	b = job(&t, "echo b");
	c = job(&t, "echo c");
	edge(&t, b, a);
	edge(&t, c, b);
	edge(&t, a, c);
	REQUIRE(strcmp(run(&t), "a\nc\nb\n") == 0);
	end(&t);
}

/* The shell waits for a child of its own; both ignore SIGTERM. */
static void
late(void *data)
{
	struct stage t;
	uint64_t before = clock_now();
	const char *out;

	(void)data;
	begin(&t);
	job(&t, "echo begins; sleep 1000");
	job(&t, "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ >pid; sleep 1000'; sleep 1000");
	job(&t, "echo quick");
	t.jobs[0].limit = t.jobs[1].limit = 300000;
	out = run(&t);
	REQUIRE(strstr(out, "begins\n") && strstr(out, "quick\n"));
	REQUIRE(t.jobs[0].end == BATCH_KILLED && t.jobs[1].end == BATCH_KILLED && t.jobs[2].end == BATCH_ENDED);
	REQUIRE(WIFSIGNALED(t.jobs[0].status) && WTERMSIG(t.jobs[0].status) == SIGTERM);
	REQUIRE(WIFSIGNALED(t.jobs[1].status) && WTERMSIG(t.jobs[1].status) == SIGKILL);
	REQUIRE(clock_now() - before < 20000000);
	REQUIRE(has_ended("pid"));
	end(&t);
}

/* What has become a daemon is nobody's to end. */
static void
late_with_a_daemon(void *data)
{
	struct stage t;

	(void)data;
	begin(&t);
	job(&t, "(sleep 1000 & echo $! >pid) ; sleep 1000");
	t.jobs[0].limit = 500000;
	run(&t);
	REQUIRE(t.jobs[0].end == BATCH_KILLED);
	REQUIRE(system("read p <pid; kill -9 $p") == 0);
	end(&t);
}

static void
not_to_be_had(void *data)
{
	char *missing[] = { (char[]){ "./none" }, NULL }, *plain[] = { (char[]){ "./plain" }, (char[]){ "start" }, NULL };
	struct stage t;
	size_t a, b;

	(void)data;
	REQUIRE(system("echo 'echo plain $1' >plain; chmod 755 plain") == 0);
	begin(&t);
	a = job(&t, NULL);
	t.jobs[a].argv = missing;
	t.jobs[a].name = "none";
	b = job(&t, NULL);
	t.jobs[b].argv = plain;
	t.jobs[b].name = "plain";
	edge(&t, a, b);
	REQUIRE(strcmp(run(&t), "plain start\n") == 0);
	REQUIRE(t.jobs[a].end == BATCH_NOT_RUN && t.jobs[a].err == ENOENT && t.jobs[b].end == BATCH_ENDED);
	end(&t);
}

static void
denied(void *data)
{
	struct stage t;
	size_t a, b;

	(void)data;
	begin(&t);
	a = job(&t, "echo a");
	b = job(&t, "echo b");
	edge(&t, a, b);
	t.denied = (int)a;
	REQUIRE(strcmp(run(&t), "b\n") == 0);
	REQUIRE(t.jobs[a].end == BATCH_SKIPPED && t.asked == 2 && t.jobs[b].why == -1);
	end(&t);
}

static void
stopped(void *data)
{
	struct stage t;
	size_t a, b;

	(void)data;
	begin(&t);
	a = job(&t, "kill -INT $PPID; kill -HUP $PPID; kill -TERM $PPID; sleep 0.05; echo done");
	b = job(&t, "echo b");
	edge(&t, a, b);
	REQUIRE(strcmp(run(&t), "done\n") == 0);
	REQUIRE(t.b.stopped == SIGTERM && t.jobs[a].end == BATCH_ENDED && t.jobs[b].end == BATCH_WAITING);
	end(&t);
}

static void
holds_its_output(void *data)
{
	struct stage t;
	size_t a, b;

	(void)data;
	begin(&t);
	a = job(&t, "sleep 1000 & echo $! >pid; echo started");
	b = job(&t, "echo b");
	edge(&t, a, b);
	REQUIRE(strcmp(run(&t), "started\nb\n") == 0);
	REQUIRE(system("read p <pid; kill -9 $p") == 0);
	end(&t);
}

/* A daemon that prints without end holds up neither the next job, nor one that runs alone, nor our own end. */
static void
prints_without_end(void *data)
{
	struct stage t;
	size_t a, b;

	(void)data;
	begin(&t);
	a = job(&t, "yes >&2 & echo $! >pid; echo started");
	b = job(&t, "echo b >b");
	t.jobs[b].alone = true;
	edge(&t, a, b);
	run(&t);
	REQUIRE(t.jobs[b].end == BATCH_ENDED);
	REQUIRE(system("read p <pid; kill -9 $p") == 0);
	end(&t);
}

static void
in_words(void **state)
{
	static const struct {
		struct batch_job job;
		const char *text;
	} rows[] = {
		{ { .end = BATCH_WAITING }, "not run" }, { { .end = BATCH_ENDED, .status = 3 << 8 }, "status 3" },
		{ { .end = BATCH_ENDED, .status = SIGKILL }, "signal 9" },
		{ { .end = BATCH_NOT_RUN, .err = ENOENT }, "No such file or directory" },
		{ { .end = BATCH_KILLED, .limit = 90000000 }, "no end within 1min 30s" },
		{ { .end = BATCH_ABANDONED, .limit = 1000 }, "no end within 1ms, cannot be killed" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf text = BUF_INIT;

		batch_text(&text, &rows[i].job);
		assert_string_equal(text.s, rows[i].text);
		buf_free(&text);
	}
}

#define IN_CHILD(name) static void test_##name(void **state) { (void)state; live_in_child(name, NULL); }
IN_CHILD(chain)
IN_CHILD(side_by_side)
IN_CHILD(one_at_a_time)
IN_CHILD(alone)
IN_CHILD(circle)
IN_CHILD(late)
IN_CHILD(late_with_a_daemon)
IN_CHILD(not_to_be_had)
IN_CHILD(denied)
IN_CHILD(stopped)
IN_CHILD(holds_its_output)
IN_CHILD(prints_without_end)

#define ROW(name) cmocka_unit_test_setup_teardown(test_##name, enter_directory, leave_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(chain), ROW(side_by_side), ROW(one_at_a_time), ROW(alone), ROW(circle), ROW(late), ROW(late_with_a_daemon),
		ROW(not_to_be_had), ROW(denied), ROW(stopped), ROW(holds_its_output), ROW(prints_without_end), T(in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
