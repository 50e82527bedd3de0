#include "svc/words.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

#define BLANK " \t\n\r"

static int
bad(void)
{
	errno = EINVAL;
	return -1;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* n digits of that base at s; -1 if they are not there or mean NUL. */
static int64_t
number(const char *s, int n, int base)
{
	int64_t v = 0;

	for (int i = 0; i < n; i++) {
		int d = digit(s[i]);

		if (d < 0 || d >= base)
			return -1;
		v = v * base + d;
	}
	return v == 0 ? -1 : v;
}

static int
numeric_escape(const char *s, struct buf *out)
{
	int len = *s == 'x' ? 3 : *s == 'u' ? 5 : *s == 'U' ? 9 : 3;
	bool octal = *s >= '0' && *s <= '7';
	int64_t v = number(octal ? s : s + 1, octal ? 3 : len - 1, octal ? 8 : 16);
	char utf[4];

	if (v < 0 || v > (octal ? 255 : 0x10FFFF))
		return -1;
	if (octal || *s == 'x')
		buf_ch(out, (char)v);
	else if (v >= 0xD800 && v <= 0xDFFF)
		return -1;
	else
		buf_add(out, utf, utf8_put(utf, (uint32_t)v));
	return len;
}

/* The escape behind a backslash: its length, or -1 if it is none. */
static int
escape(const char *s, struct buf *out)
{
	static const char from[] = "abfnrtv\\\"'s", to[] = "\a\b\f\n\r\t\v\\\"' ";
	const char *hit = strchr(from, *s);

	if (hit && *s) {
		buf_ch(out, to[hit - from]);
		return 1;
	}
	if (*s && strchr("xuU01234567", *s))
		return numeric_escape(s, out);
	return -1;
}

/* *p is behind the backslash. */
static int
backslash(const char **p, struct buf *out, unsigned flags, bool quoted)
{
	int n;

	if (!**p) {
		if ((flags & WORDS_KEEP_UNKNOWN) && (!quoted || (flags & WORDS_RELAX)))
			buf_ch(out, '\\');
		else if (!(flags & WORDS_RELAX))
			return bad();
		return 0;
	}
	n = flags & WORDS_CUNESCAPE ? escape(*p, out) : -1;
	if (n < 0) {
		if ((flags & WORDS_CUNESCAPE) && !(flags & WORDS_KEEP_UNKNOWN))
			return bad();
		if (flags & WORDS_CUNESCAPE)
			buf_ch(out, '\\');
		buf_ch(out, **p);
		n = 1;
	}
	*p += n;
	return 0;
}

int
words_unescape(const char *s, struct buf *out)
{
	while (*s) {
		if (*s != '\\') {
			buf_ch(out, *s++);
			continue;
		}
		s++;
		if (backslash(&s, out, WORDS_CUNESCAPE, false) != 0)
			return -1;
	}
	return 0;
}

int
words_next(const char **p, char **word, unsigned flags)
{
	struct buf b = BUF_INIT;
	char quote = 0;

	*word = NULL;
	*p += strspn(*p, BLANK);
	if (!**p)
		return 0;
	while (**p && (quote || !strchr(BLANK, **p))) {
		char c = *(*p)++;

		if (c == '\\' && !(flags & WORDS_RETAIN_ESCAPE)) {
			if (backslash(p, &b, flags, quote != 0) != 0) {
				buf_free(&b);
				return -1;
			}
		} else if ((flags & WORDS_UNQUOTE) && (quote ? c == quote : c == '"' || c == '\''))
			quote = quote ? 0 : c;
		else
			buf_ch(&b, c);
	}
	if (quote && !(flags & WORDS_RELAX)) {
		buf_free(&b);
		return bad();
	}
	*p += strspn(*p, BLANK);
	*word = buf_take(&b);
	return 1;
}

int
words_split(struct vec *out, const char *s, unsigned flags)
{
	char *word;
	int r;

	while ((r = words_next(&s, &word, flags)) > 0)
		vec_take(out, word);
	return r;
}

/* --- Exec lines --- */

struct exec_line {
	struct diag *d;
	const char *file, *value, *p;
	int line;
	const struct specifier *spec;
};

static int
wrong(const struct exec_line *x, bool ignore, const char *what, const char *why)
{
	diag_add(x->d, ignore ? DIAG_WARN : DIAG_ERROR, x->file, x->line, 0, "%s%s%s%s", what, why ? ": " : "",
	    why ? why : "", ignore ? ", command left out" : "");
	return ignore ? 1 : -1;
}

/* As words_next(), unknown escapes kept with a remark. */
static int
exec_word(struct exec_line *x, char **word)
{
	const char *start = x->p;
	int r = words_next(&x->p, word, WORDS_UNQUOTE | WORDS_CUNESCAPE);

	if (r >= 0)
		return r;
	x->p = start;
	r = words_next(&x->p, word, WORDS_UNQUOTE | WORDS_CUNESCAPE | WORDS_KEEP_UNKNOWN);
	if (r > 0)
		diag_add(x->d, DIAG_WARN, x->file, x->line, 0, "unknown escape sequence kept as it is in \"%.200s\"", x->value);
	return r;
}

/* Read the prefixes off s; returns where the path starts.  *argv0: @ was there. */
static const char *
prefixes(const char *s, struct service_command *c, bool *argv0)
{
	bool magic = false;

	for (;; s++)
		if (*s == '-' && !c->ignore_failure)
			c->ignore_failure = true;
		else if (*s == '@' && !*argv0)
			*argv0 = true;
		else if (*s == ':' && !c->literal)
			c->literal = true;
		else if (*s == '+' && !c->privileged && !c->keep_user)
			c->privileged = true;
		else if (*s == '!' && !c->privileged && !magic) {
			magic = c->keep_user;
			c->keep_user = true;
		} else
			return s;
}

static bool
printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return false;
	return true;
}

