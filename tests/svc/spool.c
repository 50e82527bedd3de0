#include "svc/spool.h"

#include <fcntl.h>
#include <signal.h>

#include "harness/live.h"

struct stage {
	struct spool s;
	int ends[2];		/* what comes out */
};

static void
begin(struct stage *t)
{
	assert_int_equal(pipe(t->ends), 0);
	spool_init(&t->s, t->ends[1]);
}

/* Until nothing more happens. */
static void
turn(struct stage *t)
{
	struct pollfd p[16];
	size_t n;

	do {
		n = spool_poll(&t->s, p);
		if (poll(p, n, 0) <= 0)
			return;
		spool_step(&t->s, p, n);
	} while (1);
}

static const char *
seen(struct stage *t)
{
	static char text[65536];
	struct pollfd p = { t->ends[0], POLLIN, 0 };
	ssize_t n = 0;

	turn(t);
	if (poll(&p, 1, 0) == 1)
		n = read(t->ends[0], text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
end(struct stage *t)
{
	spool_free(&t->s);
	close(t->ends[0]);
	close(t->ends[1]);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void
each_comes_in_one_piece(void **state)
{
	size_t a, b, c;
	struct stage t;
	int fa, fb, fc;

	(void)state;
	begin(&t);
	fa = spool_open(&t.s, "a", &a);
	fb = spool_open(&t.s, "b", &b);
	fc = spool_open(&t.s, "c", &c);
	assert_string_equal(seen(&t), "");
	say(fb, "b1\n");
	assert_string_equal(seen(&t), "b1\n");
	say(fa, "a1\n");
	say(fc, "c1");
	close(fc);
	turn(&t);
	spool_end(&t.s, c);
	assert_string_equal(seen(&t), "");
	assert_true(spool_pending(&t.s));
	say(fb, "b2");
	assert_string_equal(seen(&t), "b2");
	close(fb);
	spool_end(&t.s, b);
	spool_say(&t.s, "ours");
	say(fa, "a2\n");
	/* lines are made whole; who has ended comes before who has not */
	assert_string_equal(seen(&t), "\nc1\nours\na1\na2\n");
	say(fa, "a3\n");
	close(fa);
	turn(&t);
	spool_end(&t.s, a);
	assert_string_equal(seen(&t), "a3\n");
	assert_false(spool_pending(&t.s));
	end(&t);
}

/* who prints more than there is room for has to wait, and loses nothing */
static void
memory_is_bounded(void **state)
{
	static char block[65536];
	size_t a, b, sent = 0, got = 0;
	struct stage t;
	int fa, fb;

	(void)state;
	memset(block, 'x', sizeof block);
	begin(&t);
	fa = spool_open(&t.s, "a", &a);
	fb = spool_open(&t.s, "b", &b);
	say(fa, "first\n");
	assert_string_equal(seen(&t), "first\n");
	fcntl(fb, F_SETFL, O_NONBLOCK);
	while (sent < 8 << 20) {
		ssize_t n = write(fb, block, sizeof block);

		if (n < 0)
			break;
		sent += (size_t)n;
		turn(&t);
	}
	assert_true(sent > SPOOL_ROOM && sent < 4 * SPOOL_ROOM);
	assert_true(spool_waits(&t.s, b));
	close(fa);
	spool_end(&t.s, a);
	fcntl(t.ends[0], F_SETFL, O_NONBLOCK);
	close(fb);
	while (got < sent) {
		size_t before = got;
		ssize_t n;

		turn(&t);
		while ((n = read(t.ends[0], block, sizeof block)) > 0)
			got += (size_t)n;
		assert_true(got > before);
	}
	assert_int_equal(got, sent);
	assert_true(t.s.v[b].text.cap <= 8 * SPOOL_ROOM);
	end(&t);
}

static void
a_reader_that_is_gone_fails_nobody(void **state)
{
	struct stage t;
	size_t a;
	int fa;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	begin(&t);
	close(t.ends[0]);
	fa = spool_open(&t.s, "a", &a);
	say(fa, "lost\n");
	close(fa);
	turn(&t);
	spool_end(&t.s, a);
	turn(&t);
	assert_false(spool_pending(&t.s));
	t.ends[0] = open("/dev/null", O_RDONLY);
	end(&t);
	signal(SIGPIPE, SIG_DFL);
}

static void
a_program_outlives_us(void **state)
{
	struct stage t;
	size_t a;
	int fa;

	(void)state;
	begin(&t);
	fa = spool_open(&t.s, "a", &a);
	end(&t);
	/* without a reader, SIGPIPE would be the end of this test */
	assert_int_equal(write(fa, "still here\n", 11), 11);
	close(fa);
}

/* what stays open is heard on by a process of its own, which ends with it */
static void
what_is_left_open(void **state)
{
	struct stage t;
	size_t a, b;
	int fa, fb;

	(void)state;
	begin(&t);
	fa = spool_open(&t.s, "a", &a);
	fb = spool_open(&t.s, "b", &b);
	close(fb);
	spool_end(&t.s, a);
	spool_end(&t.s, b);
	turn(&t);
	assert_int_equal(spool_leave(&t.s), 0);
	end(&t);
	for (int i = 0; i < 64; i++) {
		char block[4096] = "";

		assert_int_equal(write(fa, block, sizeof block), (ssize_t)sizeof block);
	}
	close(fa);
	assert_true(wait(NULL) > 0);
	assert_int_equal(wait(NULL), -1);
}

/* a daemon that goes on printing keeps nobody waiting: its lines come when nobody else has any */
static void
a_daemon_that_prints_on(void **state)
{
	size_t a, b;
	struct stage t;
	int fa, fb;

	(void)state;
	begin(&t);
	fa = spool_open(&t.s, "a", &a);
	fb = spool_open(&t.s, "b", &b);
	say(fa, "a1\n");
	spool_end(&t.s, a);
	assert_true(spool_pending(&t.s));
	assert_string_equal(seen(&t), "a1\n");
	assert_false(spool_pending(&t.s));
	say(fb, "b1");
	assert_string_equal(seen(&t), "b1");
	say(fa, "a2\npart");
	turn(&t);
	assert_false(spool_pending(&t.s));
	say(fb, "b2\n");
	assert_string_equal(seen(&t), "b2\n");
	close(fb);
	turn(&t);
	spool_end(&t.s, b);
	assert_string_equal(seen(&t), "a2\n");
	say(fa, " of a line\nlast");
	assert_string_equal(seen(&t), "part of a line\n");
	/* what is still there when we end is not lost */
	say(fa, " words\nnot yet");
	{
		struct pollfd p[4];
		size_t n = spool_poll(&t.s, p);

		assert_true(poll(p, n, 0) > 0);
		p[0].revents = 0;
		spool_step(&t.s, p, n);
	}
	assert_int_equal(spool_leave(&t.s), 0);
	assert_string_equal(seen(&t), "last words\nnot yet");
	end(&t);
	close(fa);
	assert_true(wait(NULL) > 0);
}

/* descriptors do not run out: they are left to another process in time */
static void
many_are_left_open(void **state)
{
	int held[SPOOL_OPEN];
	struct stage t;

	(void)state;
	begin(&t);
	for (int i = 0; i < SPOOL_OPEN; i++) {
		size_t entry;

		held[i] = spool_open(&t.s, "d", &entry);
		assert_true(held[i] >= 0);
		if (i == SPOOL_OPEN - 1)
			say(held[i], "its last words\n");
		spool_end(&t.s, entry);
	}
	for (int i = 0; i < SPOOL_OPEN; i++)
		assert_int_equal(t.s.v[i].fd, -1);
	assert_string_equal(seen(&t), "its last words\n");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
	for (int i = 0; i < SPOOL_OPEN; i++)
		close(held[i]);
	assert_true(wait(NULL) > 0);
	end(&t);
}

static void
nothing_is_left_open(void **state)
{
	struct stage t;
	size_t a;

	(void)state;
	begin(&t);
	close(spool_open(&t.s, "a", &a));
	spool_end(&t.s, a);
	assert_int_equal(spool_leave(&t.s), 0);
	assert_int_equal(wait(NULL), -1);
	end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_comes_in_one_piece), T(memory_is_bounded), T(a_reader_that_is_gone_fails_nobody), T(a_program_outlives_us),
		T(what_is_left_open), T(nothing_is_left_open), T(a_daemon_that_prints_on), T(many_are_left_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
