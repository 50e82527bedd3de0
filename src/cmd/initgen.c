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
#include "boot/deploy.h"
#include "gen/busybox.h"
#include "gen/cmdline.h"
#include "gen/debian.h"
#include "gen/lost.h"
#include "gen/native.h"
#include "gen/portable.h"
#include "gen/report.h"
#include "gen/rhel.h"
#include "gen/suse.h"
#include "gen/lsb.h"
#include "os/cred.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "svc/dropin.h"
#include "svc/unit.h"

enum { FAILED = 1, USAGE = 2, DENIED = 4, NOT_INSTALLED = 5, NOT_CONFIGURED = 6 };

enum { OPT_CHECK = OPT_LONG, OPT_JSON, OPT_INSTALL, OPT_UNINSTALL, OPT_FORCE, OPT_DIFF, OPT_AFTER, OPT_CHDIR, OPT_DESCRIPTION, OPT_ENV, OPT_EXEC, OPT_GROUP, OPT_PIDFILE, OPT_RELOAD, OPT_TYPE, OPT_USER };

static const struct opt opts[] = {
	{ 'n', "name", "NAME", "what the script is called (default: as the unit)" },
	{ 'o', "output", "FILE", "write to FILE, mode 0755 (default: standard output)" },
	{ 'q', "quiet", NULL, "print no warnings" },
	{ 'r', "root", "DIR", "look for units below DIR" },
	{ 's', "strict", NULL, "fail when a directive cannot be honoured" },
	{ 't', "target", "NAME", "native (the default), portable, debian, rhel, suse or busybox" },
	{ OPT_CHECK, "check", NULL, "write no script: say of each line of the units what becomes of it" },
	{ OPT_JSON, "json", NULL, "with --check: as JSON" },
	{ OPT_INSTALL, "install", NULL, "install the script, what it reads, its directories and its links" },
	{ OPT_DIFF, "diff", NULL, "show what --install would change of the script; change nothing" },
	{ OPT_UNINSTALL, "uninstall", "NAME", "remove what --install made for the service" },
	{ OPT_FORCE, "force", NULL, "with those: even if the script was edited, or is not ours" },
	{ OPT_EXEC, "exec", "COMMAND", "the service is this command line; there is no UNIT" },
	{ OPT_AFTER, "after", "NAME", "with --exec: start after that service" },
	{ OPT_CHDIR, "chdir", "DIR", "with --exec: its working directory" },
	{ OPT_DESCRIPTION, "description", "TEXT", "with --exec: what it is, in a line" },
	{ OPT_ENV, "env", "NAME=VALUE", "with --exec: a variable of its environment" },
	{ OPT_GROUP, "group", "GROUP", "with --exec: its group" },
	{ OPT_PIDFILE, "pidfile", "FILE", "with --exec: where it writes its pid" },
	{ OPT_RELOAD, "reload", "COMMAND", "with --exec: what makes it read its configuration again" },
	{ OPT_TYPE, "type", "TYPE", "with --exec: simple (the default), forking, oneshot ..." },
	{ OPT_USER, "user", "USER", "with --exec: its user" },
	{ 0 }
};

struct config {
	const char *name, *output, *root;
	const char *uninstall;
	bool quiet, strict, check, json, install, force, diff;
	const struct script_target *target;	/* NULL: native */
	struct cmdline line;
};

/* The unit's files and what was found in them. */
struct work {
	char *path, *unit;	/* unit: "NAME.service" */
	struct unit_sources sources;
	struct service service;
	struct lost lost;
	struct diag diag;
	bool read;	/* there is a service to be freed */
};

static const struct script_target *
find_target(const char *name)
{
	static const struct script_target *const targets[] = {
		&portable_target, &debian_target, &rhel_target, &suse_target, &busybox_target
	};

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (strcmp(targets[i]->name, name) == 0)
			return targets[i];
	if (strcmp(name, "native") != 0)
		die(USAGE, "unable to write for the target %s: not native, portable, debian, rhel, suse or busybox", name);
	return NULL;
}

/* The options that describe a service; false if it is none of them. */
static bool
line_option(struct cmdline *l, int o)
{
	switch (o) {
	case OPT_AFTER: vec_add(&l->after, optarg); return true;
	case OPT_CHDIR: l->directory = optarg; return true;
	case OPT_DESCRIPTION: l->description = optarg; return true;
	case OPT_ENV: vec_add(&l->env, optarg); return true;
	case OPT_EXEC: l->exec = optarg; return true;
	case OPT_GROUP: l->group = optarg; return true;
	case OPT_PIDFILE: l->pid_file = optarg; return true;
	case OPT_RELOAD: l->reload = optarg; return true;
	case OPT_TYPE: l->type = optarg; return true;
	case OPT_USER: l->user = optarg; return true;
	default: return false;
	}
}

