#include "svc/busname.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/mem.h"

enum { CALL = 1, REPLY = 2, FAILURE = 3, SIGNAL = 4 };	/* kinds of messages */
enum { PATH = 1, INTERFACE = 2, MEMBER = 3, REPLY_SERIAL = 5, DESTINATION = 6, SIGNATURE = 8 };	/* header fields */
enum { HELLO = 1, MATCH, ASK };	/* serials of our calls */
enum { HEAD = 16 };	/* bytes before the header fields */

/* --- what we say --- */

static void
pad(struct buf *b, size_t to)
{
	while (b->len % to)
		buf_ch(b, '\0');
}

static void
put_number(struct buf *b, uint32_t n)
{
	pad(b, 4);
	for (int i = 0; i < 4; i++)
		buf_ch(b, (char)(n >> 8 * i & 255));
}

static void
put_string(struct buf *b, const char *s)
{
	put_number(b, (uint32_t)strlen(s));
	buf_add(b, s, strlen(s) + 1);
}

static void
put_field(struct buf *b, char code, char type, const char *value)
{
	pad(b, 8);
	buf_ch(b, code);
	buf_add(b, (char[]){ 1, type, 0 }, 3);
	if (type == 'g') {
		buf_ch(b, (char)strlen(value));
		buf_add(b, value, strlen(value) + 1);
	} else
		put_string(b, value);
}

static void
put_at(struct buf *b, size_t at, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		b->s[at + (size_t)i] = (char)(n >> 8 * i & 255);
}

/* a call of the bus itself, with a string or (NULL) nothing to go with it */
static void
put_call(struct buf *out, uint32_t serial, const char *member, const char *arg)
{
	struct buf m = BUF_INIT;
	size_t fields;

	buf_add(&m, (char[]){ 'l', CALL, 0, 1 }, 4);
	put_number(&m, arg ? (uint32_t)strlen(arg) + 5 : 0);
	put_number(&m, serial);
	put_number(&m, 0);
	put_field(&m, PATH, 'o', "/org/freedesktop/DBus");
	put_field(&m, DESTINATION, 's', "org.freedesktop.DBus");
	put_field(&m, INTERFACE, 's', "org.freedesktop.DBus");
	put_field(&m, MEMBER, 's', member);
	if (arg)
		put_field(&m, SIGNATURE, 'g', "s");
	fields = m.len - HEAD;
	put_at(&m, 12, (uint32_t)fields);
	pad(&m, 8);
	if (arg)
		put_string(&m, arg);
	buf_add(out, m.s, m.len);
	buf_free(&m);
}

