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

void
provision_directories(struct vec *made, const struct service *s, const char *root, struct diag *d)
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
			make_one(base, s->dirs[k].names.v[i], s->dirs[k].mode, k == SERVICE_DIR_CONFIGURATION ? NULL : &cred, d);
			free(base);
		}
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
