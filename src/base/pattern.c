#include "base/pattern.h"

#include <string.h>

/* the same letter in the other case, or the character itself */
static int
other_case(int c)
{
	int letter = c | 0x20;

	return letter >= 'a' && letter <= 'z' ? c ^ 0x20 : c;
}

/* The class whose name is at s: what is behind its ":]", or NULL; *in: the character is one of it. */
static const char *
class(const char *s, int c, bool *in)
{
	static const struct {
		char name[8];
		char ranges[12];	/* pairs of first and last */
	} classes[] = {
		{ "alnum", "09AZaz" }, { "alpha", "AZaz" }, { "blank", "  \t\t" }, { "cntrl", "\1\37\177\177" }, { "digit", "09" },
		{ "graph", "!~" }, { "lower", "az" }, { "print", " ~" }, { "punct", "!/:@[`{~" }, { "space", "  \t\r" },
		{ "upper", "AZ" }, { "xdigit", "09AFaf" },
	};

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		size_t n = strlen(classes[i].name);

		if (strncmp(s, classes[i].name, n) != 0 || s[n] != ':' || s[n + 1] != ']')
			continue;
		for (const char *r = classes[i].ranges; *r; r += 2)
			*in |= c >= r[0] && c <= r[1];
		return s + n + 2;
	}
	return NULL;
}

/* The character at p as it stands in a bracket, or [.c.] or [=c=]: where the next one begins. */
static const char *
take(const char *p, int *c)
{
	if (*p == '[' && (p[1] == '.' || p[1] == '=') && p[2] && p[3] == p[1] && p[4] == ']') {
		*c = (unsigned char)p[2];
		return p + 5;
	}
	p += *p == '\\' && p[1];
	*c = (unsigned char)*p;
	return p + (*p != '\0');
}

/* The bracket behind whose '[' p is: behind its ']', or NULL when it is not closed; *yes: the character is in it. */
static const char *
bracket(const char *p, int c, unsigned flags, bool *yes)
{
	const bool not = *p == '!' || *p == '^';
	const int other = flags & PATTERN_FOLD ? other_case(c) : c;
	bool in = false;

	p += not;
	for (const char *first = p; *p && (*p != ']' || p == first);) {
		const char *end;
		int from, to;

		if (p[0] == '[' && p[1] == ':' && (end = class(p + 2, c, &in))) {
			p = end;
			continue;
		}
		p = take(p, &from);
		to = from;
		if (p[0] == '-' && p[1] && p[1] != ']')
			p = take(p + 1, &to);
		in |= (c >= from && c <= to) || (other >= from && other <= to);
	}
	*yes = in != not;
	return *p == ']' ? p + 1 : NULL;
}

/* One character of the text by the first of the pattern: what comes behind that, or NULL. */
static const char *
match_one(const char *p, int c, unsigned flags)
{
	const char *end;
	bool yes;

	if (c == '\0')
		return NULL;
	if (*p == '?')
		return p + 1;
	if (*p == '[' && (end = bracket(p + 1, c, flags, &yes)))
		return yes ? end : NULL;
	p += *p == '\\';
	if ((unsigned char)*p == c || (flags & PATTERN_FOLD && *p && (unsigned char)*p == other_case(c)))
		return p + 1;
	return NULL;
}

bool
pattern_match(const char *p, const char *s, unsigned flags)
{
	const char *star = NULL, *from = s, *next;

	/* only the last star needs to be tried again: what stands before it has matched as early as it can */
	while (*s || *p) {
		if (*p == '*') {
			star = ++p;
			from = s;
		} else if ((next = match_one(p, (unsigned char)*s, flags))) {
			p = next;
			s++;
		} else if (star && *from) {
			p = star;
			s = ++from;
		} else {
			return false;
		}
	}
	return true;
}

bool
pattern_wild(const char *s)
{
	return strpbrk(s, "*?[\\") != NULL;
}
