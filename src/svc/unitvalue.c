#include "svc/unitvalue.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/size.h"
#include "base/str.h"
#include "base/timespan.h"
#include "os/clock.h"
#include "os/sig.h"

#define FIELD(x, k, type) ((type *)(void *)((char *)(x)->s + (k)->offset))

static void
remark(struct unitvalue_ctx *x, enum diag_level level, const char *key, const char *fmt, va_list ap)
{
	char text[512];

	fmt_va(text, sizeof text, fmt, ap);
	diag_add(x->d, level, x->file, x->line, 0, "%s=: %s", key, text);
}

void
unitvalue_warn(struct unitvalue_ctx *x, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark(x, DIAG_WARN, key, fmt, ap);
	va_end(ap);
}

void
unitvalue_error(struct unitvalue_ctx *x, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	remark(x, DIAG_ERROR, key, fmt, ap);
	va_end(ap);
}

char *
unitvalue_shown(const char *value)
{
	size_t n = strnlen(value, 81);
	char *s = mem_strn(value, n > 80 ? 80 : n);

	/* cutting may have split a character */
	if (n > 80)
		for (size_t i = 80; i > 76 && ((unsigned char)s[i - 1] & 0x80); i--)
			s[i - 1] = '\0';
	for (char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	return s;
}

void
unitvalue_bad(struct unitvalue_ctx *x, const char *key, const char *value)
{
	char *shown = unitvalue_shown(value);

	unitvalue_warn(x, key, "bad value \"%s\", ignored", shown);
	free(shown);
}

char *
unitvalue_expand(struct unitvalue_ctx *x, const char *key, const char *value, bool fatal)
{
	char *why, *s = specifier_expand(&x->spec, value, &why);

	if (s)
		return s;
	if (fatal)
		unitvalue_error(x, key, "%s", why);
	else
		unitvalue_warn(x, key, "%s, ignored", why);
	free(why);
	return NULL;
}

/* In place. */
static void
simplify(char *path)
{
	const char *in = path;
	char *out = path;

	while (in[0] == '.' && in[1] == '/')
		in += 2;
	for (; *in; in++) {
		if (*in == '/' && (in[1] == '/' || (in[1] == '\0' && out > path)))
			continue;
		if (*in == '/' && in[1] == '.' && (in[2] == '/' || (in[2] == '\0' && out > path))) {
			in++;
			continue;
		}
		*out++ = *in;
	}
	*out = '\0';
}

static bool
has_dotdot(const char *path)
{
	for (const char *p = path; (p = str_find(p, "..")); p += 2)
		if ((p == path || p[-1] == '/') && (p[2] == '/' || p[2] == '\0'))
			return true;
	return false;
}

char *
unitvalue_clean_path(struct unitvalue_ctx *x, const char *key, char *path, bool absolute, bool fatal)
{
	const char *why;
	char *shown;

	simplify(path);
	why = !*path || strcmp(path, ".") == 0 ? "is empty" : (*path == '/') != absolute ? absolute ? "is not absolute" : "is absolute" :
	    has_dotdot(path) ? "has \"..\" in it" : strlen(path) >= 4096 ? "is too long" : NULL;
	if (!why)
		return path;
	shown = unitvalue_shown(path);
	if (fatal)
		unitvalue_error(x, key, "the path \"%s\" %s", shown, why);
	else
		unitvalue_warn(x, key, "the path \"%s\" %s, ignored", shown, why);
	free(shown);
	free(path);
	return NULL;
}

static char *
checked_path(struct unitvalue_ctx *x, const char *key, const char *value, bool absolute, bool fatal)
{
	char *path = unitvalue_expand(x, key, value, fatal);

	return path ? unitvalue_clean_path(x, key, path, absolute, fatal) : NULL;
}

char *
unitvalue_abs_path(struct unitvalue_ctx *x, const char *key, const char *value, bool fatal)
{
	return checked_path(x, key, value, true, fatal);
}

char *
unitvalue_rel_path(struct unitvalue_ctx *x, const char *key, const char *value)
{
	return checked_path(x, key, value, false, false);
}

void
unitvalue_ignore(struct unitvalue_ctx *x, const char *key, const char *value, bool protects)
{
	struct service *s = x->s;

	s->ignored = mem_grow(s->ignored, &s->cap_ignored, s->n_ignored + 1, sizeof *s->ignored);
	s->ignored[s->n_ignored++] = (struct service_ignored){ mem_str(key), mem_str(value), mem_str(x->file), x->line, protects, false, NULL };
}

void
unitvalue_honour(struct unitvalue_ctx *x, const char *key)
{
	for (size_t i = 0; i < x->s->n_ignored; i++)
		if (str_same(x->s->ignored[i].key, key))
			service_ignored_clear(&x->s->ignored[i]);
}

void
unitvalue_lack(struct unitvalue_ctx *x, const char *key, const char *value, bool partly, const char *fmt, ...)
{
	char text[300];
	va_list ap;
	struct service_ignored *last;

	va_start(ap, fmt);
	fmt_va(text, sizeof text, fmt, ap);
	va_end(ap);
	unitvalue_ignore(x, key, value, false);
	last = &x->s->ignored[x->s->n_ignored - 1];
	last->partly = partly;
	last->why = mem_str(text);
	unitvalue_warn(x, key, "%s", text);
}

/* Digits of the base that their prefix names, with a '+' before them perhaps. */
static int
literal(const char *s, uint64_t max, uint64_t *out)
{
	unsigned base = 10;
	uint64_t n = 0;

	s += *s == '+';
	if (s[0] == '0' && s[1]) {
		base = s[1] == 'x' || s[1] == 'X' ? 16 : s[1] == 'b' || s[1] == 'B' ? 2 : 8;
		s += base == 8 ? 1 : 2;
	}
	if (!*s)
		return -1;
	for (; *s; s++) {
		const char *digits = "0123456789abcdef", *hit = strchr(digits, *s >= 'A' && *s <= 'F' ? *s + ('a' - 'A') : *s);
		uint64_t digit = hit ? (uint64_t)(hit - digits) : base;

		if (digit >= base || __builtin_mul_overflow(n, base, &n) || __builtin_add_overflow(n, digit, &n))
			return -1;
	}
	if (n > max)
		return -1;
	*out = n;
	return 0;
}

int
unitvalue_number(const char *s, int64_t min, int64_t max, int64_t *out)
{
	bool negative = *s == '-';
	uint64_t n;
	int64_t v;

	errno = EINVAL;
	if ((negative && s[1] == '+') || literal(s + negative, INT64_MAX, &n) != 0)
		return -1;
	v = negative ? -(int64_t)n : (int64_t)n;
	errno = ERANGE;
	if (v < min || v > max)
		return -1;
	*out = v;
	return 0;
}

void
unitvalue_bool(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int v = str_bool(value);

	if (v < 0)
		unitvalue_bad(x, k->key, value);
	else
		*FIELD(x, k, bool) = v;
}

void
unitvalue_span(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	uint64_t us;

	if (timespan_parse(value, &us) != 0) {
		unitvalue_bad(x, k->key, value);
		return;
	}
	if (k->arg == 1 && us == 0)
		us = CLOCK_FOREVER;
	if (k->arg == 2 && us == CLOCK_FOREVER)
		us = 0;
	*FIELD(x, k, uint64_t) = us;
}

void
unitvalue_mode(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	unsigned mode;

	if (num_octal(value, 07777, &mode) != 0)
		unitvalue_bad(x, k->key, value);
	else
		*FIELD(x, k, mode_t) = (mode_t)mode;
}

void
unitvalue_int(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int64_t v;

	if (unitvalue_number(value, k->arg, k->max, &v) != 0)
		unitvalue_bad(x, k->key, value);
	else
		*FIELD(x, k, int) = (int)v;
}

void
unitvalue_count(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	uint64_t v;

	if (literal(value, UINT32_MAX, &v) != 0)
		unitvalue_bad(x, k->key, value);
	else
		*FIELD(x, k, unsigned) = (unsigned)v;
}

void
unitvalue_signal(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int sig = sig_number(value);

	/* systemd knows signals in capitals only */
	if (sig <= 0 || value[strcspn(value, "abcdefghijklmnopqrstuvwxyz")])
		unitvalue_bad(x, k->key, value);
	else
		*FIELD(x, k, int) = sig;
}

void
unitvalue_word(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	for (int i = 0; k->words[i]; i++)
		if (strcmp(k->words[i], value) == 0) {
			memcpy(FIELD(x, k, char), &i, sizeof i);
			return;
		}
	unitvalue_bad(x, k->key, value);
}

static void
replace(char **field, char *s)
{
	free(*field);
	*field = s;
}

void
unitvalue_string(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char *s = *value ? unitvalue_expand(x, k->key, value, false) : NULL;

	if (s || !*value)
		replace(FIELD(x, k, char *), s);
}

void
unitvalue_path(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char *s = *value ? unitvalue_abs_path(x, k->key, value, k->arg == 1) : NULL;

	if (s || !*value)
		replace(FIELD(x, k, char *), s);
}

/* --- resource limits --- */

/* nice levels +19 .. -20 as the kernel counts them in RLIMIT_NICE: 1 .. 40 */
static int
parse_nice(const char *s, uint64_t *out)
{
	int64_t v;

	if (*s != '+' && *s != '-')
		return literal(s, 40, out);
	if (num_i64(s, -20, 19, &v) != 0)
		return -1;
	*out = (uint64_t)(20 - v);
	return 0;
}

static int
parse_one_limit(int resource, const char *s, rlim_t *out)
{
	uint64_t v;
	int r;

	if (strcmp(s, "infinity") == 0 && resource != RLIMIT_NICE) {
		*out = RLIM_INFINITY;
		return 0;
	}
	switch (resource) {
	case RLIMIT_CPU:
		r = timespan_parse(s, &v);
		v = r == 0 ? v / 1000000 + (v % 1000000 != 0) : 0;
		break;
	case RLIMIT_RTTIME:
		r = timespan_parse_unit(s, 1, &v);
		break;
	case RLIMIT_NOFILE: case RLIMIT_NPROC: case RLIMIT_LOCKS: case RLIMIT_SIGPENDING: case RLIMIT_RTPRIO:
		r = literal(s, UINT64_MAX - 1, &v);
		break;
	case RLIMIT_NICE:
		r = parse_nice(s, &v);
		break;
	default:
		r = size_parse(s, &v);
	}
	if (r != 0 || v >= RLIM_INFINITY)
		return -1;
	*out = (rlim_t)v;
	return 0;
}

void
unitvalue_limit(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct service_limit *l = &x->s->limits[k->arg];
	char *soft = mem_str(value), *colon = strchr(soft, ':');
	struct rlimit lim;

	if (colon)
		*colon = '\0';
	if (parse_one_limit((int)k->arg, soft, &lim.rlim_cur) != 0 ||
	    parse_one_limit((int)k->arg, colon ? colon + 1 : soft, &lim.rlim_max) != 0)
		unitvalue_bad(x, k->key, value);
	else if (lim.rlim_cur > lim.rlim_max)
		unitvalue_warn(x, k->key, "the soft limit is above the hard one, ignored");
	else
		*l = (struct service_limit){ true, lim };
	free(soft);
}
