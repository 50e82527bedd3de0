#include "os/cred.h"

#include <errno.h>
#include <grp.h>
#include <linux/posix_types.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "os/users.h"

/* (uid_t)-1 and 65535 mean "leave alone" to system calls of some width: never an id */
static bool
is_id(uint64_t n)
{
	return n < UINT32_MAX && n != 65535;
}

static int
id_number(const char *s, uint32_t *out)
{
	uint64_t n;

	if (num_u64(s, 0, UINT64_MAX, &n) != 0 || !is_id(n)) {
		errno = ENOENT;
		return -1;
	}
	*out = (uint32_t)n;
	return 0;
}

static bool
all_digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

int
cred_uid(const char *user, uid_t *out)
{
	struct userfile_entry e;
	uid_t uid;

	if (all_digits(user))
		return id_number(user, out);
	if (users_by_name(user, &e) != 0)
		return -1;
	uid = e.uid;
	userfile_free(&e);
	if (!is_id(uid)) {
		errno = ENOENT;
		return -1;
	}
	*out = uid;
	return 0;
}

int
cred_gid(const char *group, gid_t *out)
{
	gid_t gid;

	if (all_digits(group))
		return id_number(group, out);
	if (users_group(group, &gid) != 0 || !is_id(gid)) {
		errno = ENOENT;
		return -1;
	}
	*out = gid;
	return 0;
}

static char *
find_user(struct cred *c, const char *user)
{
	struct userfile_entry e;
	bool known;

	if (all_digits(user)) {
		if (id_number(user, &c->uid) != 0)
			return mem_fmt("user id %s is out of range", user);
		known = users_by_uid(c->uid, &e) == 0;
	} else {
		known = users_by_name(user, &e) == 0;
		if (!known)
			return mem_fmt("no such user '%s'", user);
	}
	c->set_uid = true;
	if (!known) {
		c->user = mem_str(user);
		return NULL;
	}
	c->uid = e.uid;
	c->gid = e.gid;
	c->set_gid = true;
	c->user = e.name;
	c->home = e.home;
	c->shell = e.shell;
	return is_id(e.uid) && is_id(e.gid) ? NULL : mem_fmt("user '%s' has an id that is no id", user);
}

static void
add_group(struct cred *c, gid_t gid)
{
	size_t cap = c->n_groups;

	for (size_t i = 0; i < c->n_groups; i++)
		if (c->groups[i] == gid)
			return;
	c->groups = mem_grow(c->groups, &cap, c->n_groups + 1, sizeof gid);
	c->groups[c->n_groups++] = gid;
}

/* without root there is nothing to change, and nothing needs to be when we are that user already */
static bool
is_self_unprivileged(const struct cred *c)
{
	return geteuid() != 0 && (!c->set_uid || c->uid == geteuid()) && (!c->set_gid || c->gid == getegid());
}

char *
cred_lookup(struct cred *c, const char *user, const char *group, char *const *extra)
{
	bool asked = extra && *extra;
	char *bad = NULL;
	gid_t gid;

	*c = (struct cred)CRED_INIT;
	if (user)
		bad = find_user(c, user);
	if (!bad && group) {
		if (cred_gid(group, &c->gid) != 0)
			bad = mem_fmt("no such group '%s'", group);
		c->set_gid = true;
	}
	if (!bad && user && !c->set_gid)
		bad = mem_fmt("user id %s has no passwd entry and no group was given", user);
	if (!bad && user && c->home && c->gid != 0 && users_groups(c->user, c->gid, &c->groups, &c->n_groups) != 0)
		bad = mem_fmt("user '%s' is in more than 65536 groups", c->user);
	for (; !bad && extra && *extra; extra++) {
		if (cred_gid(*extra, &gid) != 0)
			bad = mem_fmt("no such group '%s'", *extra);
		else
			add_group(c, gid);
	}
	c->set_groups = c->set_uid || c->set_gid || c->n_groups > 0 || geteuid() == 0;
	if (!bad && !asked && is_self_unprivileged(c))
		c->set_uid = c->set_gid = c->set_groups = false;
	if (bad)
		cred_free(c);
	return bad;
}