static const char *
path_fault(const char *path)
{
	if (!*path)
		return "empty path in command line";
	if (!printable(path))
		return "control character in the path of the command";
	if (str_ends(path, "/"))
		return "the path of the command is a directory";
	if (*path == '/')
		return strlen(path) >= 4096 ? "the path of the command is too long" : NULL;
	if (strchr(path, '/') || strcmp(path, ".") == 0 || strcmp(path, "..") == 0 || strlen(path) > 255)
		return "the path of the command is neither absolute nor a plain name";
	return NULL;
}

/* Two slashes become one, "/./" goes. */
static char *
simplified(const char *path)
{
	struct buf b = BUF_INIT;

	for (const char *s = path; *s; s++) {
		if (*s == '/' && (s[1] == '/' || (s[1] == '.' && s[2] == '/'))) {
			s += s[1] == '.';
			continue;
		}
		buf_ch(&b, *s);
	}
	return buf_take(&b);
}

static int
read_path(struct exec_line *x, struct service_command *c, const char *word)
{
	bool argv0 = false;
	const char *f = prefixes(word, c, &argv0);
	char *why, *path = specifier_expand(x->spec, f, &why);
	const char *fault;
	int r;

	if (!path) {
		r = wrong(x, c->ignore_failure, "unable to resolve the path of the command", why);
		free(why);
		return r;
	}
	fault = path_fault(path);
	if (fault) {
		r = wrong(x, c->ignore_failure, fault, *path ? path : NULL);
		free(path);
		return r;
	}
	c->path = simplified(path);
	if (argv0)
		free(path);
	else
		vec_take(&c->argv, path);
	return 0;
}

static int
read_arg(struct exec_line *x, struct service_command *c)
{
	char *word, *full, *why;
	int r = exec_word(x, &word);

	if (r < 0)
		return wrong(x, c->ignore_failure, "unbalanced quote in command line", NULL);
	if (r == 0)
		return 0;
	full = specifier_expand(x->spec, word, &why);
	free(word);
	if (full) {
		vec_take(&c->argv, full);
		return 0;
	}
	r = wrong(x, c->ignore_failure, "unable to resolve a specifier of the command line", why);
	free(why);
	return r;
}

