#include "os/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/num.h"

/* in the order of their numbers, one after the other: linux/capability.h */
static const char names[] =
    "chown\0dac_override\0dac_read_search\0fowner\0fsetid\0kill\0setgid\0setuid\0setpcap\0linux_immutable\0net_bind_service\0"
    "net_broadcast\0net_admin\0net_raw\0ipc_lock\0ipc_owner\0sys_module\0sys_rawio\0sys_chroot\0sys_ptrace\0sys_pacct\0"
    "sys_admin\0sys_boot\0sys_nice\0sys_resource\0sys_time\0sys_tty_config\0mknod\0lease\0audit_write\0audit_control\0setfcap\0"
    "mac_override\0mac_admin\0syslog\0wake_alarm\0block_suspend\0audit_read\0perfmon\0bpf\0checkpoint_restore\0";

int
caps_number(const char *name)
{
	uint64_t n;
	int i = 0;

	if (num_u64(name, 0, 63, &n) == 0)
		return (int)n;
	if (strncasecmp(name, "cap_", 4) == 0)
		name += 4;
	for (const char *p = names; *p; p += strlen(p) + 1, i++)
		if (strcasecmp(p, name) == 0)
			return i;
	errno = EINVAL;
	return -1;
}

static int
parse_one(const char *s, size_t n, struct caps *out)
{
	bool drop = false, ambient = false, inheritable = false;
	char name[32];
	uint64_t bit;
	int number;

	for (; n && strchr("!^%", *s); s++, n--) {
		drop |= *s == '!';
		ambient |= *s == '^';
		inheritable |= *s == '%';
	}
	errno = EINVAL;
	if (n == 0 || n >= sizeof name)
		return -1;
	memcpy(name, s, n);
	name[n] = '\0';
	number = caps_number(name);
	if (number < 0)
		return -1;
	bit = UINT64_C(1) << number;
	if (drop)
		out->dropped |= bit;
	if (ambient)
		out->ambient |= bit;
	if (inheritable || ambient || !drop)
		out->inheritable |= bit;
	return 0;
}

int
caps_bounding(int cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
}

int
caps_parse(const char *text, struct caps *out)
{
	*out = (struct caps){ 0 };
	for (;;) {
		size_t n = strcspn(text, ",");

		if (parse_one(text, n, out) != 0)
			return -1;
		if (!text[n])
			return 0;
		text += n + 1;
	}
}

static int
get(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d) != 0)
		return -1;
	*effective = d[0].effective | (uint64_t)d[1].effective << 32;
	*permitted = d[0].permitted | (uint64_t)d[1].permitted << 32;
	*inheritable = d[0].inheritable | (uint64_t)d[1].inheritable << 32;
	return 0;
}

static int
set(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = {
		{ (uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable },
		{ (uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32) },
	};

	return (int)syscall(SYS_capset, &h, d);
}

uint64_t
caps_all(void)
{
	int known = 0, unknown = 63;

	/* what was known when we were built is a good guess */
	if (prctl(PR_CAPBSET_READ, CAP_LAST_CAP, 0, 0, 0) >= 0)
		known = CAP_LAST_CAP;
	if (prctl(PR_CAPBSET_READ, CAP_LAST_CAP + 1, 0, 0, 0) < 0)
		unknown = CAP_LAST_CAP + 1;
	/* they are numbered without a gap: halve what is left between one that there is and one that there is not */
	while (unknown - known > 1) {
		int middle = known + (unknown - known) / 2;

		if (prctl(PR_CAPBSET_READ, middle, 0, 0, 0) >= 0)
			known = middle;
		else
			unknown = middle;
	}
	return (UINT64_C(1) << unknown) - 1;
}

bool
caps_has(int cap)
{
	uint64_t effective, permitted, inheritable;

	return get(&effective, &permitted, &inheritable) == 0 && effective >> cap & 1;
}

bool
caps_has_ambient(void)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0) >= 0;
}

const char *
caps_name(int number)
{
	const char *p = names;

	for (; *p && number > 0; number--)
		p += strlen(p) + 1;
	return *p && number == 0 ? p : NULL;
}

int
caps_read(struct caps_state *s)
{
	*s = (struct caps_state){ 0 };
	if (get(&s->effective, &s->permitted, &s->inheritable) != 0)
		return -1;
	for (int i = 0; i < 63; i++) {
		int has = prctl(PR_CAPBSET_READ, i, 0, 0, 0);

		if (has < 0)
			break;
		s->bounding |= (uint64_t)has << i;
		/* nothing is ambient that is not permitted and inheritable; before Linux 4.3 there is no such set */
		if ((s->permitted & s->inheritable) >> i & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, i, 0, 0) == 1)
			s->ambient |= UINT64_C(1) << i;
	}
	return 0;
}

/* each change of a set is a new copy of all credentials to the kernel, ten times what a look at them is: what is not needed is not done */
int
caps_before_user(const struct caps *c, bool lock_later)
{
	for (unsigned i = 0; i < 64; i++)
		if ((c->dropped >> i & 1) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
			return -1;
	return c->inheritable | c->ambient || lock_later ? prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) : 0;
}

/* CAP_SETPCAP as a bit */
static const uint64_t setpcap = UINT64_C(1) << CAP_SETPCAP;

int
caps_after_user(const struct caps *c, bool lock_later)
{
	uint64_t effective, permitted, inheritable, wanted = c->inheritable | c->ambient, raised, left, inherited;
	bool user;

	if (get(&effective, &permitted, &inheritable) != 0)
		return -1;
	user = geteuid() != 0;
	left = user ? (wanted | (lock_later ? setpcap : 0)) & permitted : permitted;
	raised = user ? left : effective;
	inherited = c->exact ? wanted : inheritable | wanted;
	/* nothing is ambient that is not inheritable; before Linux 4.3 there is no ambient set */
	if (c->exact && inheritable && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL)
		return -1;
	if ((raised != effective || left != permitted || inherited != inheritable) && set(raised, left, inherited) != 0)
		return -1;
	for (unsigned i = 0; i < 64; i++)
		if ((c->ambient >> i & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) != 0)
			return -1;
	return 0;
}

int
caps_lock(const struct caps *c, unsigned long securebits)
{
	uint64_t effective, permitted, inheritable, spare = c->inheritable | c->ambient;

	if (prctl(PR_SET_SECUREBITS, securebits, 0, 0, 0) != 0 || get(&effective, &permitted, &inheritable) != 0)
		return -1;
	if (geteuid() == 0 || spare & setpcap)
		return 0;
	return set(effective & ~setpcap, permitted & ~setpcap, inheritable);
}
