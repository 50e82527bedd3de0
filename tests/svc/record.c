#include "svc/record.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "harness/live.h"

static void
names_are_safe(void **state)
{
	static const char *const good[] = { "a", "postgresql@14-main", "dev-disk-by\\x2duuid", "A_b.c:d+e", "a..b", "-x", "@" };
	static const char *const bad[] = { "", ".", "..", ".x", "a/b", "/", "a b", "a\n", "\xc3\xa9", "a*", "a%", "a;b" };
	char name[202];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(record_name_ok(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(record_name_ok(bad[i]));
	memset(name, 'a', sizeof name);
	name[201] = '\0';
	assert_false(record_name_ok(name));
	name[200] = '\0';
	assert_true(record_name_ok(name));
}

static void
the_place_is_below_root(void **state)
{
	char *dir = record_dir(NULL, "x");

	(void)state;
	assert_string_equal(dir, "/run/initwright/x");
	free(dir);
	dir = record_dir("/r/", "x@y");
	assert_string_equal(dir, "/r/run/initwright/x@y");
	free(dir);
}

static struct record
sample(char fill)
{
	struct record r = {
		.state = RECORD_FAILED, .keeper = 4194304, .main = 4194303, .keeper_start = UINT64_MAX, .main_start = UINT64_MAX - 1,
		.since = UINT64_MAX - 2, .oom_kills = UINT64_MAX - 3, .ended = true, .status = 0x7f | 0x80, .boot = "01234567-89ab-cdef-0123-456789abcdef",
	};

	memset(r.result, fill, sizeof r.result - 1);
	memset(r.cgroup, fill, sizeof r.cgroup - 1);
	memset(r.text, fill, sizeof r.text - 1);
	r.result[sizeof r.result - 1] = r.cgroup[sizeof r.cgroup - 1] = r.text[sizeof r.text - 1] = '\0';
	return r;
}

static void
same(const struct record *a, const struct record *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->keeper, b->keeper);
	assert_int_equal(a->main, b->main);
	assert_true(a->keeper_start == b->keeper_start && a->main_start == b->main_start && a->since == b->since && a->oom_kills == b->oom_kills);
	assert_int_equal(a->ended, b->ended);
	assert_int_equal(a->status, b->status);
	assert_string_equal(a->result, b->result);
	assert_string_equal(a->boot, b->boot);
	assert_string_equal(a->cgroup, b->cgroup);
	assert_string_equal(a->text, b->text);
}

static void
what_is_written_is_read(void **state)
{
	struct record full = sample('x'), empty = { 0 }, got;
	int fd, reader;

	(void)state;
	fd = record_create("d");
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(record_write(fd, &full), 0);
	reader = record_open("d");
	assert_true(reader >= 0);
	assert_int_equal(record_read(reader, &got), 0);
	same(&full, &got);
	/* a shorter one leaves nothing of the longer one behind */
	assert_int_equal(record_write(fd, &empty), 0);
	assert_int_equal(record_read(reader, &got), 0);
	same(&empty, &got);
	full.text[0] = '=';
	full.state = RECORD_EXITED;
	assert_int_equal(record_write(fd, &full), 0);
	assert_int_equal(record_read(reader, &got), 0);
	same(&full, &got);
	for (int s = RECORD_STARTING; s <= RECORD_FAILED; s++) {
		empty.state = (enum record_state)s;
		assert_int_equal(record_write(fd, &empty), 0);
		assert_int_equal(record_read(reader, &got), 0);
		assert_int_equal(got.state, s);
	}
	close(reader);
	close(fd);
}

static void
everyone_may_read_it(void **state)
{
	mode_t mask = umask(077);
	struct stat st;
	int fd;

	(void)state;
	fd = record_create("d");
	umask(mask);
	assert_true(fd >= 0);
	assert_int_equal(stat("d", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat("d/record", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	close(fd);
}

static void
put(const char *text, size_t n)
{
	int fd = open("d/record", O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
}

static void
refuses_what_is_no_record(void **state)
{
	static char zeroes[RECORD_SIZE], text[RECORD_SIZE + 100];
	struct record r = sample('y'), got;
	int fd;

	(void)state;
	assert_int_equal(record_open("d"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(record_open("d"), -1);
	assert_int_equal(errno, ENOENT);
	put("", 0);
	fd = record_open("d");
	assert_int_equal(record_read(fd, &got), -1);
	assert_int_equal(errno, EINVAL);
	put(zeroes, sizeof zeroes);
	assert_int_equal(record_read(fd, &got), -1);
	assert_int_equal(errno, EINVAL);
	put("initwright 2\nstate=running\n", 27);
	assert_int_equal(record_read(fd, &got), -1);
	memset(text, 'z', sizeof text);
	put(text, sizeof text);
	assert_int_equal(record_read(fd, &got), -1);
	close(fd);
	/* the first half of one */
	fd = open("d/record", O_RDWR);
	assert_int_equal(record_write(fd, &r), 0);
	assert_int_equal(record_read(fd, &got), 0);
	assert_int_equal(ftruncate(fd, 700), 0);
	assert_int_equal(record_read(fd, &got), -1);
	assert_int_equal(errno, EINVAL);
	close(fd);
	/* other things in its place do not hang us, and links are not followed */
	alarm(LIVE_SECONDS);
	unlink("d/record");
	assert_int_equal(symlink("../elsewhere", "d/record"), 0);
	assert_int_equal(record_open("d"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(record_create("d"), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(access("elsewhere", F_OK), -1);
	unlink("d/record");
	assert_int_equal(mkfifo("d/record", 0644), 0);
	fd = record_open("d");
	if (fd >= 0) {
		assert_int_equal(record_read(fd, &got), -1);
		close(fd);
	}
	alarm(0);
}

static void
write_on(void)
{
	struct record a = sample('a'), b = sample('b'), c = { 0 };
	int fd = open("d/record", O_RDWR);

	for (;;) {
		record_write(fd, &a);
		record_write(fd, &c);
		record_write(fd, &b);
	}
}

static void
read_for_a_second(void *arg)
{
	struct record a = sample('a'), b = sample('b'), got;
	uint64_t end = clock_after(1000000);
	int fd = record_open("d");
	long n = 0;

	(void)arg;
	REQUIRE(fd >= 0);
	while (clock_now() < end) {
		const struct record *want;

		REQUIRE(record_read(fd, &got) == 0);
		n++;
		want = got.text[0] == 'a' ? &a : &b;
		if (!got.text[0]) {
			REQUIRE(!got.keeper && !got.since && !got.cgroup[0] && !got.result[0] && !got.boot[0]);
			continue;
		}
		REQUIRE(strcmp(got.text, want->text) == 0);
		REQUIRE(strcmp(got.cgroup, want->cgroup) == 0);
		REQUIRE(strcmp(got.result, want->result) == 0);
		REQUIRE(got.keeper == want->keeper && got.since == want->since);
	}
	REQUIRE(n > 100);
}

static void
a_reader_never_sees_half_of_one(void **state)
{
	struct record first = sample('a');
	pid_t writer, readers[3];
	int fd, status, bad = 0;

	(void)state;
	fd = record_create("d");
	assert_int_equal(record_write(fd, &first), 0);
	fflush(NULL);
	writer = fork();
	if (writer == 0)
		write_on();
	for (size_t i = 0; i < COUNT(readers); i++) {
		readers[i] = fork();
		if (readers[i] == 0) {
			read_for_a_second(NULL);
			_exit(0);
		}
	}
	for (size_t i = 0; i < COUNT(readers); i++) {
		assert_int_equal(waitpid(readers[i], &status, 0), readers[i]);
		bad += status != 0;
	}
	live_end(writer);
	assert_int_equal(bad, 0);
	close(fd);
}

static void
the_lock_is_the_keepers(void **state)
{
	int fd, reader;
	pid_t pid;

	(void)state;
	fd = record_create("d");
	assert_true(fd >= 0);
	reader = record_open("d");
	assert_int_equal(record_held(reader), 1);
	assert_int_equal(record_create("d"), -1);
	assert_int_equal(errno, EAGAIN);
	/* it passes to the child that keeps the descriptor, and lives as long as that one */
	pid = live_child();
	close(fd);
	assert_int_equal(record_held(reader), 1);
	assert_int_equal(record_create("d"), -1);
	assert_int_equal(errno, EAGAIN);
	live_end(pid);
	assert_int_equal(record_held(reader), 0);
	fd = record_create("d");
	assert_true(fd >= 0);
	/* looking at it takes it from nobody */
	assert_int_equal(record_held(reader), 1);
	close(fd);
	close(reader);
}

static void
removal_takes_what_is_ours(void **state)
{
	int fd;

	(void)state;
	record_remove("d");
	fd = record_create("d");
	close(open("d/control", O_CREAT | O_WRONLY, 0600));
	close(open("d/notify", O_CREAT | O_WRONLY, 0600));
	record_remove("d");
	assert_int_equal(access("d", F_OK), -1);
	close(fd);
	fd = record_create("d");
	close(open("d/strange", O_CREAT | O_WRONLY, 0600));
	record_remove("d");
	assert_int_equal(access("d/strange", F_OK), 0);
	assert_int_equal(access("d/record", F_OK), -1);
	close(fd);
	assert_int_equal(rename("d", "elsewhere"), 0);
	fd = record_create("elsewhere");
	close(fd);
	assert_int_equal(symlink("elsewhere", "d"), 0);
	record_remove("d");
	assert_int_equal(access("elsewhere/record", F_OK), 0);
}

/* shared between the processes that want the record */
struct count {
	int owners, most, turns, lost;
};

static void
take_it_again_and_again(struct count *c)
{
	uint64_t end = clock_after(LIVE_SECONDS * UINT64_C(1000000));

	while (clock_now() < end && __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST) < 500) {
		int fd = record_create("d"), now;
		struct record r = sample('q');

		if (fd < 0) {
			if (errno != EAGAIN)
				__atomic_fetch_add(&c->lost, 1, __ATOMIC_SEQ_CST);
			/* the owner needs the processor more than we do */
			sched_yield();
			continue;
		}
		now = __atomic_add_fetch(&c->owners, 1, __ATOMIC_SEQ_CST);
		if (now > __atomic_load_n(&c->most, __ATOMIC_SEQ_CST))
			__atomic_store_n(&c->most, now, __ATOMIC_SEQ_CST);
		__atomic_fetch_add(&c->turns, 1, __ATOMIC_SEQ_CST);
		record_write(fd, &r);
		__atomic_sub_fetch(&c->owners, 1, __ATOMIC_SEQ_CST);
		if (now % 3)
			record_remove("d");
		close(fd);
	}
	_exit(0);
}

static void
there_is_one_owner_at_a_time(void **state)
{
	struct count *c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[20];

	(void)state;
	assert_true(c != MAP_FAILED);
	fflush(NULL);
	for (size_t i = 0; i < COUNT(pids); i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			take_it_again_and_again(c);
	}
	for (size_t i = 0; i < COUNT(pids); i++)
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
	assert_int_equal(c->most, 1);
	assert_int_equal(c->lost, 0);
	assert_true(c->turns >= 500);
	munmap(c, sizeof *c);
}

static void
the_last_one_leaves_nothing(void **state)
{
	char here[4096], *a, *b;

	(void)state;
	assert_non_null(getcwd(here, sizeof here));
	a = record_dir(here, "a");
	b = record_dir(here, "b");
	close(record_create(a));
	close(record_create(b));
	assert_false(record_purged(a));
	assert_int_equal(mkdir("run/initwright/.cgroup", 0755), 0);
	close(open("run/initwright/.boot", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	close(open("run/initwright/.purged", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	assert_true(record_purged(a));
	record_remove(a);
	record_forget(a);
	/* there is another */
	assert_int_equal(access("run/initwright/.boot", F_OK), 0);
	assert_true(record_purged(b));
	record_remove(b);
	record_forget(b);
	assert_int_equal(access("run/initwright", F_OK), -1);
	assert_int_equal(access("run", F_OK), 0);
	free(a);
	free(b);
}

static void
a_full_disk_is_told(void **state)
{
	struct record r = sample('f');
	int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_int_equal(record_write(fd, &r), -1);
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		T(names_are_safe), T(the_place_is_below_root), IN_DIR(what_is_written_is_read), IN_DIR(everyone_may_read_it),
		IN_DIR(refuses_what_is_no_record), IN_DIR(a_reader_never_sees_half_of_one), IN_DIR(the_lock_is_the_keepers),
		IN_DIR(removal_takes_what_is_ours), IN_DIR(there_is_one_owner_at_a_time),
		IN_DIR(the_last_one_leaves_nothing), T(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
