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
#include "boot/header.h"
#include "gen/busybox.h"
#include "gen/cmdline.h"
#include "gen/debian.h"
#include "gen/kept.h"
#include "gen/lost.h"
#include "gen/native.h"
#include "gen/portable.h"
#include "gen/report.h"
#include "gen/rhel.h"
#include "gen/shell.h"
#include "gen/suse.h"
#include "gen/lsb.h"
#include "os/fd.h"
#include "os/file.h"
#include "svc/provision.h"
#include "svc/unitfile.h"

enum { FAILED = 1, USAGE = 2, DENIED = 4, NOT_INSTALLED = 5, NOT_CONFIGURED = 6 };

enum { OPT_CHECK = OPT_LONG, OPT_JSON, OPT_INSTALL, OPT_UNINSTALL, OPT_FORCE, OPT_DIFF, OPT_AFTER, OPT_CHDIR, OPT_DESCRIPTION, OPT_ENV, OPT_EXEC, OPT_GROUP, OPT_PIDFILE, OPT_RELOAD, OPT_TYPE, OPT_USER };

static const struct opt opts[] = {
	{ 'n', "name", "NAME", "what the script is called (default: as the unit)" },
	{ 'o', "output", "FILE", "write to FILE, mode 0755 (default, and -: standard output)" },
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

/* The unit and what of it the target cannot honour. */
struct work {
	struct unitfile u;
	struct lost lost;
	size_t kept;	/* verdicts from that one on are on what starts the service */
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
		case 'o': c->output = strcmp(optarg, "-") == 0 ? NULL : optarg; break;
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

/* 0, or -1 with errno. */
static int
find_unit(struct work *w, const struct config *c, const char *operand)
{
	int r = unitfile_find(&w->u, c->root, operand);

	if (r != 0 && errno == EINVAL)
		die(USAGE, "unable to convert %s: only services can be made init scripts", operand);
	return r;
}

/* Print the first error and end. */
static _Noreturn void
refuse(const struct diag *d, int status)
{
	die(status, "unable to convert %s", diag_text(diag_first_error(d)));
}

/* 0, or an exit status with the reason among the remarks. */
static int
read_unit(struct work *w, const struct config *c)
{
	static const int status[] = {
		[UNITFILE_OK] = 0, [UNITFILE_MISSING] = NOT_INSTALLED, [UNITFILE_DENIED] = DENIED, [UNITFILE_BAD] = NOT_CONFIGURED
	};

	return status[unitfile_read(&w->u, c->root, c->name)];
}

static void
free_work(struct work *w)
{
	unitfile_free(&w->u);
	lost_free(&w->lost);
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
	w->u.path = mem_str(one.path);
	w->u.sources.v = mem_grow(w->u.sources.v, &w->u.sources.cap, 1, sizeof one);
	w->u.sources.v[w->u.sources.n++] = one;
	w->u.read = true;
	if (unit_parse(&w->u.service, &w->u.sources, name, c->root, &w->u.diag) != 0)
		refuse(&w->u.diag, NOT_CONFIGURED);
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

/* lost: NULL: nothing is judged yet */
static void
print_remarks(const struct diag *d, const struct lost *lost)
{
	for (size_t i = 0; i < d->n; i++) {
		char *text;

		if (d->v[i].level != DIAG_WARN || (lost && is_judged(lost, &d->v[i])))
			continue;
		text = diag_text(&d->v[i]);
		warn("warning: %s", text);
		free(text);
	}
}

/* Has the reader had something to say about that line? */
static bool
is_remarked(const struct diag *d, const struct lost_line *l)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_WARN && d->v[i].line == l->line && strcmp(d->v[i].file, l->file) == 0)
			return true;
	return false;
}

/* Nothing in it that a terminal would obey. */
static void
warn_line(const struct lost_line *l)
{
	char *text = mem_fmt("%s:%d: %s=%s: %s", l->file, l->line, l->key, l->value, l->text);
	struct buf b = BUF_INIT;

	shell_comment(&b, text);
	warn("warning: %s", b.s);
	buf_free(&b);
	free(text);
}

static void
print_warnings(const struct work *w, bool native)
{
	print_remarks(&w->u.diag, native ? NULL : &w->lost);
	for (size_t i = 0; i < w->lost.n; i++) {
		const struct lost_line *l = &w->lost.v[i];

		if (native && i < w->kept && is_remarked(&w->u.diag, l))
			continue;
		if (l->grade >= LOST_PART || (i >= w->kept && l->grade == LOST_NOTE))
			warn_line(l);
	}
}

/* The verdicts: on each line, then on what starts the service. */
static void
judge(struct work *w, const struct config *c)
{
	if (w->u.read) {
		lost_judge(&w->lost, &w->u.service, &w->u.sources, c->target != NULL);
		if (c->target && c->target->without_all)
			lost_all_facility(&w->lost);
		w->kept = w->lost.n;
		kept_judge_service(&w->lost, &w->u.triggers, &w->u.service, w->u.unit, !c->target);
	} else if (w->u.triggers.n > 0)
		kept_judge_trigger(&w->lost, &w->u.triggers.v[0], !c->target);
}

static void
generate(struct work *w, const struct config *c, struct buf *script)
{
	size_t lost;
	int r;

	judge(w, c);
	lost = w->lost.count[LOST_PART] + w->lost.count[LOST_ALL];
	if (!c->target && w->u.read && w->u.unit)
		trigger_settle(&w->u.triggers, &w->u.service, w->u.unit);
	if (c->target)
		r = script_generate(script, c->target, &w->u.service, &w->u.sources, &w->lost, NULL, &w->u.diag);
	else
		r = native_generate(script, &w->u.service, &w->u.sources, NULL, &w->u.diag);
	for (size_t i = 0; i < w->u.triggers.n && !c->target; i++)
		trigger_write(script, &w->u.triggers.v[i]);
	if (r != 0)
		refuse(&w->u.diag, NOT_CONFIGURED);
	if (!c->quiet)
		print_warnings(w, !c->target);
	if (c->strict && lost > 0)
		die(NOT_CONFIGURED, "unable to convert %s: directives that have no effect here: %zu", w->u.path, lost);
}

/* --- --check --- */

/* Can a script be made of it?  What is wrong is among the remarks then. */
static void
try_target(struct work *w, const struct config *c)
{
	struct buf unused = BUF_INIT;

	if (c->target)
		script_generate(&unused, c->target, &w->u.service, &w->u.sources, &w->lost, NULL, &w->u.diag);
	buf_free(&unused);
}

static void
check_unit(struct report *r, const struct config *c, const char *operand)
{
	struct work w = { .u = UNITFILE_INIT };
	char *error = NULL;

	if (find_unit(&w, c, operand) != 0)
		error = mem_str(strerror(errno));
	else {
		int status = read_unit(&w, c);

		judge(&w, c);
		lost_remark(&w.lost, &w.u.diag);
		if (status == 0 && w.u.read)
			try_target(&w, c);
		if (w.u.diag.errors > 0)
			error = diag_text(diag_first_error(&w.u.diag));
	}
	report_add(r, w.u.unit, w.u.path, &w.lost, error);
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

static int
end_deploy(struct deploy *p, enum deploy_result r, const struct diag *d, const char *verb)
{
	for (size_t i = 0; i < d->n && r != DEPLOY_OK; i++)
		if (d->v[i].level == DIAG_ERROR)
			warn("unable to %s %s: %s%s", verb, p->name, d->v[i].text, r == DEPLOY_REFUSED ? " (--force does it nevertheless)" : "");
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
	size_t stem = strcspn(w->u.service.name, "@");
	bool busybox = c->target == &busybox_target;
	char *plain = header_name(w->u.service.name), *name = mem_fmt("%s%s", busybox ? "S50" : "", c->target ? plain : w->u.service.name);
	struct deploy p = { .root = c->root, .name = name, .links = !busybox, .force = c->force };
	struct diag d = DIAG_INIT;
	int status;

	if (strcmp(w->u.service.name + stem, "@INSTANCE") == 0)
		die(USAGE, "unable to %s %.*s@: it is a template, and needs an instance, as in --name %.*s@1", c->diff ? "compare" : "install",
		    (int)stem, w->u.service.name, (int)stem, w->u.service.name);
	provision_defaults(&p.defaults, &w->u.service);
	if (c->diff)
		status = end_deploy(&p, show_diff(&p, script, &d), &d, "compare");
	else {
		struct vec unused = VEC_INIT;

		/* the script comes before them: who is killed in between has left word of them */
		provision_directories(&p.made, &w->u.service, c->root, false, &d);
		status = end_deploy(&p, deploy_install(&p, script, &d), &d, "install");
		if (status == 0)
			provision_directories(&unused, &w->u.service, c->root, true, &d);
		print_remarks(&d, NULL);
		vec_free(&unused);
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
	struct work w = { .u = UNITFILE_INIT };
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
		die(errno == ENOENT ? NOT_INSTALLED : FAILED, "unable to find a unit %s: %s", w.u.unit, strerror(errno));
	else if ((status = read_unit(&w, &c)) != 0)
		refuse(&w.u.diag, status);
	if (w.u.triggers.n > 0 && !w.u.read)
		die(USAGE, "unable to convert %s: make a script of %s, which it starts, and it is kept there", w.u.unit, w.u.triggers.v[0].service);
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
