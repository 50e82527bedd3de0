#include "svc/unitfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "svc/dropin.h"

/* "NAME.service", or the name of what starts one; NULL for a unit of another kind. */
static char *
as_service(const char *name)
{
	static const char *const others[] = {
		".target", ".mount", ".automount", ".path", ".slice", ".swap", ".device", ".scope"
	};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_ends(name, others[i]))
			return NULL;
	return str_ends(name, ".service") || trigger_is_unit(name) ? mem_str(name) : mem_fmt("%s.service", name);
}

/* "dir/NAME@INSTANCE.service" that is not there: the template beside it, if that is there */
static char *
by_path(const char *operand)
{
	size_t at = (size_t)(str_base(operand) - operand);
	char *template;

	at += strcspn(operand + at, "@");
	if (operand[at] && access(operand, F_OK) != 0 && errno == ENOENT) {
		template = mem_fmt("%.*s@.service", (int)at, operand);
		if (access(template, F_OK) == 0)
			return template;
		free(template);
	}
	return mem_str(operand);
}

int
unitfile_find(struct unitfile *u, const char *root, const char *operand)
{
	char *real = NULL;

	u->unit = as_service(str_base(operand));
	if (!u->unit) {
		u->unit = mem_str(str_base(operand));
		errno = EINVAL;
		return -1;
	}
	if (strchr(operand, '/')) {
		u->path = by_path(operand);
		return 0;
	}
	u->path = dropin_find(root, u->unit, &real);
	if (!u->path && errno == ENOENT && access(operand, F_OK) == 0)
		u->path = mem_str(operand);
	if (real) {
		free(u->unit);
		u->unit = real;
	}
	return u->path ? 0 : -1;
}

static enum unitfile_result
why_unreadable(const char *path)
{
	if (access(path, R_OK) == 0)
		return UNITFILE_BAD;
	return errno == ENOENT || errno == ENOTDIR ? UNITFILE_MISSING : errno == EACCES ? UNITFILE_DENIED : UNITFILE_BAD;
}

static char *
service_name(const char *name)
{
	const char *at = strchr(name, '@');

	if (at && (at[1] == '\0' || strcmp(at, "@.service") == 0))
		return mem_fmt("%.*s@INSTANCE", (int)(at - name), name);
	return mem_str(name);
}

static enum unitfile_result
parse(struct unitfile *u, const char *root, const char *name)
{
	char *full = service_name(name ? name : u->unit);
	int r = unit_parse(&u->service, &u->sources, full, root, &u->diag);

	u->read = true;
	free(full);
	if (r == 0 && !u->service.has_install)
		dropin_wanted_by(&u->service.deps[SERVICE_WANTED_BY], root, u->unit);
	return r == 0 ? UNITFILE_OK : UNITFILE_BAD;
}

/* A template of which each connection has a process: the script is the one that listens, and is called as its socket. */
static char *
listener_name(const struct unitfile *u)
{
	if (!str_ends(u->unit, "@.service"))
		return NULL;
	for (size_t i = 0; i < u->triggers.n; i++)
		if (u->triggers.v[i].accept && trigger_listens(&u->triggers.v[i], &u->service, u->unit) != TRIGGER_NO)
			return mem_strn(u->unit, strlen(u->unit) - strlen("@.service"));
	return NULL;
}

static enum unitfile_result
parse_as_listener(struct unitfile *u, const char *root)
{
	char *name = listener_name(u);
	enum unitfile_result r = UNITFILE_OK;

	if (name) {
		service_free(&u->service);
		diag_free(&u->diag);
		u->diag = (struct diag)DIAG_INIT;
		r = parse(u, root, name);
	}
	free(name);
	return r;
}

enum unitfile_result
unitfile_read(struct unitfile *u, const char *root, const char *name)
{
	char *folder = mem_strn(u->path, (size_t)(str_base(u->path) - u->path));
	struct vec dropins = VEC_INIT;
	enum unitfile_result r;

	if (trigger_is_unit(u->unit)) {
		r = trigger_read(&u->triggers, u->path, root, &u->diag) == 0 ? UNITFILE_OK : why_unreadable(u->path);
		free(folder);
		return r;
	}
	dropin_systemd(&dropins, root, u->unit, *folder ? folder : ".");
	if (unit_load(&u->sources, u->path, &u->diag) != 0)
		r = why_unreadable(u->path);
	else if (unit_load_dropins(&u->sources, &dropins, &u->diag) != 0)
		r = UNITFILE_BAD;
	else
		r = parse(u, root, name);
	if (r == UNITFILE_OK) {
		trigger_find(&u->triggers, &u->service, u->unit, folder, root, &u->diag);
		if (!name)
			r = parse_as_listener(u, root);
	}
	vec_free(&dropins);
	free(folder);
	return r;
}

void
unitfile_free(struct unitfile *u)
{
	if (u->read)
		service_free(&u->service);
	unit_sources_free(&u->sources);
	trigger_free(&u->triggers);
	diag_free(&u->diag);
	free(u->path);
	free(u->unit);
	*u = (struct unitfile)UNITFILE_INIT;
}
