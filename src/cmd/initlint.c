#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/sort.h"
#include "base/str.h"
#include "base/timespan.h"
#include "boot/lint.h"
#include "boot/lint_trial.h"
#include "boot/rcdir.h"
#include "os/file.h"
#include "os/mount.h"

enum { FOUND = 1, USAGE = 2, OPT_ROOT = OPT_LONG, OPT_JSON, OPT_FIX, OPT_RUN, OPT_TIMEOUT, OPT_CODES, LARGEST = 4 << 20, SHOWN_LINES = 6, ROUNDS = 64 };

#define LIMIT UINT64_C(30000000)

static const struct opt opts[] = {
	{ OPT_FIX, "fix", NULL, "print the script with what is mechanical fixed; -i: in place" },
	{ 'i', "in-place", NULL, "with --fix: change the file" },
	{ 's', "short", NULL, "one line for each finding" },
	{ OPT_JSON, "json", NULL, "answer in JSON" },
	{ OPT_CODES, "codes", NULL, "print all codes and what they mean" },
	{ OPT_RUN, "run", NULL, "try the actions too, in a throw-away copy of the system" },
	{ OPT_TIMEOUT, "timeout", "TIME", "with --run: what one action may take (30s)" },
	{ OPT_ROOT, "root", "DIR", "take facilities, and scripts by name, from the tree below DIR" },
	{ 0 }
};

struct config {
	const char *root;
	bool fix, in_place, brief, json, run;
	uint64_t limit;		/* microseconds; 0: not given */
	struct facilities facilities;
	bool have_facilities;
	size_t found, printed;
};

static const char *
level_name(enum diag_level level)
{
	return level == DIAG_ERROR ? "error" : level == DIAG_WARN ? "warning" : "note";
}

static void
list_codes(void)
{
	for (int i = 0; i < LINT_CODES; i++) {
		const struct lint_rule *r = lint_rule((enum lint_code)i);

		out_fmt("%s (%s)\n    %s\n", r->code, level_name(r->level), r->why);
	}
}

static bool
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case OPT_FIX: c->fix = true; break;
		case 'i': c->in_place = true; break;
		case 's': c->brief = true; break;
		case OPT_JSON: c->json = true; break;
		case OPT_RUN: c->run = true; break;
		case OPT_TIMEOUT:
			if (timespan_parse(optarg, &c->limit) != 0 || c->limit == 0 || c->limit > UINT64_C(86400000000))
				usage_die(USAGE, "expected a time of up to a day, not %s", optarg);
			break;
		case OPT_ROOT: c->root = optarg; break;
		case OPT_CODES: list_codes(); return false;
		default: exit(USAGE);
		}
	if (c->in_place && !c->fix)
		usage_die(USAGE, "--in-place is for --fix");
	if (c->fix && c->json)
		usage_die(USAGE, "expected --fix or --json, not both");
	if (c->fix && c->run)
		usage_die(USAGE, "expected --fix or --run, not both");
	if (c->limit && !c->run)
		usage_die(USAGE, "--timeout is for --run");
	if (c->fix && !c->in_place && argc - optind != 1)
		usage_die(USAGE, "expected one SCRIPT to fix");
	if (optind == argc && c->fix)
		usage_die(USAGE, "expected a SCRIPT to fix");
	return true;
}

static void
print_json(struct config *c, const char *file, const struct lint_finding *f)
{
	const struct lint_rule *r = lint_rule(f->code);
	struct buf b = BUF_INIT;

	buf_str(&b, c->printed++ ? ",\n {\"file\":" : "[{\"file\":");
	json_string(&b, file);
	buf_fmt(&b, ",\"line\":%d,\"column\":%d", f->line, f->column);
	json_field(&b, "level", level_name(r->level));
	json_field(&b, "code", r->code);
	json_field(&b, "text", f->text);
	json_field(&b, "why", r->why);
	json_field(&b, "write", r->write);
	json_field(&b, "output", f->output);
	buf_fmt(&b, ",\"fixable\":%s}", f->fixable ? "true" : "false");
	out_str(b.s);
	buf_free(&b);
}

