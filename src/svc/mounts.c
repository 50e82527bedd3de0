#include "svc/mounts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/mem.h"
#include "base/str.h"

static struct mounts_entry *
add(struct mounts *m, enum mounts_kind kind, const char *path, bool optional)
{
	struct mounts_entry *e;

	m->v = mem_grow(m->v, &m->cap, m->n + 1, sizeof *m->v);
	e = &m->v[m->n++];
	*e = (struct mounts_entry){ .kind = kind, .path = mem_str(path), .optional = optional };
	e->read_only = kind == MOUNTS_READ_ONLY || kind == MOUNTS_INACCESSIBLE;
	e->no_exec = kind == MOUNTS_NO_EXEC;
	e->exec = kind == MOUNTS_EXEC;
	return e;
}

struct fixed {
	const char *path;
	enum mounts_kind kind;
	bool required;
};

static void
add_fixed(struct mounts *m, const struct fixed *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(m, f[i].kind, f[i].path, !f[i].required);
}
#define FIXED(m, table) add_fixed(m, table, sizeof(table) / sizeof *(table))

static void
add_bind(struct mounts *m, const char *source, const char *dest, bool deep)
{
	struct mounts_entry *e = add(m, MOUNTS_BIND, dest, false);

	e->source = mem_str(source);
	e->deep = deep;
}

static void
add_system(struct mounts *m, enum confine_system how)
{
	static const struct fixed yes[] = {
		{ "/usr", MOUNTS_READ_ONLY, true }, { "/boot", MOUNTS_READ_ONLY, false }, { "/efi", MOUNTS_READ_ONLY, false },
		{ "/bin", MOUNTS_READ_ONLY, false }, { "/sbin", MOUNTS_READ_ONLY, false }, { "/lib", MOUNTS_READ_ONLY, false },
		{ "/lib64", MOUNTS_READ_ONLY, false }, { "/lib32", MOUNTS_READ_ONLY, false }, { "/libx32", MOUNTS_READ_ONLY, false },
	};
	static const struct fixed etc[] = { { "/etc", MOUNTS_READ_ONLY, true } };
	static const struct fixed strict[] = {
		{ "/", MOUNTS_READ_ONLY, true }, { "/proc", MOUNTS_LEAVE, false }, { "/sys", MOUNTS_LEAVE, false }, { "/dev", MOUNTS_LEAVE, false },
		{ "/home", MOUNTS_LEAVE, false }, { "/run/user", MOUNTS_LEAVE, false }, { "/root", MOUNTS_LEAVE, false },
	};

	if (how == CONFINE_SYSTEM_STRICT)
		FIXED(m, strict);
	if (how == CONFINE_SYSTEM_YES || how == CONFINE_SYSTEM_FULL)
		FIXED(m, yes);
	if (how == CONFINE_SYSTEM_FULL)
		FIXED(m, etc);
}

static void
add_home(struct mounts *m, enum confine_home how)
{
	static const struct {
		const char *path, *options;
	} homes[] = { { "/home", "mode=0755" }, { "/run/user", "mode=0755" }, { "/root", "mode=0700" } };

	for (size_t i = 0; how != CONFINE_HOME_NO && i < sizeof homes / sizeof *homes; i++) {
		enum mounts_kind kind = how == CONFINE_HOME_YES ? MOUNTS_INACCESSIBLE : how == CONFINE_HOME_TMPFS ? MOUNTS_TMPFS : MOUNTS_READ_ONLY;
		struct mounts_entry *e = add(m, kind, homes[i].path, true);

		e->read_only = true;
		if (kind == MOUNTS_TMPFS)
			e->options = mem_str(homes[i].options);
	}
}

static void
add_kernel(struct mounts *m, const struct confine *c)
{
	static const struct fixed tunables[] = {
		{ "/proc/acpi", MOUNTS_READ_ONLY, false }, { "/proc/apm", MOUNTS_READ_ONLY, false }, { "/proc/asound", MOUNTS_READ_ONLY, false },
		{ "/proc/bus", MOUNTS_READ_ONLY, false }, { "/proc/fs", MOUNTS_READ_ONLY, false }, { "/proc/irq", MOUNTS_READ_ONLY, false },
		{ "/proc/kallsyms", MOUNTS_INACCESSIBLE, false }, { "/proc/kcore", MOUNTS_INACCESSIBLE, false },
		{ "/proc/latency_stats", MOUNTS_READ_ONLY, false }, { "/proc/mtrr", MOUNTS_READ_ONLY, false },
		{ "/proc/scsi", MOUNTS_READ_ONLY, false }, { "/proc/sys", MOUNTS_READ_ONLY, false },
		{ "/proc/sysrq-trigger", MOUNTS_READ_ONLY, false }, { "/proc/timer_stats", MOUNTS_READ_ONLY, false },
		{ "/sys", MOUNTS_READ_ONLY, false }, { "/sys/fs/bpf", MOUNTS_READ_ONLY, false }, { "/sys/fs/cgroup", MOUNTS_LEAVE, false },
		{ "/sys/fs/selinux", MOUNTS_LEAVE, false }, { "/sys/kernel/debug", MOUNTS_READ_ONLY, false },
		{ "/sys/kernel/tracing", MOUNTS_READ_ONLY, false },
	};
	static const struct fixed modules[] = { { "/lib/modules", MOUNTS_INACCESSIBLE, false }, { "/usr/lib/modules", MOUNTS_INACCESSIBLE, false } };
	static const struct fixed logs[] = { { "/proc/kmsg", MOUNTS_INACCESSIBLE, false }, { "/dev/kmsg", MOUNTS_INACCESSIBLE, false } };
	static const struct fixed cgroups[] = { { "/sys/fs/cgroup", MOUNTS_READ_ONLY, false } };
	static const struct fixed hostname[] = {
		{ "/proc/sys/kernel/hostname", MOUNTS_READ_ONLY, false }, { "/proc/sys/kernel/domainname", MOUNTS_READ_ONLY, false }
	};

	if (c->protect_tunables)
		FIXED(m, tunables);
	if (c->protect_modules)
		FIXED(m, modules);
	if (c->protect_logs)
		FIXED(m, logs);
	if (c->protect_cgroups)
		FIXED(m, cgroups);
	if (c->protect_hostname)
		FIXED(m, hostname);
}

