#include "svc/schedule.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "os/clock.h"
#include "os/sig.h"

enum { ITEM_MAX = 20 };

#define SECOND UINT64_C(1000000)

static const char too_short[] = "--retry takes timeout, or schedule list of at least two items";
static const char bad_item[] = "invalid schedule item (must be [-]<signal-name>, -<signal-number>, <timeout> or 'forever'";
static const char bad_time[] = "invalid timeout value in schedule";

static const struct {
	const char *name;
	uint64_t us;
} units[] = {
	{ "", SECOND }, { "s", SECOND }, { "sec", SECOND }, { "ms", 1000 }, { "m", 60 * SECOND }, { "min", 60 * SECOND },
	{ "h", 3600 * SECOND },
};

static uint64_t
unit_of(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].name) == n && strncmp(units[i].name, s, n) == 0)
			return units[i].us;
	return 0;
}

/* digits behind the point, as a part of one unit */
static uint64_t
fraction(const char **s, const char *end, uint64_t unit)
{
	uint64_t us = 0;

	for (; *s < end && **s >= '0' && **s <= '9'; (*s)++) {
		unit /= 10;
		us += unit * (uint64_t)(**s - '0');
	}
	return us;
}

int
schedule_time(const char *text, size_t n, uint64_t *out)
{
	const char *s = text, *end = text + n, *unit_at;
	uint64_t whole = 0, unit;

	for (; s < end && *s >= '0' && *s <= '9'; s++)
		if ((whole = whole * 10 + (uint64_t)(*s - '0')) > INT_MAX) {
			errno = ERANGE;
			return -1;
		}
	unit_at = s;
	if (s > text && s < end && *s == '.')
		for (unit_at++; unit_at < end && *unit_at >= '0' && *unit_at <= '9'; unit_at++)
			;
	unit = unit_of(unit_at, (size_t)(end - unit_at));
	if (s == text || unit == 0 || unit_at == s + 1) {
		errno = EINVAL;
		return -1;
	}
	if (unit_at > s)
		s++;
	*out = whole * unit + fraction(&s, unit_at, unit);
	return 0;
}

static void
add(struct schedule *out, int signal, uint64_t wait)
{
	out->v = mem_grow(out->v, &out->cap, out->n + 1, sizeof *out->v);
	out->v[out->n++] = (struct schedule_item){ signal, wait };
}

static const char *
add_signal(struct schedule *out, const char *name)
{
	bool dash = *name == '-';
	uint64_t n;
	int signal;

	name += dash;
	if (dash && num_u64(name, 0, (uint64_t)SIGRTMAX, &n) == 0)
		signal = (int)n;
	else if (*name >= '0' && *name <= '9')
		return bad_item;
	else if ((signal = sig_number(name)) < 0)
		return bad_item;
	add(out, signal, 0);
	return NULL;
}

static const char *
add_item(struct schedule *out, const char *s, size_t n, unsigned flags)
{
	char item[ITEM_MAX];
	uint64_t wait;

	if (n >= sizeof item)
		return "invalid schedule item: far too long (you must delimit items with slashes)";
	if (n == 0)
		return bad_item;
	memcpy(item, s, n);
	item[n] = '\0';
	if (*item >= '0' && *item <= '9') {
		if (schedule_time(item, n, &wait) != 0)
			return bad_time;
		add(out, -1, wait);
		return NULL;
	}
	if (strcmp(item, "forever") != 0)
		return add_signal(out, item);
	if (flags & SCHEDULE_FOREVER_WAITS) {
		add(out, -1, CLOCK_FOREVER);
		return NULL;
	}
	if (out->loop != SCHEDULE_ONCE)
		return "invalid schedule: 'forever' appears more than once";
	out->loop = out->n;
	return NULL;
}

/* nothing in the loop waits: it would spin for ever */
static bool
spins(const struct schedule *s)
{
	for (size_t i = s->loop; i < s->n; i++)
		if (s->v[i].signal < 0 && s->v[i].wait > 0)
			return false;
	return s->loop != SCHEDULE_ONCE;
}

void
schedule_plain(struct schedule *out, int signal, uint64_t wait, int kill)
{
	*out = (struct schedule)SCHEDULE_INIT;
	add(out, signal, 0);
	add(out, -1, wait);
	if (kill) {
		add(out, SIGKILL, 0);
		add(out, -1, wait);
	}
}

const char *
schedule_parse(struct schedule *out, const char *text, int signal, unsigned flags)
{
	const char *why = NULL;
	uint64_t wait;

	*out = (struct schedule)SCHEDULE_INIT;
	if (!strchr(text, '/')) {
		if (schedule_time(text, strlen(text), &wait) != 0)
			return !*text ? bad_item : *text >= '0' && *text <= '9' ? bad_time : too_short;
		schedule_plain(out, signal, wait, !(flags & SCHEDULE_NO_KILL));
		return NULL;
	}
	for (;;) {
		size_t n = strcspn(text, "/");

		why = add_item(out, text, n, flags);
		if (why || !text[n])
			break;
		text += n + 1;
	}
	if (!why && out->loop == out->n)
		why = "invalid schedule: 'forever' appears last, nothing to repeat";
	if (!why && spins(out))
		why = "nothing behind 'forever' waits";
	return why;
}

void
schedule_free(struct schedule *s)
{
	free(s->v);
	*s = (struct schedule)SCHEDULE_INIT;
}
