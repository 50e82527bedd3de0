#include "boot/header.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/level.h"

struct line {
	char *s;	/* not NUL-terminated */
	size_t n;	/* without the line end, a carriage return taken off too */
	int number;
};

struct scan {
	char *p, *end;
	int number;
	struct header *h;
	size_t cap;	/* of h->words */
	struct diag *diag;
};

enum key { KEY_START = HEADER_LISTS, KEY_STOP, KEY_INTERACTIVE, KEY_DESCRIPTION, KEY_OTHER, KEY_NONE };

#define KEY(name, key) { name, sizeof name - 1, key }
static const struct {
	const char *name;
	size_t n;
	int key;
} keys[] = {
	KEY("Provides", HEADER_PROVIDES), KEY("Required-Start", HEADER_REQUIRED_START), KEY("Required-Stop", HEADER_REQUIRED_STOP),
	KEY("Should-Start", HEADER_SHOULD_START), KEY("Should-Stop", HEADER_SHOULD_STOP),
	KEY("Start-Before", HEADER_START_BEFORE), KEY("Stop-After", HEADER_STOP_AFTER),
	KEY("Default-Start", KEY_START), KEY("Default-Stop", KEY_STOP), KEY("Interactive", KEY_INTERACTIVE),
	KEY("Description", KEY_DESCRIPTION), KEY("Short-Description", KEY_OTHER),
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Are they, being letters, the same but for their case? */
static bool
same_letter(char a, char b)
{
	return (a | 0x20) == (b | 0x20);
}

/* What stands between words: blanks, and in the lists of an LSB block commas and semicolons. */
static bool
is_between(char c)
{
	return is_blank(c) || c == ',' || c == ';' || c == '\0';
}

static bool
next_line(struct scan *s, struct line *l)
{
	char *nl;

	if (s->p >= s->end)
		return false;
	nl = memchr(s->p, '\n', (size_t)(s->end - s->p));
	l->s = s->p;
	l->n = (size_t)((nl ? nl : s->end) - s->p);
	l->number = ++s->number;
	s->p = nl ? nl + 1 : s->end;
	if (l->n > 0 && l->s[l->n - 1] == '\r')
		l->n--;
	return true;
}

/* Is the line "### WHAT INIT INFO", however many # and blanks there are? */
static bool
is_mark(const struct line *l, const char *what)
{
	const char *words[] = { what, "INIT", "INFO" };
	size_t i = 0;

	while (i < l->n && l->s[i] == '#')
		i++;
	if (i == 0)
		return false;
	for (size_t w = 0; w < 3; w++) {
		size_t at = i, n;

		while (i < l->n && is_blank(l->s[i]))
			i++;
		if ((w > 0 && i == at) || i == l->n || !same_letter(l->s[i], words[w][0]))
			return false;
		n = strlen(words[w]);
		if (l->n - i < n || strncasecmp(l->s + i, words[w], n) != 0)
			return false;
		i += n;
	}
	while (i < l->n && is_blank(l->s[i]))
		i++;
	return i == l->n;
}

bool
header_is_mark(const char *line, size_t n, const char *what)
{
	struct line l = { (char *)line, n > 0 && line[n - 1] == '\r' ? n - 1 : n, 0 };

	return is_mark(&l, what);
}

/* The key of "# Key: value", and in *value where the value starts. */
static int
key_of(const struct line *l, size_t *value)
{
	size_t i = 1, n;
	bool extension;

	while (i < l->n && is_blank(l->s[i]))
		i++;
	for (n = 0; i + n < l->n && (isalnum((unsigned char)l->s[i + n]) || l->s[i + n] == '-'); n++)
		;
	if (n == 0 || i + n == l->n || l->s[i + n] != ':')
		return KEY_NONE;
	*value = i + n + 1;
	extension = n > 2 && (l->s[i] | 0x20) == 'x' && l->s[i + 1] == '-';
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
		size_t len = keys[k].n;

		if (n != len && (n < len || !extension || l->s[i + n - len - 1] != '-'))
			continue;
		if (same_letter(l->s[i + n - len], keys[k].name[0]) && strncasecmp(l->s + i + n - len, keys[k].name, len) == 0)
			return keys[k].key;
	}
	return KEY_OTHER;
}

