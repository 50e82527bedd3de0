#include "base/fmt.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct out {
	char *room;
	size_t size, n;
};

struct args {
	va_list ap;
};

struct directive {
	bool left, zero;
	int width;
	int precision;	/* -1: none */
	char length;	/* 0, 'l', 'z', or 'j' for the longest */
	char kind;
};

static void
put(struct out *o, const char *s, size_t n)
{
	size_t left = o->n < o->size ? o->size - o->n : 0;

	if (left)
		memcpy(o->room + o->n, s, n < left ? n : left);
	o->n += n;
}

static void
fill(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, &c, 1);
}

/* the text in its field; zeroes go between the sign and the digits */
static void
put_field(struct out *o, const struct directive *d, const char *s, size_t n, bool negative)
{
	int rest = d->width - (int)n - negative;

	if (!d->left && !d->zero)
		fill(o, ' ', rest);
	put(o, "-", negative);
	if (!d->left && d->zero)
		fill(o, '0', rest);
	put(o, s, n);
	if (d->left)
		fill(o, ' ', rest);
}

static uint64_t
unsigned_arg(const struct directive *d, struct args *a)
{
	switch (d->length) {
	case 'j':
		return va_arg(a->ap, unsigned long long);
	case 'l':
		return va_arg(a->ap, unsigned long);
	case 'z':
		return va_arg(a->ap, size_t);
	default:
		return va_arg(a->ap, unsigned);
	}
}

static int64_t
signed_arg(const struct directive *d, struct args *a)
{
	switch (d->length) {
	case 'j':
		return va_arg(a->ap, long long);
	case 'l':
		return va_arg(a->ap, long);
	case 'z':
		return va_arg(a->ap, ptrdiff_t);
	default:
		return va_arg(a->ap, int);
	}
}

static void
put_number(struct out *o, const struct directive *d, struct args *a)
{
	unsigned base = d->kind == 'x' ? 16 : d->kind == 'o' ? 8 : 10;
	char digits[24], *p = digits + sizeof digits;
	bool negative = false;
	uint64_t n;

	if (d->kind == 'd') {
		int64_t i = signed_arg(d, a);

		negative = i < 0;
		n = negative ? -(uint64_t)i : (uint64_t)i;
	} else {
		n = unsigned_arg(d, a);
	}
	do
		*--p = "0123456789abcdef"[n % base];
	while (n /= base);
	put_field(o, d, p, (size_t)(digits + sizeof digits - p), negative);
}

static void
put_string(struct out *o, const struct directive *d, const char *s)
{
	if (!s)
		s = "(null)";
	put_field(o, d, s, d->precision < 0 ? strlen(s) : strnlen(s, (size_t)d->precision), false);
}

static int
number(const char **p, struct args *a)
{
	int n = 0;

	if (**p == '*') {
		++*p;
		return va_arg(a->ap, int);
	}
	for (; **p >= '0' && **p <= '9'; ++*p)
		n = n * 10 + (**p - '0');
	return n;
}

/* what stands behind a '%' up to its letter; returns what follows */
static const char *
parse(const char *p, struct directive *d, struct args *a)
{
	*d = (struct directive){ .precision = -1 };
	for (; *p == '-' || *p == '0'; p++)
		*(*p == '-' ? &d->left : &d->zero) = true;
	d->width = number(&p, a);
	if (d->width < 0) {
		d->left = true;
		d->width = -d->width;
	}
	if (*p == '.') {
		p++;
		d->precision = number(&p, a);
	}
	if (*p == 'l' || *p == 'z' || *p == 'j')
		d->length = *p++;
	if (d->length == 'l' && *p == 'l') {
		d->length = 'j';
		p++;
	}
	d->kind = *p;
	return p + (*p != '\0');
}

static bool
put_directive(struct out *o, const struct directive *d, struct args *a)
{
	char c;

	switch (d->kind) {
	case 's':
		put_string(o, d, va_arg(a->ap, const char *));
		return true;
	case 'c':
		c = (char)va_arg(a->ap, int);
		put_field(o, d, &c, 1, false);
		return true;
	case '%':
		put(o, "%", 1);
		return true;
	case 'd':
	case 'u':
	case 'x':
	case 'o':
		put_number(o, d, a);
		return true;
	default:
		return false;
	}
}

size_t
fmt_va(char *room, size_t size, const char *fmt, va_list ap)
{
	struct out o = { room, size ? size - 1 : 0, 0 };
	struct directive d;
	struct args a;

	va_copy(a.ap, ap);
	for (;;) {
		size_t n = strcspn(fmt, "%");

		put(&o, fmt, n);
		if (!fmt[n])
			break;
		fmt = parse(fmt + n + 1, &d, &a);
		if (!put_directive(&o, &d, &a))
			break;
	}
	va_end(a.ap);
	if (size)
		room[o.n < o.size ? o.n : o.size] = '\0';
	return o.n;
}

size_t
fmt_to(char *room, size_t size, const char *fmt, ...)
{
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = fmt_va(room, size, fmt, ap);
	va_end(ap);
	return n;
}
