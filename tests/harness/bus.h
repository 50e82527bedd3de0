#ifndef HARNESS_BUS_H
#define HARNESS_BUS_H
/* For unit tests: the other end of svc/busname.h, a message bus that says what the test wants. */
#include <sys/socket.h>
#include <sys/un.h>

#include "harness/live.h"

/* A message put together byte by byte, in either byte order. */
struct bus_message {
	size_t n;
	unsigned char text[1024];
	bool big;
};

static inline void
bus_bytes(struct bus_message *m, const void *p, size_t n)
{
	REQUIRE(m->n + n <= sizeof m->text);
	memcpy(m->text + m->n, p, n);
	m->n += n;
}

static inline void
bus_align(struct bus_message *m, size_t to)
{
	while (m->n % to)
		bus_bytes(m, "", 1);
}

static inline void
bus_number(struct bus_message *m, unsigned n)
{
	bus_align(m, 4);
	for (int i = 0; i < 4; i++)
		bus_bytes(m, (unsigned char[]){ (unsigned char)(n >> 8 * (m->big ? 3 - i : i)) }, 1);
}

static inline void
bus_string(struct bus_message *m, const char *s)
{
	bus_number(m, (unsigned)strlen(s));
	bus_bytes(m, s, strlen(s) + 1);
}

/* Its head: a kind, and what it answers (0: nothing), or its member. */
static inline void
bus_head(struct bus_message *m, unsigned char kind, unsigned answers, const char *member, unsigned body)
{
	struct bus_message fields = { .big = m->big };

	bus_bytes(&fields, "\7\1s", 4);
	bus_string(&fields, "org.freedesktop.DBus");
	bus_align(&fields, 8);
	if (answers) {
		bus_bytes(&fields, "\5\1u", 4);
		bus_number(&fields, answers);
	} else {
		bus_bytes(&fields, "\3\1s", 4);
		bus_string(&fields, member);
	}
	bus_align(&fields, 8);
	bus_bytes(&fields, "\10\1g\0\3sss", 9);
	m->n = 0;
	bus_bytes(m, (unsigned char[]){ m->big ? 'B' : 'l', kind, 1, 1 }, 4);
	bus_number(m, body);
	bus_number(m, 77);
	bus_number(m, (unsigned)fields.n);
	bus_bytes(m, fields.text, fields.n);
	bus_align(m, 8);
}

/* The answer to "has it an owner?". */
static inline void
bus_has_owner(struct bus_message *m, bool owner)
{
	bus_head(m, 2, 3, NULL, 4);
	bus_number(m, owner);
}

static inline void
bus_owner_changed(struct bus_message *m, const char *name, const char *old, const char *now)
{
	struct bus_message body = { .big = m->big };

	bus_string(&body, name);
	bus_string(&body, old);
	bus_string(&body, now);
	bus_head(m, 4, 0, "NameOwnerChanged", (unsigned)body.n);
	bus_bytes(m, body.text, body.n);
}

/* A socket that clients can connect to. */
static inline int
bus_listen(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	REQUIRE(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 4) == 0);
	return fd;
}

/* Take the greeting that a client has sent, and let it in. */
static inline int
bus_accept(int listener)
{
	char text[256];
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ssize_t n = read(fd, text, sizeof text - 1);

	REQUIRE(fd >= 0 && n >= 19 && text[0] == '\0');
	text[n] = '\0';
	REQUIRE(strncmp(text + 1, "AUTH EXTERNAL 3", 15) == 0 && strcmp(text + n - 2, "\r\n") == 0);
	REQUIRE(write(fd, "OK 0123456789abcdef\r\n", 21) == 21);
	return fd;
}

#endif
