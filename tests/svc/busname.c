#include "svc/busname.h"

#include <fcntl.h>
#include <poll.h>

#include "harness/bus.h"

/* a client that was let in, and the bus's end of it */
static int
connected(struct busname *b)
{
	char text[1024];
	int listener = bus_listen("bus"), fd;
	ssize_t n;

	assert_int_equal(busname_open(b, "bus", "org.example.Foo"), 0);
	fd = bus_accept(listener);
	close(listener);
	busname_read(b);
	assert_true(b->authenticated && !b->broken && !b->owned);
	n = read(fd, text, sizeof text);
	assert_true(n > 7 && memcmp(text, "BEGIN\r\nl\1", 9) == 0);
	assert_non_null(memmem(text, (size_t)n, "\0\0\0Hello", 9));
	assert_non_null(memmem(text, (size_t)n, "member='NameOwnerChanged',arg0='org.example.Foo'", 48));
	assert_non_null(memmem(text, (size_t)n, "NameHasOwner", 13));
	return fd;
}

static void
tell(struct busname *b, int fd, const struct bus_message *m)
{
	assert_int_equal(write(fd, m->text, m->n), (ssize_t)m->n);
	busname_read(b);
}

static void
hears_of_an_owner(void **state)
{
	for (int big = 0; big < 2; big++) {
		struct bus_message m = { .big = big };
		struct busname b;
		int fd = connected(&b);

		(void)state;
		bus_has_owner(&m, false);
		tell(&b, fd, &m);
		assert_false(b.owned);
		bus_owner_changed(&m, "org.example.Other", "", ":1.7");
		tell(&b, fd, &m);
		assert_false(b.owned);
		bus_owner_changed(&m, "org.example.Foo", "", ":1.7");
		/* in two parts, the second with what follows */
		assert_int_equal(write(fd, m.text, 21), 21);
		busname_read(&b);
		assert_false(b.owned);
		assert_int_equal(write(fd, m.text + 21, m.n - 21), (ssize_t)m.n - 21);
		busname_read(&b);
		assert_true(b.owned);
		bus_owner_changed(&m, "org.example.Foo", ":1.7", "");
		tell(&b, fd, &m);
		assert_false(b.owned || b.broken);
		bus_has_owner(&m, true);
		tell(&b, fd, &m);
		assert_true(b.owned);
		close(fd);
		busname_read(&b);
		assert_true(b.broken);
		busname_close(&b);
		assert_int_equal(unlink("bus"), 0);
	}
}

static void
nonsense_is_the_end(void **state)
{
	static const char *const nonsense[] = {
		"hello, world, this is no message at all", "l\2\1\1\377\377\377\377\1\0\0\0\0\0\0\0", "l\2\1\1\0\0\0\0\1\0\0\0\377\377\377\377",
		"l\2\1\1\0\0\0\0\1\0\0\0\10\0\0\0\5\2u\0\0\0\0\0", "l\2\1\1\0\0\0\0\1\0\0\0\10\0\0\0\3\1s\0\377\377\377\377",
		"l\2\1\1\0\0\0\0\1\0\0\0\10\0\0\0\3\1g\0\377\0\0\0", "l\2\1\1\0\0\0\0\1\0\0\0\10\0\0\0\3\1x\0\0\0\0\0",
	};
	static const size_t length[] = { 39, 16, 16, 24, 24, 24, 24 };

	(void)state;
	for (size_t i = 0; i < COUNT(nonsense); i++) {
		struct busname b;
		int fd = connected(&b);

		assert_int_equal(write(fd, nonsense[i], length[i]), (ssize_t)length[i]);
		busname_read(&b);
		if (!b.broken || b.owned)
			fail_msg("message %zu was taken", i);
		busname_close(&b);
		close(fd);
		assert_int_equal(unlink("bus"), 0);
	}
}

static void
a_refusal_is_the_end(void **state)
{
	struct bus_message m = { .big = false };
	struct busname b;
	int fd = connected(&b), listener;

	(void)state;
	bus_head(&m, 3, 2, NULL, 0);
	tell(&b, fd, &m);
	assert_true(b.broken);
	busname_close(&b);
	close(fd);
	assert_int_equal(unlink("bus"), 0);
	listener = bus_listen("bus");
	assert_int_equal(busname_open(&b, "bus", "org.example.Foo"), 0);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(write(fd, "REJECTED EXTERNAL\r\n", 19), 19);
	busname_read(&b);
	assert_true(b.broken);
	busname_close(&b);
	close(fd);
	close(listener);
	assert_int_equal(busname_open(&b, "bus", "org.example.Foo"), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(busname_open(&b, "none", "org.example.Foo"), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(hears_of_an_owner), IN_DIR(nonsense_is_the_end), IN_DIR(a_refusal_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