static int
say(const struct busname *b, const char *text, size_t n)
{
	ssize_t sent = send(b->fd, text, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	/* a socket that was just connected has room for more than this */
	if (sent >= 0 && (size_t)sent != n)
		errno = EIO;
	return sent >= 0 && (size_t)sent == n ? 0 : -1;
}

/* the user's number in hexadecimal digits of its decimal ones */
static int
say_who(const struct busname *b)
{
	char number[24], *hex, *text;
	size_t n = fmt_to(number, sizeof number, "%lu", (unsigned long)geteuid());
	int r;

	hex = mem_alloc(2 * n + 1);
	for (size_t i = 0; i < n; i++)
		fmt_to(hex + 2 * i, 3, "%02x", (unsigned)number[i]);
	text = mem_fmt("%cAUTH EXTERNAL %s\r\n", '\1', hex);
	text[0] = '\0';
	r = say(b, text, 1 + strlen(text + 1));
	free(text);
	free(hex);
	return r;
}

static int
say_what(const struct busname *b)
{
	struct buf out = BUF_INIT;
	char *rule = mem_fmt("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='%s'", b->name);
	int r;

	buf_str(&out, "BEGIN\r\n");
	put_call(&out, HELLO, "Hello", NULL);
	put_call(&out, MATCH, "AddMatch", rule);
	put_call(&out, ASK, "NameHasOwner", b->name);
	r = say(b, out.s, out.len);
	buf_free(&out);
	free(rule);
	return r;
}

/* --- what we hear --- */

struct message {
	const unsigned char *p;
	size_t n;		/* of it all */
	size_t body;		/* where that begins */
	bool big;		/* its byte order */
	uint32_t reply_to;
	const char *member;
};

static uint32_t
number_at(const struct message *m, size_t at)
{
	const unsigned char *p = m->p + at;

	if (at + 4 > m->n)
		return 0;
	return m->big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] :
	    (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static size_t
align(size_t at, size_t to)
{
	return (at + to - 1) / to * to;
}

/* a string at *at, which moves behind it; NULL when there is none */
static const char *
string_at(const struct message *m, size_t *at)
{
	size_t from = align(*at, 4) + 4, n;

	if (from > m->n)
		return NULL;
	n = number_at(m, from - 4);
	if (n >= m->n - from || m->p[from + n] != '\0')
		return NULL;
	*at = from + n + 1;
	return (const char *)m->p + from;
}

/* 0, or -1 for fields that no bus sends */
static int
read_fields(struct message *m, size_t end)
{
	size_t at = HEAD;

	while ((at = align(at, 8)) + 4 <= end) {
		unsigned char code = m->p[at], type = m->p[at + 2];
		const char *text;

		if (m->p[at + 1] != 1)
			return -1;
		at += 4;
		if (type == 'u') {
			m->reply_to = code == REPLY_SERIAL ? number_at(m, at) : m->reply_to;
			at += 4;
		} else if (type == 'g') {
			at += at < end ? (size_t)m->p[at] + 2 : 0;
		} else if (type == 's' || type == 'o') {
			text = string_at(m, &at);
			if (!text)
				return -1;
			m->member = code == MEMBER ? text : m->member;
		} else
			return -1;
		if (at > end)
			return -1;
	}
	return 0;
}

static void
take_signal(struct busname *b, const struct message *m)
{
	size_t at = m->body;
	const char *name = string_at(m, &at), *before = name ? string_at(m, &at) : NULL, *now = before ? string_at(m, &at) : NULL;

	if (now && strcmp(name, b->name) == 0)
		b->owned = *now;
}

static void
take_message(struct busname *b, const struct message *m)
{
	unsigned char kind = m->p[1];

	if (kind == FAILURE && m->reply_to)
		b->broken = true;
	else if (kind == REPLY && m->reply_to == ASK)
		b->owned |= number_at(m, m->body) != 0;
	else if (kind == SIGNAL && m->member && strcmp(m->member, "NameOwnerChanged") == 0)
		take_signal(b, m);
}

/* one message from the front of the room: its length, 0 when it is not whole yet, -1 when it is none */
static ssize_t
one_message(struct busname *b)
{
	struct message m = { .p = b->room, .n = b->n };
	size_t fields, body;

	if (b->n < HEAD)
		return 0;
	m.big = b->room[0] == 'B';
	if ((!m.big && b->room[0] != 'l') || b->room[3] != 1)
		return -1;
	body = number_at(&m, 4);
	fields = number_at(&m, 12);
	if (fields > BUSNAME_ROOM || body > BUSNAME_ROOM)
		return -1;
	m.body = align(HEAD + fields, 8);
	m.n = m.body + body;
	if (m.n > BUSNAME_ROOM)
		return -1;
	if (b->n < m.n)
		return 0;
	if (read_fields(&m, HEAD + fields) != 0)
		return -1;
	take_message(b, &m);
	return (ssize_t)m.n;
}

/* the line that lets us in */
static ssize_t
one_line(struct busname *b)
{
	unsigned char *end = memchr(b->room, '\n', b->n);

	if (!end)
		return b->n < 512 ? 0 : -1;
	if (b->n < 3 || memcmp(b->room, "OK ", 3) != 0 || say_what(b) != 0)
		return -1;
	b->authenticated = true;
	return end + 1 - b->room;
}

static void
take_room(struct busname *b)
{
	while (!b->broken && b->n > 0) {
		ssize_t used = b->authenticated ? one_message(b) : one_line(b);

		if (used == 0)
			return;
		if (used < 0) {
			b->broken = true;
			return;
		}
		b->n -= (size_t)used;
		memmove(b->room, b->room + used, b->n);
	}
}

void
busname_read(struct busname *b)
{
	ssize_t n;

	while (!b->broken) {
		n = recv(b->fd, b->room + b->n, sizeof b->room - b->n, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			b->broken = true;
			return;
		}
		b->n += (size_t)n;
		take_room(b);
	}
}

int
busname_open(struct busname *b, const char *path, const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int saved;

	*b = (struct busname){ .fd = -1, .name = name };
	if (strlen(path) >= sizeof a.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(a.sun_path, path, strlen(path));
	b->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (b->fd >= 0 && connect(b->fd, (struct sockaddr *)&a, sizeof a) == 0 && say_who(b) == 0)
		return 0;
	saved = errno;
	busname_close(b);
	errno = saved;
	return -1;
}

void
busname_close(struct busname *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}