static bool
alone(const char *s)
{
	return !*s || strchr(BLANK, *s);
}

/* The words behind the path.  *more: a lone semicolon ended them. */
static int
read_args(struct exec_line *x, struct service_command *c, bool *more)
{
	int r = 0;

	while (r == 0 && *x->p) {
		if (*x->p == ';' && alone(x->p + 1)) {
			x->p += 1 + strspn(x->p + 1, BLANK);
			*more = true;
			break;
		}
		if (x->p[0] == '\\' && x->p[1] == ';' && alone(x->p + 2)) {
			x->p += 2 + strspn(x->p + 2, BLANK);
			vec_add(&c->argv, ";");
		} else
			r = read_arg(x, c);
	}
	if (r == 0 && c->argv.n == 0)
		r = wrong(x, c->ignore_failure, "no argv[0] behind the @ of the command line", NULL);
	return r;
}

static void
append(struct service_commands *out, const struct service_command *c)
{
	out->v = mem_grow(out->v, &out->cap, out->n + 1, sizeof *out->v);
	out->v[out->n++] = *c;
}

int
words_exec(struct service_commands *out, const char *value, const struct specifier *spec, struct diag *d, const char *file, int line)
{
	struct exec_line x = { d, file, value, value, line, spec };
	bool more = true;

	while (more) {
		struct service_command c = { .line = line };
		char *word;
		int r = exec_word(&x, &word);

		more = false;
		if (r < 0)
			return wrong(&x, false, "unbalanced quote in command line", NULL);
		if (r == 0)
			return 0;
		r = read_path(&x, &c, word);
		free(word);
		if (r == 0)
			r = read_args(&x, &c, &more);
		if (r == 0) {
			c.file = mem_str(file);
			append(out, &c);
			continue;
		}
		free(c.path);
		vec_free(&c.argv);
		return r < 0 ? -1 : 0;
	}
	return 0;
}

/* --- $VARIABLES --- */

static char *
replace_braced(const char *word, const struct vec *env)
{
	struct buf b = BUF_INIT;

	for (size_t name; *word;) {
		size_t n = strcspn(word, "$");

		buf_add(&b, word, n);
		word += n;
		name = word[0] && word[1] == '{' ? strcspn(word + 2, "}:") : 0;
		if (!word[0] || (word[1] == '{' && !word[2 + name])) {
			buf_str(&b, word);
			break;
		}
		if (word[1] == '{' && word[2 + name] == '}') {
			const char *value = name ? vec_getenv(env, word + 2, name) : NULL;

			buf_str(&b, value ? value : "");
			word += name + 3;
		} else {
			buf_ch(&b, '$');
			word += word[1] == '$' ? 2 : 1;
		}
	}
	return buf_take(&b);
}

void
words_expand(const struct service_command *c, const struct vec *env, struct vec *out)
{
	for (size_t i = 0; i < c->argv.n; i++) {
		const char *word = c->argv.v[i], *value;

		if (c->literal)
			vec_add(out, word);
		else if (word[0] != '$' || word[1] == '{' || word[1] == '$')
			vec_take(out, replace_braced(word, env));
		else if (word[1] && (value = vec_getenv(env, word + 1, strlen(word + 1))))
			words_split(out, value, WORDS_UNQUOTE | WORDS_RELAX);
	}
}

bool
words_is_name(const char *s, size_t n)
{
	if (n == 0 || (*s >= '0' && *s <= '9'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == '_'))
			return false;
	return true;
}

bool
words_is_assignment(const char *s)
{
	size_t n = strcspn(s, "=");

	return s[n] == '=' && words_is_name(s, n) && utf8_valid(s, strlen(s));
}