static void
add_word(struct scan *s, const char *name, int line, size_t column, enum header_list list)
{
	struct header *h = s->h;

	h->words = mem_grow(h->words, &s->cap, h->n + 1, sizeof *h->words);
	h->words[h->n++] = (struct header_word){ name, line, (int)column, list };
}

/* The next word of the line from *at on, made a string in place; NULL at the end.  *column is where it starts. */
static char *
next_word(const struct line *l, size_t *at, size_t *column)
{
	size_t i = *at;
	char *word;

	while (i < l->n && is_between(l->s[i]))
		i++;
	if (i >= l->n)
		return NULL;
	word = l->s + i;
	*column = i + 1;
	while (i < l->n && !is_between(l->s[i]))
		i++;
	l->s[i] = '\0';		/* the scanned text has room for one byte behind its end */
	*at = i + 1;
	return word;
}

static void
take_list(struct scan *s, const struct line *l, size_t at, enum header_list list)
{
	size_t column;
	char *word;

	while ((word = next_word(l, &at, &column)))
		add_word(s, word, l->number, column, list);
}

static void
take_levels(struct scan *s, const struct line *l, size_t at, unsigned *set, const char *key)
{
	size_t column;
	char *word;

	while ((word = next_word(l, &at, &column))) {
		unsigned one = level_set(word);

		if (one == 0)
			diag_add(s->diag, DIAG_WARN, s->h->file, l->number, (int)column, "%s: no such runlevel: %.20s", key, word);
		else if (word[1])
			diag_add(s->diag, DIAG_WARN, s->h->file, l->number, (int)column,
			    "%s: runlevels are not separated by blanks: %.20s; read one by one", key, word);
		*set |= one;
	}
}

static void
take_key(struct scan *s, const struct line *l, int key, size_t at)
{
	struct header *h = s->h;
	size_t column;
	char *word;

	switch (key) {
	case KEY_START:
		h->has_start = true;
		take_levels(s, l, at, &h->start, "Default-Start");
		break;
	case KEY_STOP:
		h->has_stop = true;
		take_levels(s, l, at, &h->stop, "Default-Stop");
		break;
	case KEY_INTERACTIVE:
		word = next_word(l, &at, &column);
		h->interactive = word && strcasecmp(word, "true") == 0;
		break;
	case KEY_DESCRIPTION:
	case KEY_OTHER:
		break;
	default:
		take_list(s, l, at, (enum header_list)key);
	}
}

/* Is there an end mark from here on?  Looked for first, so that a block without one is left alone as a whole. */
static bool
block_ends(struct scan s)
{
	struct line l;

	while (next_line(&s, &l))
		if (is_mark(&l, "END"))
			return true;
	return false;
}

/* A line of the block that is no key: a word of warning for what its author may have meant as one. */
static void
odd_line(struct scan *s, const struct line *l, int last)
{
	size_t i = 1;

	if (l->n == 0 || l->s[0] != '#') {
		if (l->n > 0)
			diag_add(s->diag, DIAG_WARN, s->h->file, l->number, 1, "no comment inside the LSB header: skipped");
		return;
	}
	while (i < l->n && is_blank(l->s[i]))
		i++;
	if (i < l->n && last != KEY_DESCRIPTION && last != KEY_OTHER && last != KEY_NONE)
		diag_add(s->diag, DIAG_WARN, s->h->file, l->number, (int)i + 1,
		    "only Description may go on in the next line: skipped");
}

static void
read_block(struct scan *s, int begin)
{
	struct line l;
	size_t value = 0;
	int key, last = KEY_NONE;

	if (!block_ends(*s)) {
		s->h->broken = true;
		diag_add(s->diag, DIAG_ERROR, s->h->file, begin, 1, "missing end of LSB comment");
		return;
	}
	s->h->kind = HEADER_LSB;
	while (next_line(s, &l) && !is_mark(&l, "END")) {
		key = l.n > 0 && l.s[0] == '#' ? key_of(&l, &value) : KEY_NONE;
		if (key == KEY_NONE) {
			odd_line(s, &l, last);
			continue;
		}
		take_key(s, &l, key, value);
		last = key;
	}
}

