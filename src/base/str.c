#include "base/str.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

char *
str_find_in(const char *s, size_t n, const char *what)
{
	const size_t k = strlen(what);

	for (const char *end = s + n; (size_t)(end - s) >= k; s++) {
		if (k && !(s = memchr(s, *what, (size_t)(end - s) - k + 1)))
			return NULL;
		if (memcmp(s, what, k) == 0)
			return (char *)(uintptr_t)s;
	}
	return NULL;
}

char *
str_find(const char *s, const char *what)
{
	return str_find_in(s, strlen(s), what);
}

bool
str_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

const char *
str_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
str_trim(char *s)
{
	size_t n;

	s += strspn(s, STR_BLANK);
	n = strlen(s);
	while (n > 0 && strchr(STR_BLANK, s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

void
str_split(struct vec *out, const char *s, const char *seps)
{
	while (*(s += strspn(s, seps))) {
		size_t n = strcspn(s, seps);

		vec_take(out, mem_strn(s, n));
		s += n;
	}
}

int
str_bool(const char *s)
{
	static const char *const yes[] = { "1", "yes", "y", "true", "t", "on" };
	static const char *const no[] = { "0", "no", "n", "false", "f", "off" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (strcasecmp(s, yes[i]) == 0)
			return 1;
		if (strcasecmp(s, no[i]) == 0)
			return 0;
	}
	return -1;
}