/* where ids had 16 bits once, on i386 and arm, the plain numbers are still of the calls for those: these are the ones for 32 */
enum {
	HAD_16_BITS = sizeof(__kernel_uid_t) == 2,
	CALL_SETGROUPS = HAD_16_BITS ? 206 : SYS_setgroups,
	CALL_SETRESUID = HAD_16_BITS ? 208 : SYS_setresuid,
	CALL_SETRESGID = HAD_16_BITS ? 210 : SYS_setresgid,
};

int
cred_set_uids(uid_t real, uid_t effective, uid_t saved)
{
	return (int)syscall(CALL_SETRESUID, real, effective, saved);
}

int
cred_set_gids(gid_t real, gid_t effective, gid_t saved)
{
	return (int)syscall(CALL_SETRESGID, real, effective, saved);
}

int
cred_apply_groups(const struct cred *c)
{
	if (c->set_groups && syscall(CALL_SETGROUPS, c->n_groups, c->groups) != 0)
		return -1;
	return c->set_gid ? cred_set_gids(c->gid, c->gid, c->gid) : 0;
}

int
cred_apply_uid(const struct cred *c)
{
	return c->set_uid ? cred_set_uids(c->uid, c->uid, c->uid) : 0;
}

/* Shell's way: it asks for no memory, and what is in order already costs next to nothing */
static __attribute__((noinline)) void
sort(gid_t *v, size_t n)
{
	for (size_t gap = n / 2; gap > 0; gap /= 2)
		for (size_t i = gap; i < n; i++)
			for (size_t k = i; k >= gap && v[k - gap] > v[k]; k -= gap) {
				gid_t greater = v[k - gap];

				v[k - gap] = v[k];
				v[k] = greater;
			}
}

/* `room` is for two lists of c->n_groups: in a namespace the kernel's may be in any order */
static bool
has_groups(const struct cred *c, gid_t *room)
{
	size_t n = c->n_groups, size = n * sizeof *room;

	/* what more there is would not fit, and is an error */
	if (n == 0 || getgroups((int)n, room) != (int)n)
		return n == 0 && getgroups(0, NULL) == 0;
	memcpy(room + n, c->groups, size);
	sort(room, n);
	sort(room + n, n);
	return memcmp(room, room + n, size) == 0;
}

int
cred_verify_groups(const struct cred *c)
{
	enum { FEW = 128 };
	size_t size = 2 * c->n_groups * sizeof *c->groups;
	gid_t few[2 * FEW], *room = few;
	bool good;

	if (!c->set_groups)
		return 0;
	/* the stack is a small one, and may be in the memory of a parent: what is taken is given back */
	if (c->n_groups > FEW)
		room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return -1;
	good = has_groups(c, room);
	if (room != few)
		munmap(room, size);
	errno = EPERM;
	return good ? 0 : -1;
}

int
cred_verify(const struct cred *c)
{
	uid_t r, e, s;
	gid_t gr, ge, gs;

	errno = EPERM;
	if (getresuid(&r, &e, &s) != 0 || getresgid(&gr, &ge, &gs) != 0)
		return -1;
	errno = EPERM;
	if (c->set_uid && (r != c->uid || e != c->uid || s != c->uid))
		return -1;
	if (c->set_gid && (gr != c->gid || ge != c->gid || gs != c->gid))
		return -1;
	if (c->set_uid && c->uid != 0 && cred_set_uids((uid_t)-1, 0, (uid_t)-1) == 0)
		return -1;
	if (c->set_uid && c->uid != 0 && c->set_gid && c->gid != 0 && cred_set_gids((gid_t)-1, 0, (gid_t)-1) == 0)
		return -1;
	errno = 0;
	return 0;
}

void
cred_free(struct cred *c)
{
	free(c->groups);
	free(c->user);
	free(c->home);
	free(c->shell);
	*c = (struct cred)CRED_INIT;
}
