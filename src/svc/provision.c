#include "svc/provision.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "os/cred.h"
#include "os/dir.h"
#include "os/file.h"
#include "svc/peer.h"
#include "svc/relation.h"

/* Note each part of the path that is not there yet. */
static void
note_missing(struct vec *made, const char *root, const char *base, const char *name)
{
	for (const char *end = name; *end; end += *end == '/') {
		char *path, *full;

		end += strcspn(end, "/");
		path = mem_fmt("%s/%.*s", base, (int)(end - name), name);
		full = file_under(root, path);
		if (access(full, F_OK) != 0 && !vec_has(made, path))
			vec_add(made, path);
		free(full);
		free(path);
	}
}

static void
make_one(const char *base, const char *name, mode_t mode, const struct cred *owner, struct diag *d)
{
	uid_t uid = owner && owner->set_uid ? owner->uid : 0;
	gid_t gid = owner && owner->set_gid ? owner->gid : 0;

	if (file_mkdirs(base) != 0 || dir_make(base, name, mode, uid, gid) != 0)
		diag_add(d, DIAG_WARN, base, 0, 0, "unable to make the directory %s: %s", name, strerror(errno));
}

/* an empty directory is all that it takes, and all that is to be removed */
static void
make_wants(struct vec *made, const struct service *s, const char *root, enum service_dep kind, bool make, struct diag *d)
{
	for (size_t i = 0; i < s->deps[kind].n; i++) {
		char *other = peer_name(s->deps[kind].v[i]), *path, *base;

		if (!other)
			continue;
		path = mem_fmt(RELATION_WANTS "/%s", other, s->name);
		base = file_under(root, "/");
		note_missing(made, root, "", path + 1);
		if (make)
			make_one(base, path + 1, 0755, NULL, d);
		free(base);
		free(path);
		free(other);
	}
}

void
provision_directories(struct vec *made, const struct service *s, const char *root, bool make, struct diag *d)
{
	static const char *const bases[SERVICE_DIRS] = {
		[SERVICE_DIR_STATE] = "/var/lib", [SERVICE_DIR_CACHE] = "/var/cache", [SERVICE_DIR_LOGS] = "/var/log",
		[SERVICE_DIR_CONFIGURATION] = "/etc"
	};
	struct cred cred = CRED_INIT;
	bool elsewhere = root && strcmp(root, "/") != 0;
	char *bad = elsewhere && (s->user || s->group) ? mem_str("") : cred_lookup(&cred, s->user, s->group, NULL);

	for (int k = 0; k < SERVICE_DIRS && !bad; k++)
		for (size_t i = 0; bases[k] && i < s->dirs[k].names.n; i++) {
			char *base = file_under(root, bases[k]);

			note_missing(made, root, bases[k], s->dirs[k].names.v[i]);
			if (make)
				make_one(base, s->dirs[k].names.v[i], s->dirs[k].mode, k == SERVICE_DIR_CONFIGURATION ? NULL : &cred, d);
			free(base);
		}
	make_wants(made, s, root, SERVICE_WANTED_BY, make, d);
	make_wants(made, s, root, SERVICE_REQUIRED_BY, make, d);
	free(bad);
	cred_free(&cred);
}

void
provision_defaults(struct vec *paths, const struct service *s)
{
	for (size_t i = 0; i < s->n_envfiles; i++) {
		const char *path = s->envfiles[i].path;

		if ((str_starts(path, "/etc/default/") || str_starts(path, "/etc/sysconfig/")) && !strpbrk(path, "*?["))
			vec_add(paths, path);
	}
}