static void
check_line(const struct config *c, const char *operand)
{
	const struct cmdline *l = &c->line;
	bool described = l->after.n || l->directory || l->description || l->env.n || l->group || l->pid_file || l->reload || l->type || l->user;

	if (l->exec && operand)
		usage_die(USAGE, "unable to convert %s: --exec takes no unit", operand);
	if (!l->exec && !operand)
		usage_die(USAGE, "unable to convert: no unit given");
	if (!l->exec && described)
		usage_die(USAGE, "unable to change %s: options that describe a service go with --exec", operand);
}

static void
check_uninstall(const struct config *c, const char *operand)
{
	if (operand || c->line.exec || c->name)
		usage_die(USAGE, "unable to uninstall anything else with %s", c->uninstall);
	if (!*c->uninstall || strchr(c->uninstall, '/'))
		die(USAGE, "unable to uninstall a script \"%s\"", c->uninstall);
}

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
		case 't': c->target = find_target(optarg); break;
		case OPT_CHECK: c->check = true; break;
		case OPT_JSON: c->json = true; break;
		case OPT_INSTALL: c->install = true; break;
		case OPT_UNINSTALL: c->uninstall = optarg; break;
		case OPT_FORCE: c->force = true; break;
		case OPT_DIFF: c->diff = c->install = true; break;
		default:
			if (!line_option(&c->line, o))
				exit(USAGE);
		}
	if (argc - optind > 1 && !c->check)
		usage_die(USAGE, "unable to convert more than one unit");
	if (c->json && !c->check)
		usage_die(USAGE, "unable to write JSON without --check");
	if (c->check && (c->line.exec || c->name))
		usage_die(USAGE, "unable to check what is no unit's: --check takes units only");
	if ((c->install || c->uninstall) && (c->check || c->output || (c->install && c->uninstall)))
		usage_die(USAGE, "unable to do two things at once: --install, --uninstall, --diff, --check, --output");
	if (c->force && !c->install && !c->uninstall)
		usage_die(USAGE, "unable to force: neither --install nor --uninstall is given");
	if (c->uninstall) {
		check_uninstall(c, argv[optind]);
		return NULL;
	}
	check_line(c, argv[optind]);
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

