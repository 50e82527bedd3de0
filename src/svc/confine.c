#include "svc/confine.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "base/mem.h"

#define CAP(number) (UINT64_C(1) << (number))

void
confine_init(struct confine *c)
{
	*c = (struct confine){ .bounding = UINT64_MAX, .keyring = CONFINE_KEYRING_PRIVATE, .mount_api_vfs = -1 };
}

static void
free_mount(struct confine_mount *m)
{
	free(m->source);
	free(m->dest);
	free(m->options);
}

void
confine_free(struct confine *c)
{
	struct vec *lists[] = {
		&c->calls.items, &c->log_calls.items, &c->architectures, &c->policies, &c->load_credentials, &c->set_credentials, &c->device_allow,
		&c->ip_allow, &c->ip_deny,
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		vec_free(lists[i]);
	for (int i = 0; i < CONFINE_PATHS; i++)
		vec_free(&c->paths[i]);
	for (size_t i = 0; i < c->n_mounts; i++)
		free_mount(&c->mounts[i]);
	for (int i = 0; i < CONFINE_RESOURCES; i++)
		free(c->resources[i]);
	free(c->mounts);
	free(c->apparmor);
	free(c->selinux);
	confine_init(c);
}

void
confine_add_mount(struct confine *c, const struct confine_mount *m)
{
	c->mounts = mem_grow(c->mounts, &c->cap_mounts, c->n_mounts + 1, sizeof *c->mounts);
	c->mounts[c->n_mounts++] = *m;
}

void
confine_clear_mounts(struct confine *c, bool tmpfs, bool read_only)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_mounts; i++) {
		struct confine_mount *m = &c->mounts[i];

		if (!m->source == tmpfs && (tmpfs || m->read_only == read_only))
			free_mount(m);
		else
			c->mounts[kept++] = *m;
	}
	c->n_mounts = kept;
}

void
confine_add_call(struct confine_calls *l, const char *word, bool deny)
{
	char *item;

	if (l->mode == CONFINE_CALLS_NONE)
		l->mode = deny ? CONFINE_CALLS_DENY : CONFINE_CALLS_ALLOW;
	/* what a line of the other kind has is taken away again */
	item = mem_fmt("%s%s", deny == (l->mode == CONFINE_CALLS_DENY) ? "" : "~", word);
	vec_take(&l->items, item);
}

bool
confine_needs_mounts(const struct confine *c)
{
	for (int i = CONFINE_READ_WRITE; i <= CONFINE_NO_EXEC; i++)
		if (c->paths[i].n)
			return true;
	return c->private_tmp || c->private_devices || c->private_mounts || c->private_ipc || c->protect_tunables || c->protect_modules ||
	    c->protect_logs || c->protect_cgroups || c->protect_system || c->protect_home || c->protect_proc || c->proc_subset ||
	    c->n_mounts || c->mount_flags == MS_SLAVE || c->mount_flags == MS_PRIVATE || c->dynamic_user;
}

bool
confine_needs_filter(const struct confine *c)
{
	return c->calls.mode || c->log_calls.mode || c->architectures.n || c->families_mode || c->forbidden_ns || c->restrict_realtime ||
	    c->restrict_suid || c->no_tty_input || c->lock_personality || c->deny_write_execute || c->private_devices || c->protect_tunables ||
	    c->protect_modules || c->protect_logs || c->protect_clock || c->protect_hostname;
}

uint64_t
confine_bounding(const struct confine *c)
{
	uint64_t keep = c->bounding;

	if (c->private_devices)
		keep &= ~(CAP(CAP_MKNOD) | CAP(CAP_SYS_RAWIO));
	if (c->protect_modules)
		keep &= ~CAP(CAP_SYS_MODULE);
	if (c->protect_logs)
		keep &= ~CAP(CAP_SYSLOG);
	if (c->protect_clock)
		keep &= ~(CAP(CAP_SYS_TIME) | CAP(CAP_WAKE_ALARM));
	return keep;
}

void
confine_imply(struct confine *c)
{
	if (!c->dynamic_user)
		return;
	c->private_tmp = c->remove_ipc = c->restrict_suid = true;
	if (c->protect_system == CONFINE_SYSTEM_NO || c->protect_system < CONFINE_SYSTEM_STRICT)
		c->protect_system = CONFINE_SYSTEM_STRICT;
	if (c->protect_home == CONFINE_HOME_NO)
		c->protect_home = CONFINE_HOME_READ_ONLY;
}
