#include "svc/envfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "os/file.h"
#include "os/glob.h"
#include "svc/words.h"

enum state { PRE_KEY, KEY, PRE_VALUE, VALUE, VALUE_ESCAPE, SINGLE, DOUBLE, DOUBLE_ESCAPE, COMMENT, COMMENT_ESCAPE };

struct parser {
	enum state state;
	struct buf key, value;
	size_t key_end, value_end;	/* length without trailing blanks */
	struct vec out;
	int error;
};

static bool
is_newline(char c)
{
	return c == '\n' || c == '\r';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || is_newline(c);
}

static void
add_key(struct parser *x, char c)
{
	buf_ch(&x->key, c);
	if (!is_blank(c))
		x->key_end = x->key.len;
}

/* keep: blanks at the end of the value that are quoted or escaped stay */
static void
add_value(struct parser *x, char c, bool keep)
{
	buf_ch(&x->value, c);
	if (keep || !is_blank(c))
		x->value_end = x->value.len;
}

static void
restart(struct parser *x)
{
	buf_clear(&x->key);
	buf_clear(&x->value);
	x->key_end = x->value_end = 0;
	x->state = PRE_KEY;
}

static void
push(struct parser *x)
{
	if (!utf8_valid(x->key.s, x->key_end) || !utf8_valid(x->value.s, x->value_end))
		x->error = EILSEQ;
	else if (words_is_name(x->key.s, x->key_end))
		vec_take(&x->out, mem_fmt("%.*s=%.*s", (int)x->key_end, x->key.s, (int)x->value_end, x->value.s ? x->value.s : ""));
	restart(x);
}

static void
in_key(struct parser *x, char c)
{
	if (x->state == PRE_KEY) {
		if (c == '#' || c == ';')
			x->state = COMMENT;
		else if (!is_blank(c)) {
			x->state = KEY;
			add_key(x, c);
		}
	} else if (is_newline(c))
		restart(x);
	else if (c == '=')
		x->state = PRE_VALUE;
	else
		add_key(x, c);
}

static void
in_value(struct parser *x, char c)
{
	if (is_newline(c))
		push(x);
	else if (c == '\\') {
		x->state = VALUE_ESCAPE;
		x->value_end = x->value.len;
	} else if (x->state == PRE_VALUE && (c == '\'' || c == '"'))
		x->state = c == '"' ? DOUBLE : SINGLE;
	else if (x->state == VALUE || !is_blank(c)) {
		x->state = VALUE;
		add_value(x, c, false);
	}
}

static void
in_quotes(struct parser *x, char c)
{
	if (c == (x->state == DOUBLE ? '"' : '\''))
		x->state = PRE_VALUE;
	else if (x->state == DOUBLE && c == '\\')
		x->state = DOUBLE_ESCAPE;
	else
		add_value(x, c, true);
}

static void
in_double_escape(struct parser *x, char c)
{
	x->state = DOUBLE;
	if (!strchr("\"\\`$", c) && c != '\n')
		add_value(x, '\\', true);
	if (c != '\n')
		add_value(x, c, true);
}

static void
feed(struct parser *x, char c)
{
	switch (x->state) {
	case PRE_KEY: case KEY:
		in_key(x, c);
		break;
	case PRE_VALUE: case VALUE:
		in_value(x, c);
		break;
	case VALUE_ESCAPE:
		x->state = VALUE;
		if (!is_newline(c))
			add_value(x, c, true);
		break;
	case SINGLE: case DOUBLE:
		in_quotes(x, c);
		break;
	case DOUBLE_ESCAPE:
		in_double_escape(x, c);
		break;
	case COMMENT:
		x->state = is_newline(c) ? PRE_KEY : c == '\\' ? COMMENT_ESCAPE : COMMENT;
		break;
	case COMMENT_ESCAPE:
		x->state = COMMENT;
		break;
	}
}

int
envfile_parse(struct vec *env, const char *text, size_t n)
{
	struct parser x = { .state = PRE_KEY };

	if (n > 0 && memchr(text, '\0', n)) {
		errno = EINVAL;
		return -1;
	}
	for (size_t i = 0; i < n && !x.error; i++)
		feed(&x, text[i]);
	if (x.state >= PRE_VALUE && x.state <= DOUBLE_ESCAPE && !x.error)
		push(&x);
	if (!x.error) {
		vec_addv(env, x.out.v);
		vec_uniqenv(env);
	}
	buf_free(&x.key);
	buf_free(&x.value);
	vec_free(&x.out);
	errno = x.error;
	return x.error ? -1 : 0;
}

static char *
load_one(struct vec *env, const char *path)
{
	struct buf b = BUF_INIT;
	char *why = NULL;

	if (file_read(AT_FDCWD, path, 0, ENVFILE_MAX, &b, NULL) != 0 || envfile_parse(env, b.s, b.len) != 0)
		why = mem_fmt("%s: %s", path, errno == EILSEQ ? "not UTF-8 text" : strerror(errno));
	buf_free(&b);
	return why;
}

static char *
load_pattern(struct vec *env, const char *pattern)
{
	struct vec found = VEC_INIT;
	char *why = NULL;

	if (glob_paths(&found, pattern) != 0)
		return mem_fmt("%s: %s", pattern, strerror(errno));
	for (size_t i = 0; !why && i < found.n; i++)
		why = load_one(env, found.v[i]);
	vec_free(&found);
	return why;
}

char *
envfile_load(struct vec *env, const struct service_envfile *f, size_t n, const char *root)
{
	for (size_t i = 0; i < n; i++) {
		char *path = file_under(root, f[i].path);
		char *why = strpbrk(path, "*?[") ? load_pattern(env, path) : load_one(env, path);

		free(path);
		if (why && !f[i].optional)
			return why;
		free(why);
	}
	return NULL;
}