/* 0, or -1 with errno. */
static int
find_unit(struct work *w, const struct config *c, const char *operand)
{
	char *real = NULL;

	w->unit = as_service(str_base(operand));
	if (strchr(operand, '/')) {
		w->path = mem_str(operand);
		return 0;
	}
	w->path = dropin_find(c->root, w->unit, &real);
	if (!w->path && errno == ENOENT && access(operand, F_OK) == 0)
		w->path = mem_str(operand);
	if (real) {
		free(w->unit);
		w->unit = real;
	}
	return w->path ? 0 : -1;
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

/* 0, or an exit status with the reason among the remarks. */
static int
read_unit(struct work *w, const struct config *c)
{
	struct vec dropins = VEC_INIT;
	char *name = service_name(w, c);
	char *folder = mem_strn(w->path, (size_t)(str_base(w->path) - w->path));
	int status = 0;

	dropin_systemd(&dropins, c->root, w->unit, *folder ? folder : ".");
	if (unit_load(&w->sources, w->path, &w->diag) != 0)
		status = status_of_missing(w->path);
	else if (unit_load_dropins(&w->sources, &dropins, &w->diag) != 0)
		status = NOT_CONFIGURED;
	else {
		w->read = true;
		if (unit_parse(&w->service, &w->sources, name, c->root, &w->diag) != 0)
			status = NOT_CONFIGURED;
		else if (!w->service.has_install)
			dropin_wanted_by(&w->service.deps[SERVICE_WANTED_BY], c->root, w->unit);
	}
	free(name);
	vec_free(&dropins);
	free(folder);
	return status;
}

static void
free_work(struct work *w)
{
	if (w->read)
		service_free(&w->service);
	unit_sources_free(&w->sources);
	lost_free(&w->lost);
	diag_free(&w->diag);
	free(w->path);
	free(w->unit);
}

/* The unit that the command line describes. */
static void
make_unit(struct work *w, struct config *c)
{
	bool sysconfig = c->target == &rhel_target || c->target == &suse_target;
	struct unit_source one = { mem_str("--exec"), BUF_INIT };
	char *name = c->name ? mem_str(c->name) : cmdline_name(c->line.exec);
	char *file = mem_fmt("/etc/%s/%s", sysconfig ? "sysconfig" : "default", name), *bad;

	c->line.default_file = file;
	bad = cmdline_unit(&one.text, &c->line);
	if (bad)
		die(USAGE, "unable to make a service of --exec: %s", bad);
	w->path = mem_str(one.path);
	w->sources.v = mem_grow(w->sources.v, &w->sources.cap, 1, sizeof one);
	w->sources.v[w->sources.n++] = one;
	w->read = true;
	if (unit_parse(&w->service, &w->sources, name, c->root, &w->diag) != 0)
		refuse(&w->diag, NOT_CONFIGURED);
	free(file);
	free(name);
}

/* Does the list of what is lost say it already? */
static bool
is_judged(const struct lost *lost, const struct diag_item *x)
{
	for (size_t i = 0; i < lost->n; i++)
		if (lost->v[i].line == x->line && strcmp(lost->v[i].file, x->file) == 0 && lost->v[i].grade != LOST_NOTHING)
			return true;
	return false;
}

static void
print_warnings(const struct work *w)
{
	for (size_t i = 0; i < w->diag.n; i++) {
		char *text;

		if (w->diag.v[i].level != DIAG_WARN || is_judged(&w->lost, &w->diag.v[i]))
			continue;
		text = diag_text(&w->diag.v[i]);
		warn("warning: %s", text);
		free(text);
	}
	for (size_t i = 0; i < w->lost.n; i++) {
		const struct lost_line *l = &w->lost.v[i];

		if (l->grade >= LOST_PART)
			warn("warning: %s:%d: %s=%s: %s", l->file, l->line, l->key, l->value, l->text);
	}
}

static void
generate(struct work *w, const struct config *c, struct buf *script)
{
	size_t lost = w->service.n_ignored;
	int r;

	if (c->target) {
		lost_judge(&w->lost, &w->service, &w->sources, true);
		lost = w->lost.count[LOST_PART] + w->lost.count[LOST_ALL];
		r = script_generate(script, c->target, &w->service, &w->sources, &w->lost, NULL, &w->diag);
	} else
		r = native_generate(script, &w->service, &w->sources, NULL, &w->diag);
	if (r != 0)
		refuse(&w->diag, NOT_CONFIGURED);
	if (!c->quiet)
		print_warnings(w);
	if (c->strict && lost > 0)
		die(NOT_CONFIGURED, "unable to convert %s: directives that have no effect here: %zu", w->path, lost);
}

/* --- --check --- */

static char *
first_error(const struct diag *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_ERROR)
			return diag_text(&d->v[i]);
	return NULL;
}

/* Can a script be made of it?  What is wrong is among the remarks then. */
static void
try_target(struct work *w, const struct config *c)
{
	struct buf unused = BUF_INIT;

	if (c->target)
		script_generate(&unused, c->target, &w->service, &w->sources, &w->lost, NULL, &w->diag);
	buf_free(&unused);
}

static void
check_unit(struct report *r, const struct config *c, const char *operand)
{
	struct work w = { .diag = DIAG_INIT };
	char *error;

	if (find_unit(&w, c, operand) != 0)
		error = mem_str(strerror(errno));
	else {
		int status = read_unit(&w, c);

		if (w.read)
			lost_judge(&w.lost, &w.service, &w.sources, c->target != NULL);
		if (status == 0)
			try_target(&w, c);
		error = first_error(&w.diag);
	}
	report_add(r, w.unit, w.path, &w.lost, error);
	free(error);
	free_work(&w);
}