/* what protects these file systems wants them to be there; a root directory wants them unless it says that it does not */
static void
add_api(struct mounts *m, const struct confine *c)
{
	static const char *const hide[] = { "", "hidepid=noaccess", "hidepid=invisible", "hidepid=ptraceable" };
	bool options = c->protect_proc || c->proc_subset;
	struct mounts_entry *e;

	if (c->mount_api_vfs != 1 && !(c->mount_api_vfs < 0 && m->root) && !options && !c->protect_tunables && !c->protect_cgroups)
		return;
	e = add(m, MOUNTS_PROC, "/proc", false);
	if (options)
		e->options = mem_fmt("%s%s%s", hide[c->protect_proc], c->protect_proc && c->proc_subset ? "," : "", c->proc_subset ? "subset=pid" : "");
	add(m, MOUNTS_DEV, "/dev", false);
	add(m, MOUNTS_SYSFS, "/sys", false);
	add(m, MOUNTS_RUN, "/run", false);
}

static void
add_paths(struct mounts *m, const struct confine *c)
{
	static const enum mounts_kind kinds[] = {
		[CONFINE_READ_WRITE] = MOUNTS_READ_WRITE, [CONFINE_READ_ONLY] = MOUNTS_READ_ONLY, [CONFINE_INACCESSIBLE] = MOUNTS_INACCESSIBLE,
		[CONFINE_EXEC] = MOUNTS_EXEC, [CONFINE_NO_EXEC] = MOUNTS_NO_EXEC,
	};

	for (int k = 0; k <= CONFINE_NO_EXEC; k++)
		for (size_t i = 0; i < c->paths[k].n; i++) {
			const char *s = c->paths[k].v[i];
			size_t marks = strspn(s, "-+");

			add(m, kinds[k], s + marks, memchr(s, '-', marks) != NULL);
		}
	for (size_t i = 0; i < c->n_mounts; i++) {
		const struct confine_mount *b = &c->mounts[i];
		struct mounts_entry *e = add(m, b->source ? MOUNTS_BIND : MOUNTS_TMPFS, b->dest, b->optional);

		e->source = mem_str(b->source);
		e->options = mem_str(b->options);
		e->read_only = b->read_only;
		e->deep = !b->plain;
	}
}

void
mounts_plan(struct mounts *m, const struct confine *c, const char *root, const char *tmp, const char *var_tmp, const struct vec *writable)
{
	*m = (struct mounts){ .root = root, .propagation = c->mount_flags ? c->mount_flags : MS_SLAVE };
	add_paths(m, c);
	for (size_t i = 0; i < writable->n; i++)
		add(m, MOUNTS_READ_WRITE, writable->v[i], false);
	if (tmp)
		add_bind(m, tmp, "/tmp", true);
	if (var_tmp)
		add_bind(m, var_tmp, "/var/tmp", true);
	if (c->private_devices)
		add(m, MOUNTS_PRIVATE_DEV, "/dev", false);
	if (c->private_ipc)
		add(m, MOUNTS_MQUEUE, "/dev/mqueue", true);
	add_kernel(m, c);
	add_home(m, c->protect_home);
	add_system(m, c->protect_system);
	add_api(m, c);
}

/* in place of BASE/private, which only root may enter, stands one with nothing in it but what is bound there */
static void
add_closed_parent(struct mounts *m, const char *dest)
{
	const char *end = str_find(dest, "/private/");
	char *path = end ? mem_strn(dest, (size_t)(end - dest) + strlen("/private")) : NULL;
	struct mounts_entry *e;

	if (!path)
		return;
	e = add(m, MOUNTS_TMPFS, path, false);
	e->options = mem_str("mode=0755,nosuid,noexec");
	e->read_only = true;
	free(path);
}

void
mounts_add_binds(struct mounts *m, const struct vec *binds)
{
	for (size_t i = 0; i < binds->n; i++) {
		const char *colon = strchr(binds->v[i], ':');
		char *source = mem_strn(binds->v[i], (size_t)(colon - binds->v[i]));

		add_bind(m, source, colon + 1, true);
		add_closed_parent(m, colon + 1);
		free(source);
	}
}

void
mounts_free_entry(struct mounts_entry *e)
{
	free(e->path);
	free(e->source);
	free(e->options);
}

void
mounts_free(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++)
		mounts_free_entry(&m->v[i]);
	free(m->v);
	*m = (struct mounts){ 0 };
}