/* The last lines of what the script printed. */
static void
print_output(struct buf *b, const char *output)
{
	struct vec lines = VEC_INIT;

	str_split(&lines, output, "\n");
	for (size_t i = lines.n > SHOWN_LINES ? lines.n - SHOWN_LINES : 0; i < lines.n; i++) {
		for (char *p = lines.v[i]; *p; p++)
			if (iscntrl((unsigned char)*p))
				*p = *p == '\t' ? ' ' : '?';
		buf_fmt(b, "    output: %s\n", lines.v[i]);
	}
	vec_free(&lines);
}

static void
print(struct config *c, const char *file, const struct lint_finding *f)
{
	const struct lint_rule *r = lint_rule(f->code);
	struct buf b = BUF_INIT;

	buf_str(&b, file);
	for (char *p = b.s; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	if (f->line)
		buf_fmt(&b, ":%d", f->line);
	if (f->line && f->column)
		buf_fmt(&b, ":%d", f->column);
	buf_fmt(&b, ": %s: %s [%s]\n", level_name(r->level), f->text, r->code);
	if (!c->brief) {
		buf_fmt(&b, "    why: %s\n", r->why);
		if (r->write)
			buf_fmt(&b, "    write: %s\n", r->write);
		if (f->output)
			print_output(&b, f->output);
	}
	out_str(b.s);
	buf_free(&b);
}

/* Put the text in the place of the file that was read, in the directory that it is in now. */
static void
rewrite(const char *path, const struct stat *was, const struct buf *out)
{
	const char *base = str_base(path);
	char *dir = base == path ? mem_str(".") : mem_strn(path, (size_t)(base - path));
	int top = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = -1;
	struct stat st;

	if (top >= 0)
		fd = openat(top, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP)
		die(USAGE, "unable to change %s: it is a symbolic link; name the file that it leads to", path);
	if (fd < 0 || fstat(fd, &st) != 0)
		die_errno(USAGE, "unable to open %s", path);
	if (st.st_dev != was->st_dev || st.st_ino != was->st_ino || st.st_size != was->st_size || st.st_mtim.tv_sec != was->st_mtim.tv_sec ||
	    st.st_mtim.tv_nsec != was->st_mtim.tv_nsec)
		die(USAGE, "unable to change %s: somebody else has changed it", path);
	if (file_rewrite(top, base, fd, out->s, out->len) != 0)
		die_errno(USAGE, "unable to write %s", path);
	close(fd);
	close(top);
	free(dir);
}

/* What stood in what was fixed can need it, too.  False when there is no more of that. */
static bool
fix_more(const struct config *c, const char *name, struct buf *text, mode_t mode)
{
	struct buf out = BUF_INIT;
	struct lint l;
	bool more = false;

	lint_read(&l, name, text->s, text->len, mode & 07777, c->have_facilities ? &c->facilities : NULL);
	for (size_t i = 0; i < l.n; i++)
		more = more || l.v[i].fixable;
	if (more) {
		buf_str(&out, "");
		lint_fix(&l, &out);
	}
	lint_free(&l);
	if (more) {
		buf_free(text);
		*text = out;
	}
	return more;
}

static void
fix(const struct config *c, const char *path, const struct lint *l, const struct buf *text, const struct stat *st)
{
	struct buf out = BUF_INIT;

	buf_str(&out, "");
	lint_fix(l, &out);
	for (int i = 0; i < ROUNDS && fix_more(c, l->name, &out, st->st_mode); i++)
		;
	if (!c->in_place)
		out_add(out.s, out.len);
	else if (out.len != text->len || memcmp(out.s, text->s, out.len) != 0)
		rewrite(path, st, &out);
	buf_free(&out);
}

static bool
try(const struct config *c, const char *path, struct lint *l)
{
	uint64_t limit = c->limit ? c->limit : LIMIT;
	const struct trial_of of = { c->root, l->name, l->text, l->size, limit };
	struct trial *t = mem_alloc(sizeof *t);
	char why[ROOM_WHY];
	bool good = trial_run(t, &of, why) == 0;

	if (good)
		lint_trial(l, t, c->root, limit);
	else
		warn("unable to run %s in a copy of the system: %s", path, why);
	free(t);
	return good;
}

/* Read one script, from `file`, which path leads to below the root.  False when that cannot be done. */
static bool
check(struct config *c, const char *path, const char *file)
{
	struct buf text = BUF_INIT;
	struct stat st;
	struct lint l;
	bool good = true;

	buf_str(&text, "");
	if (!file || file_read(AT_FDCWD, file, 0, LARGEST, &text, &st) != 0) {
		warn_errno("unable to read %s", path);
		buf_free(&text);
		return false;
	}
	lint_read(&l, str_base(path), text.s, text.len, st.st_mode & 07777, c->have_facilities ? &c->facilities : NULL);
	if (c->run)
		good = try(c, path, &l);
	for (size_t i = 0; i < l.n; i++) {
		if (c->json)
			print_json(c, path, &l.v[i]);
		else if (!c->fix)
			print(c, path, &l.v[i]);
		if (lint_rule(l.v[i].code)->level != DIAG_NOTE && (!c->fix || !l.v[i].fixable))
			c->found++;
	}
	if (c->fix)
		fix(c, path, &l, &text, &st);
	lint_free(&l);
	buf_free(&text);
	return good;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One of the tree's: links in it are the tree's, too. */
static bool
check_own(struct config *c, const struct rcdir *dir, const char *name)
{
	char *own = mem_fmt("%s/%s", dir->init_path, name);
	char *path = file_under(c->root, own), *file = mount_resolve(c->root, own);
	bool good = check(c, path, file);

	free(own);
	free(path);
	free(file);
	return good;
}

static bool
is_script(const struct config *c, const struct rcdir *dir, const char *name)
{
	char *own = mem_fmt("%s/%s", dir->init_path, name), *file = mount_resolve(c->root, own);
	struct stat st;
	bool r = !rcdir_is_ignored(name) && file && stat(file, &st) == 0 && S_ISREG(st.st_mode);

	free(own);
	free(file);
	return r;
}

/* All scripts of the tree. */
static bool
check_all(struct config *c, const struct rcdir *dir)
{
	char *path = file_under(c->root, dir->init_path);
	struct vec names = VEC_INIT;
	struct dirent *e;
	bool good = true;
	DIR *d = opendir(path);

	if (!d)
		die_errno(USAGE, "unable to read %s", path);
	while ((e = readdir(d)))
		if (is_script(c, dir, e->d_name))
			vec_add(&names, e->d_name);
	closedir(d);
	if (names.n > 0)
		sort_items(names.v, names.n, sizeof *names.v, by_name);
	for (size_t i = 0; i < names.n; i++)
		good = check_own(c, dir, names.v[i]) && good;
	vec_free(&names);
	free(path);
	return good;
}

/* A name without a slash that is no file here is that of a script of the tree. */
static bool
check_operand(struct config *c, const char *name, const struct rcdir *dir)
{
	struct stat st;

	if (strchr(name, '/') || stat(name, &st) == 0 || !dir->init_path)
		return check(c, name, name);
	return check_own(c, dir, name);
}

static int
initlint_main(int argc, char *argv[])
{
	struct config c = { .facilities = FACILITIES_INIT };
	struct rcdir dir = RCDIR_INIT;
	struct diag why = DIAG_INIT;
	bool good = true, tree;

	if (!read_options(&c, argc, argv))
		return 0;
	if (c.run && geteuid() != 0)
		die(USAGE, "unable to run scripts: only root can make a copy of the system for them");
	tree = rcdir_open(&dir, c.root, RCDIR_DETECT, NULL, &why) == 0;
	if (!tree && (c.root || optind == argc)) {
		diag_warn(&why, 0, why.n, DIAG_ERROR);
		return USAGE;
	}
	c.have_facilities = tree && facility_load(&c.facilities, &dir, "/etc/insserv.conf", &why) == 0;
	if (optind == argc)
		good = check_all(&c, &dir);
	for (int i = optind; i < argc; i++)
		good = check_operand(&c, argv[i], &dir) && good;
	if (c.json)
		out_str(c.printed ? "]\n" : "[]\n");
	rcdir_close(&dir);
	facility_free(&c.facilities);
	diag_free(&why);
	if (out_flush() != 0)
		die_errno(USAGE, "unable to write standard output");
	return !good ? USAGE : c.found ? FOUND : 0;
}

const struct applet initlint_applet = {
	.name = "initlint",
	.synopsis = "[-s] [--json] [--root DIR] [--run [--timeout TIME]] [SCRIPT ...]\n--fix SCRIPT\n--fix -i SCRIPT ...\n--codes",
	.summary = "find what will hurt in init scripts",
	.opts = opts, .main = initlint_main,
};
