#include "boot/inmates.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/proc.h"
#include "os/procref.h"

enum { NAP_MS = 100 };

#define REST UINT64_C(1000000)
#define BURIAL UINT64_C(5000000)

void
inmates_look(struct inmates *p)
{
	struct proc_scan scan = PROC_SCAN_INIT;
	struct proc_stat st;
	pid_t pid;

	p->n = 0;
	while (p->n < INMATES && proc_scan_next(&scan, &pid) == 1)
		if (pid != 1 && pid != getpid() && proc_stat(pid, &st) == 0 && !proc_is_dead(st.state)) {
			struct inmate *one = &p->v[p->n++];

			*one = (struct inmate){ .pid = pid, .start = st.start, .top = st.ppid == 1, .asleep = st.state == 'S' };
			fmt_to(one->comm, sizeof one->comm, "%s", st.comm);
		}
	proc_scan_close(&scan);
}

static bool
has(const struct inmates *p, const struct inmate *one)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].pid == one->pid && p->v[i].start == one->start)
			return true;
	return false;
}

bool
inmates_more(const struct inmates *before, const struct inmates *now, bool named)
{
	bool more = false;

	for (size_t i = 0; i < before->n; i++) {
		if (before->v[i].top && !has(now, &before->v[i]))
			return false;
		for (size_t k = 0; before->v[i].top && k < now->n; k++)
			more = more || (now->v[k].top && !has(before, &now->v[k]) && (!named || strcmp(now->v[k].comm, before->v[i].comm) == 0));
	}
	return more;
}

bool
inmates_same(const struct inmates *before, const struct inmates *now)
{
	size_t tops = 0;

	for (size_t i = 0; i < now->n; i++)
		if (now->v[i].top && !has(before, &now->v[i]))
			return false;
	for (size_t i = 0; i < before->n; i++) {
		if (before->v[i].top && !has(now, &before->v[i]))
			return false;
		tops += before->v[i].top;
	}
	return tops > 0;
}

/* Are they the same, and at rest? */
static bool
is_calm(const struct inmates *before, const struct inmates *now)
{
	for (size_t i = 0; i < now->n; i++)
		if (!now->v[i].asleep || !has(before, &now->v[i]))
			return false;
	return now->n == before->n;
}

void
inmates_calm_down(struct inmates *now)
{
	uint64_t deadline = clock_after(REST);
	struct inmates was;

	do {
		was = *now;
		if (now->n > 0)
			poll(NULL, 0, NAP_MS);
		inmates_look(now);
	} while (!is_calm(&was, now) && clock_now() < deadline);
}

void
inmates_names(char out[INMATES_NAMES], const struct inmates *p)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < p->n && n < INMATES_NAMES - 20; i++)
		if (!str_find(out, p->v[i].comm))
			n += fmt_to(out + n, INMATES_NAMES - n, "%s%s", n ? " " : "", p->v[i].comm);
}

void
inmates_wait(const struct inmates *p, const struct inmates *but, uint64_t limit)
{
	uint64_t deadline = clock_after(limit);

	for (size_t i = 0; i < p->n; i++) {
		struct procref ref = PROCREF_INIT;

		if (but && has(but, &p->v[i]))
			continue;
		if (procref_open(&ref, p->v[i].pid, p->v[i].start) == 0) {
			procref_wait(&ref, deadline);
			procref_close(&ref);
		}
	}
}

/* Are there dead ones that process 1 has not seen yet?  To kill -0 they are alive. */
static bool
has_dead(void)
{
	struct proc_scan scan = PROC_SCAN_INIT;
	struct proc_stat st;
	bool r = false;
	pid_t pid;

	while (proc_scan_next(&scan, &pid) == 1)
		r = r || (proc_stat(pid, &st) == 0 && proc_is_dead(st.state));
	proc_scan_close(&scan);
	return r;
}

void
inmates_bury(void)
{
	uint64_t deadline = clock_after(BURIAL);

	while (has_dead() && clock_now() < deadline)
		poll(NULL, 0, 1);
}
