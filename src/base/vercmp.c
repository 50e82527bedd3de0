#include "base/vercmp.h"

#include <stddef.h>
#include <string.h>

#include "base/str.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* What has no part in the order goes. */
static const char *
skip_noise(const char *s)
{
	while (*s && !is_digit(*s) && !is_alpha(*s) && !strchr("~-^.", *s))
		s++;
	return s;
}

static int
compare_numbers(const char **a, const char **b)
{
	size_t n, m;
	int r = is_digit(**a) - is_digit(**b);

	if (r)
		return r;
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	n = strspn(*a, "0123456789");
	m = strspn(*b, "0123456789");
	r = n != m ? (n > m) - (n < m) : sign(strncmp(*a, *b, n));
	*a += n;
	*b += m;
	return r;
}

static int
compare_letters(const char **a, const char **b)
{
	size_t n = 0, m = 0;
	int r;

	while (is_alpha((*a)[n]))
		n++;
	while (is_alpha((*b)[m]))
		m++;
	r = sign(memcmp(*a, *b, n < m ? n : m));
	if (r == 0)
		r = (n > m) - (n < m);
	*a += n;
	*b += m;
	return r;
}

/* A mark that only one of them has puts that one first; one that both have is passed over. */
static int
compare_mark(char mark, const char **a, const char **b)
{
	int r = (**a != mark) - (**b != mark);

	if (r == 0 && **a == mark) {
		++*a;
		++*b;
	}
	return r;
}

int
vercmp(const char *a, const char *b)
{
	int r;

	for (;;) {
		a = skip_noise(a);
		b = skip_noise(b);
		r = compare_mark('~', &a, &b);
		if (r)
			return r;
		if (!*a || !*b)
			return (*a != 0) - (*b != 0);
		for (const char *mark = "-^."; *mark && !r; mark++)
			r = compare_mark(*mark, &a, &b);
		if (!r)
			r = is_digit(*a) || is_digit(*b) ? compare_numbers(&a, &b) : compare_letters(&a, &b);
		if (r)
			return r;
	}
}

enum vercmp_op
vercmp_take_op(const char **s)
{
	static const struct {
		const char *text;
		enum vercmp_op op;
	} ops[] = {
		{ "<=", VERCMP_LE }, { ">=", VERCMP_GE }, { "!=", VERCMP_NE }, { "==", VERCMP_EQ },
		{ "=", VERCMP_EQ }, { "<", VERCMP_LT }, { ">", VERCMP_GT },
	};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (str_starts(*s, ops[i].text)) {
			*s += strlen(ops[i].text);
			return ops[i].op;
		}
	return VERCMP_NONE;
}

bool
vercmp_holds(enum vercmp_op op, int order)
{
	switch (op) {
	case VERCMP_LE: return order <= 0;
	case VERCMP_GE: return order >= 0;
	case VERCMP_NE: return order != 0;
	case VERCMP_LT: return order < 0;
	case VERCMP_GT: return order > 0;
	default: return order == 0;
	}
}
