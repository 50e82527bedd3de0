#include "boot/lint_header.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "base/mem.h"
#include "boot/level.h"

enum { REQUIRED = 5 };

/* the LSB's keys and those of insserv; the first ones have to be there */
static const char *const keys[] = {
	"Provides", "Required-Start", "Required-Stop", "Default-Start", "Default-Stop",
	"Should-Start", "Should-Stop", "Short-Description", "Description", "X-Start-Before", "X-Stop-After", "X-Interactive",
};

struct key {
	size_t at, n;
	int line, column;
};

static void
check_key(struct lint *l, const struct key *k, int seen[])
{
	const char *s = l->text + k->at;
	bool own = k->n > 2 && (s[0] == 'X' || s[0] == 'x') && s[1] == '-';

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t n = strlen(keys[i]);

		if (n != k->n || strncasecmp(s, keys[i], n) != 0)
			continue;
		if (memcmp(s, keys[i], n) != 0) {
			lint_add(l, LINT_KEY_CASE, k->line, k->column, "%.*s is spelled %s", (int)k->n, s, keys[i]);
			lint_fixable(l, k->at, k->n, keys[i]);
		}
		if (seen[i])
			lint_add(l, LINT_KEY_TWICE, k->line, k->column, "%s is in line %d, too", keys[i], seen[i]);
		seen[i] = k->line;
		return;
	}
	if (!own)
		lint_add(l, LINT_KEY_UNKNOWN, k->line, k->column, "no such key: %.*s", k->n < 60 ? (int)k->n : 60, s);
}

/* The key of the line of n bytes at `at`; false if it has none. */
static bool
find_key(const struct lint *l, size_t at, size_t n, struct key *k)
{
	size_t i = 1;

	if (n < 2 || l->text[at] != '#')
		return false;
	while (i < n && (l->text[at + i] == ' ' || l->text[at + i] == '\t'))
		i++;
	/* deeper ones go on with a Description */
	if (i > 2 || l->text[at + 1] == '\t')
		return false;
	k->at = at + i;
	k->column = (int)i + 1;
	for (k->n = 0; i < n && (isalnum((unsigned char)l->text[at + i]) || l->text[at + i] == '-'); i++)
		k->n++;
	return k->n > 0 && i < n && l->text[at + i] == ':';
}

static void
check_keys(struct lint *l)
{
	int seen[sizeof keys / sizeof *keys] = { 0 }, line = 1, begin = 0;
	struct key k;

	for (size_t at = 0; at < l->size; line++) {
		const char *nl = memchr(l->text + at, '\n', l->size - at);
		size_t n = nl ? (size_t)(nl - (l->text + at)) : l->size - at;
		bool mark = header_is_mark(l->text + at, n, begin ? "END" : "BEGIN");

		if (mark && begin)
			break;
		if (mark)
			begin = line;
		else if (begin && find_key(l, at, n, &k)) {
			k.line = line;
			check_key(l, &k, seen);
		}
		at += n + 1;
	}
	for (size_t i = 0; i < REQUIRED; i++)
		if (!seen[i])
			lint_add(l, LINT_KEY_MISSING, begin, 1, "the header has no %s", keys[i]);
}

static const char *const common[] = { "$local_fs", "$network", "$named", "$remote_fs", "$syslog", "$portmap", "$time", "$all", "$null" };

/* What the author of a $name that there is not may have meant, or NULL. */
static const char *
meant(const char *name)
{
	char want[32], have[32];
	size_t n = 0;

	for (const char *p = name; *p && n < sizeof want - 1; p++)
		if (isalnum((unsigned char)*p))
			want[n++] = (char)tolower((unsigned char)*p);
	want[n] = '\0';
	for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
		size_t m = 0;

		for (const char *p = common[i]; *p; p++)
			if (isalnum((unsigned char)*p))
				have[m++] = *p;
		have[m] = '\0';
		if (strcmp(want, have) == 0 || (strcmp(want, "networking") == 0 && strcmp(have, "network") == 0))
			return common[i];
	}
	return NULL;
}

static bool
known(const char *name, const struct facilities *facilities)
{
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strcmp(common[i], name) == 0)
			return true;
	return facilities && facility_find(facilities, name) != NULL;
}