/* Decimal of one or two digits that ends at a blank or at the end of the line; -1 if it is not. */
static int
two_digits(const struct line *l, size_t *at)
{
	size_t i = *at;
	int n = 0;

	while (i < l->n && is_blank(l->s[i]))
		i++;
	if (i == *at || i == l->n)
		return -1;
	for (*at = i; i < l->n && isdigit((unsigned char)l->s[i]) && i < *at + 2; i++)
		n = n * 10 + (l->s[i] - '0');
	if (i == *at || (i < l->n && !is_blank(l->s[i])))
		return -1;
	*at = i;
	return n;
}

/* "# chkconfig: 345 50 60" */
static void
read_chkconfig(struct scan *s, const struct line *l)
{
	static const char key[] = "chkconfig:";
	struct header *h = s->h;
	size_t i = 0, from;
	unsigned set = 0;

	while (i < l->n && is_blank(l->s[i]))
		i++;
	if (i == l->n || l->s[i++] != '#')
		return;
	while (i < l->n && is_blank(l->s[i]))
		i++;
	if (l->n - i < sizeof key - 1 || memcmp(l->s + i, key, sizeof key - 1) != 0)
		return;
	for (i += sizeof key - 1; i < l->n && is_blank(l->s[i]); i++)
		;
	from = i;
	if (i < l->n && l->s[i] == '-')
		i++;
	else
		for (; i < l->n && l->s[i] >= '0' && l->s[i] <= '6'; i++)
			set |= LEVEL_BIT(l->s[i] - '0');
	if (i > from && (h->chk_start = two_digits(l, &i)) >= 0 && (h->chk_stop = two_digits(l, &i)) >= 0) {
		h->chk_levels = set;
		h->chkconfig = true;
	} else {
		diag_add(s->diag, DIAG_WARN, h->file, l->number, (int)i + 1,
		    "chkconfig line is not LEVELS START STOP, levels 0 to 6 or -, numbers 0 to 99: skipped");
	}
}

