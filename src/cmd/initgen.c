#include "applet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/die.h"
#include "base/mem.h"
#include "base/str.h"
#include "gen/native.h"
#include "os/fd.h"
#include "os/file.h"
#include "svc/dropin.h"
#include "svc/unit.h"

enum { FAILED = 1, USAGE = 2, DENIED = 4, NOT_INSTALLED = 5, NOT_CONFIGURED = 6 };

static const struct opt opts[] = {
	{ 'n', "name", "NAME", "what the script is called (default: as the unit)" },
	{ 'o', "output", "FILE", "write to FILE, mode 0755 (default: standard output)" },
	{ 'q', "quiet", NULL, "print no warnings" },
	{ 'r', "root", "DIR", "look for units below DIR" },
	{ 's', "strict", NULL, "fail when a directive cannot be honoured" },
	{ 0 }
};

struct config {
	const char *name, *output, *root;
	bool quiet, strict;
};

/* The unit's files and what was found in them. */
struct work {
	char *path, *unit;	/* unit: "NAME.service" */
	struct unit_sources sources;
	struct service service;
	struct diag diag;
};

static const char *
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case 'n': c->name = optarg; break;
		case 'o': c->output = optarg; break;
		case 'q': c->quiet = true; break;
		case 'r': c->root = optarg; break;
		case 's': c->strict = true; break;
		default: exit(USAGE);
		}
	if (argc - optind != 1)
		usage_die(USAGE, optind < argc ? "unable to convert more than one unit" : "unable to convert: no unit given");
	if (c->name && (!*c->name || strchr(c->name, '/')))
		die(USAGE, "unable to call a script \"%s\"", c->name);
	return argv[optind];
}

static char *
as_service(const char *name)
{
	static const char *const others[] = { ".socket", ".timer", ".target", ".mount", ".automount", ".path", ".slice", ".swap", ".device", ".scope" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_ends(name, others[i]))
			die(USAGE, "unable to convert %s: only services can be made init scripts", name);
	return str_ends(name, ".service") ? mem_str(name) : mem_fmt("%s.service", name);
}

static void
find_unit(struct work *w, const struct config *c, const char *operand)
{
	char *real = NULL;

	w->unit = as_service(str_base(operand));
	if (strchr(operand, '/')) {
		w->path = mem_str(operand);
		return;
	}
	w->path = dropin_find(c->root, w->unit, &real);
	if (!w->path && errno == ENOENT && access(operand, F_OK) == 0)
		w->path = mem_str(operand);
	if (!w->path)
		die(errno == ENOENT ? NOT_INSTALLED : FAILED, "unable to find a unit %s: %s", w->unit, strerror(errno));
	if (real) {
		free(w->unit);
		w->unit = real;
	}
}

/* Print the first error and end. */
static _Noreturn void
refuse(const struct diag *d, int status)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_ERROR)
			die(status, "unable to convert %s", diag_text(&d->v[i]));
	BUG("no error");
}

static int
status_of_missing(const char *path)
{
	if (access(path, R_OK) == 0)
		return NOT_CONFIGURED;
	return errno == ENOENT || errno == ENOTDIR ? NOT_INSTALLED : errno == EACCES ? DENIED : NOT_CONFIGURED;
}

/* A template alone has no instance that its specifiers could be. */
static char *
service_name(const struct work *w, const struct config *c)
{
	const char *name = c->name ? c->name : w->unit, *at = strchr(name, '@');

	if (at && (at[1] == '\0' || strcmp(at, "@.service") == 0))
		return mem_fmt("%.*s@INSTANCE", (int)(at - name), name);
	return mem_str(name);
}

static void
read_unit(struct work *w, const struct config *c)
{
	struct vec dropins = VEC_INIT;
	char *name = service_name(w, c);
	char *folder = mem_strn(w->path, (size_t)(str_base(w->path) - w->path));

	if (unit_load(&w->sources, w->path, &w->diag) != 0)
		refuse(&w->diag, status_of_missing(w->path));
	dropin_systemd(&dropins, c->root, w->unit, *folder ? folder : ".");
	if (unit_load_dropins(&w->sources, &dropins, &w->diag) != 0 ||
	    unit_parse(&w->service, &w->sources, name, c->root, &w->diag) != 0)
		refuse(&w->diag, NOT_CONFIGURED);
	if (!w->service.has_install)
		dropin_wanted_by(&w->service.deps[SERVICE_WANTED_BY], c->root, w->unit);
	free(name);
	vec_free(&dropins);
	free(folder);
}

static void
print_warnings(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++) {
		char *text;

		if (d->v[i].level != DIAG_WARN)
			continue;
		text = diag_text(&d->v[i]);
		warn("warning: %s", text);
		free(text);
	}
}

static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* A device or a pipe is written to, not replaced. */
static void
write_output(const struct config *c, const struct buf *text)
{
	const char *what = c->output ? c->output : "standard output";
	int fd = 1, r;

	if (c->output && !is_special(c->output))
		r = file_replace(AT_FDCWD, c->output, text->s, text->len, 0755);
	else {
		if (c->output)
			fd = open(c->output, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		r = fd < 0 ? -1 : fd_write_all(fd, text->s, text->len);
		if (r == 0)
			r = close(fd);
	}
	if (r != 0)
		die_errno(errno == EACCES || errno == EPERM ? DENIED : FAILED, "unable to write %s", what);
}

static int
initgen_main(int argc, char *argv[])
{
	struct config c = { 0 };
	struct work w = { .diag = DIAG_INIT };
	struct buf script = BUF_INIT;

	find_unit(&w, &c, read_options(&c, argc, argv));
	read_unit(&w, &c);
	if (native_generate(&script, &w.service, &w.sources, NULL, &w.diag) != 0)
		refuse(&w.diag, NOT_CONFIGURED);
	if (!c.quiet)
		print_warnings(&w.diag);
	if (c.strict && w.service.n_ignored > 0)
		die(NOT_CONFIGURED, "unable to convert %s: directives that have no effect here: %zu", w.path, w.service.n_ignored);
	write_output(&c, &script);
	buf_free(&script);
	service_free(&w.service);
	unit_sources_free(&w.sources);
	diag_free(&w.diag);
	free(w.path);
	free(w.unit);
	return 0;
}

const struct applet initgen_applet = {
	.name = "initgen", .synopsis = "[OPTION...] UNIT", .summary = "make an init script of a systemd service unit",
	.opts = opts, .main = initgen_main,
};