/* The start of a line, from one that is known to be no later. */
struct start {
	const char *s;
	int line;
};

static void
go_to(struct start *at, const struct lint *l, int line)
{
	if (!at->s || at->line > line)
		*at = (struct start){ l->text, 1 };
	for (; at->line < line; at->line++)
		at->s = (const char *)memchr(at->s, '\n', (size_t)(l->text + l->size - at->s)) + 1;
}

static void
check_facility(struct lint *l, const struct header_word *w, struct start *at)
{
	const char *better = meant(w->name);

	/* what it should come after may well not be there */
	if (!better && w->list != HEADER_REQUIRED_START && w->list != HEADER_REQUIRED_STOP)
		return;
	lint_add(l, LINT_FACILITY_UNKNOWN, w->line, w->column, "no such facility: %.60s%s%s", w->name, better ? ", did you mean " : "", better ? better : "");
	if (!better)
		return;
	go_to(at, l, w->line);
	lint_fixable(l, (size_t)(at->s - l->text) + (size_t)w->column - 1, strlen(w->name), better);
}

static void
check_words(struct lint *l, const struct facilities *facilities)
{
	const struct header *h = &l->header;
	struct map provided = MAP_INIT;
	struct start at = { NULL, 0 };

	for (size_t i = 0; i < h->n; i++)
		if (h->words[i].list == HEADER_PROVIDES)
			map_add(&provided, h->words[i].name, 0);
	for (size_t i = 0; i < h->n; i++) {
		const struct header_word *w = &h->words[i];

		if (w->list == HEADER_PROVIDES) {
			if (w->name[0] == '$')
				lint_add(l, LINT_PROVIDES_FACILITY, w->line, w->column, "a script cannot provide %.60s", w->name);
			continue;
		}
		if (w->name[0] == '$' && !known(w->name, facilities))
			check_facility(l, w, &at);
		else if (map_get(&provided, w->name) >= 0)
			lint_add(l, LINT_NEEDS_ITSELF, w->line, w->column, "it is to come before or after %.60s, which it provides itself", w->name);
	}
	map_free(&provided);
}

static void
check_levels(struct lint *l)
{
	const struct header *h = &l->header;
	struct buf text = BUF_INIT, other = BUF_INIT;
	unsigned both = h->start & h->stop;

	if (both) {
		level_print(&text, both, " ");
		lint_add(l, LINT_LEVEL_BOTH, 0, 0, "Default-Start and Default-Stop both have %s", text.s);
	}
	buf_clear(&text);
	/* S, which Red Hat does not have, cannot be said in a chkconfig line */
	if (h->chkconfig && h->kind == HEADER_LSB && h->has_start && h->start != LEVEL_BIT(LEVEL_S) && h->chk_levels != (h->start & LEVEL_DIGITS)) {
		buf_str(&text, "");
		buf_str(&other, "");
		level_print(&text, h->chk_levels, "");
		level_print(&other, h->start, "");
		lint_add(l, LINT_LEVEL_CONTRADICTION, 0, 0, "chkconfig says %s, Default-Start %s", text.len ? text.s : "-", other.len ? other.s : "nothing");
	}
	buf_free(&text);
	buf_free(&other);
}

void
lint_header(struct lint *l, const struct facilities *facilities)
{
	struct diag diag = DIAG_INIT;
	char *scratch = mem_strn(l->text, l->size);

	header_parse(&l->header, l->name, scratch, l->size, &diag);
	free(scratch);
	for (size_t i = 0; i < diag.n; i++)
		lint_add(l, l->header.broken && diag.v[i].level == DIAG_ERROR ? LINT_HEADER_END : LINT_HEADER_SYNTAX, diag.v[i].line, diag.v[i].column, "%s",
		    diag.v[i].text);
	diag_free(&diag);
	if (l->header.kind == HEADER_LSB) {
		check_keys(l);
		check_words(l, facilities);
		check_levels(l);
	} else if (l->header.kind == HEADER_NONE && !l->header.broken && !l->header.chkconfig) {
		lint_add(l, LINT_NO_HEADER, 0, 0, "neither an LSB header nor a chkconfig line");
	}
}