static const char *
openrc_name(const char *word)
{
	static const char *const names[][2] = {
		{ "*", "$all" }, { "net", "$network" }, { "localmount", "$local_fs" }, { "netmount", "$remote_fs" },
		{ "logger", "$syslog" }, { "dns", "$named" }, { "clock", "$time" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(word, names[i][0]) == 0)
			return names[i][1];
	return word;
}

/* One line of depend(): "need net", "after firewall" */
static void
openrc_line(struct scan *s, const struct line *l)
{
	static const struct {
		const char *word;
		enum header_list list;
	} verbs[] = {
		{ "need", HEADER_REQUIRED_START }, { "use", HEADER_SHOULD_START }, { "want", HEADER_SHOULD_START },
		{ "after", HEADER_SHOULD_START }, { "before", HEADER_START_BEFORE }, { "provide", HEADER_PROVIDES },
	};
	size_t at = 0, column, i;
	char *word = next_word(l, &at, &column);

	for (i = 0; word && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(word, verbs[i].word) == 0)
			break;
	if (!word || i == sizeof verbs / sizeof *verbs)
		return;
	while ((word = next_word(l, &at, &column)))
		if (!strchr("-!$\"'`#", word[0]))
			add_word(s, openrc_name(word), l->number, column, verbs[i].list);
}

static bool
opens_depend(const struct line *l)
{
	size_t i = 0;

	while (i < l->n && is_blank(l->s[i]))
		i++;
	if (l->n - i < 6 || memcmp(l->s + i, "depend", 6) != 0)
		return false;
	for (i += 6; i < l->n && is_blank(l->s[i]); i++)
		;
	return i < l->n && l->s[i] == '(';
}

static void
read_openrc(struct scan *s)
{
	struct line l;
	bool in = false;

	s->h->kind = HEADER_OPENRC;
	s->h->has_start = s->h->has_stop = true;
	s->h->start = LEVEL_USER;
	s->h->stop = LEVEL_BIT(0) | LEVEL_BIT(1) | LEVEL_BIT(6);
	while (next_line(s, &l)) {
		if (!in)
			in = opens_depend(&l);
		else if (l.n > 0 && l.s[0] == '}')
			return;
		else
			openrc_line(s, &l);
	}
}

static bool
first_line_has(const struct line *l, const char *program)
{
	size_t n = strlen(program);

	if (l->n < 2 || l->s[0] != '#' || l->s[1] != '!')
		return false;
	for (size_t i = 2; i + n <= l->n; i++)
		if (l->s[i - 1] == '/' && memcmp(l->s + i, program, n) == 0 && (i + n == l->n || is_blank(l->s[i + n])))
			return true;
	return false;
}

static bool
is_openrc(const struct line *l)
{
	return first_line_has(l, "openrc-run") || first_line_has(l, "runscript");
}

/* Nothing of a header stands behind the block and the comments that follow it. */
static bool
is_code(const struct line *l)
{
	size_t i = 0;

	while (i < l->n && is_blank(l->s[i]))
		i++;
	return i < l->n && l->s[i] != '#';
}

/* Copy the string to *to, and move that behind it. */
static const char *
put_string(char **to, const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = memcpy(*to, s, n);

	*to += n;
	return copy;
}

/* What the header refers to moves to a room of its own: the texts are the caller's.  One room, as there may be thousands of headers. */
static void
keep(struct header *h)
{
	size_t size = h->n * sizeof *h->words + strlen(h->file) + 1;
	struct header_word *room;
	char *p;

	for (size_t i = 0; i < h->n; i++)
		size += strlen(h->words[i].name) + 1;
	room = mem_alloc(size);
	p = (char *)(room + h->n);
	for (size_t i = 0; i < h->n; i++) {
		room[i] = h->words[i];
		room[i].name = put_string(&p, h->words[i].name);
	}
	h->file = put_string(&p, h->file);
	free(h->words);
	h->words = room;
}

void
header_parse(struct header *h, const char *file, char *text, size_t n, struct diag *diag)
{
	struct scan s = { .p = text, .end = text + n, .h = h, .diag = diag };
	struct line l;

	*h = (struct header){ .file = file };
	while (next_line(&s, &l)) {
		if (l.number == 1 && is_openrc(&l)) {
			read_openrc(&s);
			break;
		}
		if (l.number == 1)
			h->native = first_line_has(&l, "svrun");
		if (h->kind == HEADER_NONE && !h->broken && is_mark(&l, "BEGIN"))
			read_block(&s, l.number);
		else if (h->kind == HEADER_LSB && is_code(&l))
			break;
		else if (!h->chkconfig)
			read_chkconfig(&s, &l);
	}
	keep(h);
}

bool
header_is_whole(char *text, size_t n)
{
	struct scan s = { .p = text, .end = text + n };
	struct line l;
	bool begun = false, ended = false;

	while (next_line(&s, &l)) {
		if ((s.p == s.end && text[n - 1] != '\n') || (l.number == 1 && is_openrc(&l)))
			return false;
		if (!begun)
			begun = is_mark(&l, "BEGIN");
		else if (!ended)
			ended = is_mark(&l, "END");
		else if (is_code(&l))
			return true;
	}
	return false;
}

char *
header_name(const char *s)
{
	char *name = mem_str(s);

	for (char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-", *p))
			*p = '-';
	return name;
}

void
header_put_instance(struct buf *text, const char *script)
{
	static const char word[] = "INSTANCE";
	const char *at = strchr(script, '@'), *end = str_find(text->s, "### END INIT INFO"), *from = text->s, *to;
	struct buf out = BUF_INIT;
	char *name;

	if (!at || !at[1] || !end || !(to = str_find(from, word)) || to > end)
		return;
	name = header_name(at + 1);
	for (; to && to < end; to = str_find(from, word)) {
		buf_add(&out, from, (size_t)(to - from));
		buf_str(&out, name);
		from = to + sizeof word - 1;
	}
	buf_add(&out, from, (size_t)(text->s + text->len - from));
	buf_free(text);
	*text = out;
	free(name);
}

bool
header_has(const struct header *h, enum header_list list, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->words[i].list == list && strcmp(h->words[i].name, name) == 0)
			return true;
	return false;
}

void
header_free(struct header *h)
{
	free(h->words);
	*h = (struct header){ .file = NULL };
}