static int
check(const struct config *c, char *const operands[])
{
	struct report r = { .json = c->json, .target = c->target ? c->target->name : "native" };
	char *text;

	for (; *operands; operands++)
		check_unit(&r, c, *operands);
	text = report_take(&r);
	if (fd_write_all(1, text, strlen(text)) != 0)
		die_errno(FAILED, "unable to write standard output");
	free(text);
	return r.unusable > 0 || (c->strict && r.whole < r.units) ? NOT_CONFIGURED : 0;
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

/* --- --install and --uninstall --- */

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

/* Below another root the names of its users mean nothing to us: those directories are left to the first start. */
static void
make_directories(struct vec *made, const struct service *s, const char *root)
{
	static const char *const bases[SERVICE_DIRS] = {
		[SERVICE_DIR_STATE] = "/var/lib", [SERVICE_DIR_CACHE] = "/var/cache", [SERVICE_DIR_LOGS] = "/var/log",
		[SERVICE_DIR_CONFIGURATION] = "/etc"
	};
	struct cred cred = CRED_INIT;
	bool ours = root && strcmp(root, "/") != 0;
	char *bad = ours && (s->user || s->group) ? mem_str("") : cred_lookup(&cred, s->user, s->group, NULL);

	for (int d = 0; d < SERVICE_DIRS && !bad; d++)
		for (size_t i = 0; bases[d] && i < s->dirs[d].names.n; i++) {
			bool owned = d != SERVICE_DIR_CONFIGURATION;
			char *base = file_under(root, bases[d]);

			note_missing(made, root, bases[d], s->dirs[d].names.v[i]);
			if (file_mkdirs(base) != 0 || dir_make(base, s->dirs[d].names.v[i], s->dirs[d].mode, owned && cred.set_uid ? cred.uid : 0,
			    owned && cred.set_gid ? cred.gid : 0) != 0)
				warn_errno("warning: unable to make %s/%s", base, s->dirs[d].names.v[i]);
			free(base);
		}
	free(bad);
	cred_free(&cred);
}

static void
add_defaults(struct vec *out, const struct service *s)
{
	for (size_t i = 0; i < s->n_envfiles; i++) {
		const char *path = s->envfiles[i].path;

		if ((str_starts(path, "/etc/default/") || str_starts(path, "/etc/sysconfig/")) && !strpbrk(path, "*?["))
			vec_add(out, path);
	}
}

static int
end_deploy(struct deploy *p, enum deploy_result r, const struct diag *d, const char *verb)
{
	for (size_t i = 0; i < d->n && r != DEPLOY_OK; i++)
		if (d->v[i].level == DIAG_ERROR)
			warn("unable to %s %s: %s", verb, p->name, d->v[i].text);
	if (r == DEPLOY_MISSING)
		warn("unable to %s %s: there is no such script", verb, p->name);
	vec_free(&p->defaults);
	vec_free(&p->made);
	return r == DEPLOY_OK ? 0 : r == DEPLOY_MISSING ? NOT_INSTALLED : r == DEPLOY_REFUSED ? NOT_CONFIGURED : FAILED;
}

static enum deploy_result
show_diff(const struct deploy *p, struct buf *script, struct diag *d)
{
	struct buf out = BUF_INIT;
	enum deploy_result r = deploy_diff(p, script, &out, d);

	if (out.len && fd_write_all(1, out.s, out.len) != 0)
		die_errno(FAILED, "unable to write standard output");
	buf_free(&out);
	return r;
}

static int
install(const struct config *c, struct work *w, struct buf *script)
{
	bool busybox = c->target == &busybox_target;
	char *plain = lsb_name(w->service.name), *name = mem_fmt("%s%s", busybox ? "S50" : "", c->target ? plain : w->service.name);
	struct deploy p = { .root = c->root, .name = name, .links = !busybox, .force = c->force };
	struct diag d = DIAG_INIT;
	int status;

	add_defaults(&p.defaults, &w->service);
	if (c->diff)
		status = end_deploy(&p, show_diff(&p, script, &d), &d, "compare");
	else {
		make_directories(&p.made, &w->service, c->root);
		status = end_deploy(&p, deploy_install(&p, script, &d), &d, "install");
	}
	diag_free(&d);
	free(name);
	free(plain);
	return status;
}

static int
uninstall(const struct config *c)
{
	struct deploy p = { .root = c->root, .name = c->uninstall, .force = c->force };
	struct diag d = DIAG_INIT;
	int status = end_deploy(&p, deploy_remove(&p, &d), &d, "uninstall");

	diag_free(&d);
	return status;
}

static int
initgen_main(int argc, char *argv[])
{
	struct config c = { 0 };
	struct work w = { .diag = DIAG_INIT };
	struct buf script = BUF_INIT;
	const char *operand = read_options(&c, argc, argv);
	int status = 0;

	if (c.uninstall)
		return uninstall(&c);
	if (c.check)
		return check(&c, argv + optind);
	if (!operand)
		make_unit(&w, &c);
	else if (find_unit(&w, &c, operand) != 0)
		die(errno == ENOENT ? NOT_INSTALLED : FAILED, "unable to find a unit %s: %s", w.unit, strerror(errno));
	else if ((status = read_unit(&w, &c)) != 0)
		refuse(&w.diag, status);
	generate(&w, &c, &script);
	if (c.install)
		status = install(&c, &w, &script);
	else
		write_output(&c, &script);
	buf_free(&script);
	free_work(&w);
	vec_free(&c.line.env);
	vec_free(&c.line.after);
	return status;
}

const struct applet initgen_applet = {
	.name = "initgen", .synopsis = "[OPTION...] UNIT\n[OPTION...] --exec COMMAND\n[OPTION...] --check UNIT...\n[OPTION...] --install UNIT\n[OPTION...] --uninstall NAME", .summary = "make an init script of a systemd service unit",
	.opts = opts, .main = initgen_main,
};
