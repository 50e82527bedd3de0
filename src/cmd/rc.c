#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/out.h"
#include "base/sort.h"
#include "base/str.h"
#include "base/timespan.h"
#include "boot/phase.h"
#include "boot/runlevel.h"
#include "boot/timeline.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/host.h"
#include "svc/batch.h"
#include "svc/envfile.h"

enum { FAILED = 1, USAGE = 2, PER_CPU = 8, LEAST_JOBS = 32, NOT_INSTALLED = 5, NOT_CONFIGURED = 6, NOT_RUNNING = 7 };
enum { OPT_ROOT = OPT_LONG, OPT_LAYOUT, OPT_SERIAL, OPT_PARALLEL, OPT_CONFIRM };

#define DEFAULT_LIMIT 300000000u	/* microseconds */
#define CONFIRM_FILE "/var/run/confirm"

static const struct opt opts[] = {
	{ 't', "timeout", "TIME", "end a script that takes longer (5min; at boot before any runlevel: infinity)" },
	{ 'j', "jobs", "N", "how many scripts may run at once (8 for each processor, at least 32)" },
	{ OPT_SERIAL, "serial", NULL, "one script after the other, by the numbers of the links" },
	{ OPT_PARALLEL, "parallel", NULL, "on RHEL: LSB headers decide, not chkconfig numbers" },
	{ OPT_CONFIRM, "confirm", NULL, "ask before each script is started" },
	{ 'n', "dry-run", NULL, "run nothing, print what would be run: round, action, script" },
	{ OPT_ROOT, "root", "DIR", "with --dry-run: the tree below DIR" },
	{ OPT_LAYOUT, "layout", "NAME", "debian, rhel or busybox, whatever the tree looks like" },
	{ 0 }
};

struct config {
	const char *root;
	enum phase_layout layout;
	uint64_t limit;
	bool limit_set, serial, parallel, confirm, dry_run;
	size_t jobs;
	int level, previous;	/* previous -1: none */
	bool stop_all;		/* rcK */
};

/* What runs in one phase, and what is kept of it. */
struct stage {
	const struct config *c;
	struct phase_tree *tree;
	struct phase phase;
	struct batch batch;
	const char *action;
	bool starts;
	bool *confirm;		/* shared by both */
	struct vec *argvs;	/* per job; owned */
};

static void
read_options(struct config *c, int argc, char *argv[])
{
	struct optscan s;
	uint64_t n;
	int o;

	opt_begin(&s, opts, OPT_MIX);
	while ((o = opt_next(&s, argc, argv)) != -1)
		switch (o) {
		case 't':
			if (timespan_parse(optarg, &c->limit) != 0 || c->limit == 0)
				die(USAGE, "unable to use the timeout %s: not a time", optarg);
			c->limit_set = true;
			break;
		case 'j':
			if (num_u64(optarg, 1, 100000, &n) != 0)
				die(USAGE, "unable to use %s jobs: not a number from 1 on", optarg);
			c->jobs = (size_t)n;
			break;
		case OPT_SERIAL: c->serial = true; break;
		case OPT_PARALLEL: c->parallel = true; break;
		case OPT_CONFIRM: c->confirm = true; break;
		case 'n': c->dry_run = true; break;
		case OPT_ROOT: c->root = optarg; break;
		case OPT_LAYOUT:
			c->layout = phase_layout_of(optarg);
			if (c->layout == PHASE_DETECT)
				die(USAGE, "unable to use the layout %s: not debian, rhel or busybox", optarg);
			break;
		default: exit(USAGE);
		}
	if (c->root && !c->dry_run)
		usage_die(USAGE, "unable to run the scripts of %s: --root is for --dry-run", c->root);
}

/* --- which runlevel --- */

static int
level_in(const char *word)
{
	return word && word[0] && !word[1] ? level_of(word[0]) : -1;
}

/*
 * The runlevel: our argument, else what init(8) tells in the environment.  The one before: what init tells, else what utmp has, where init
 * may have noted the new one already.
 */
static void
find_levels(struct config *c, const char *operand)
{
	const char *told = getenv("PREVLEVEL"), *wanted = operand ? operand : getenv("RUNLEVEL");
	char before = 'N', now;

	if (c->stop_all || strcmp(progname, "rcS") == 0)
		wanted = "S";
	if (!wanted || !*wanted)
		usage_die(USAGE, "expected a runlevel");
	c->level = level_in(wanted);
	if (c->level < 0)
		die(USAGE, "unable to enter runlevel %s: only 0 to 6 and S are known", wanted);
	c->previous = level_in(told);
	if ((told && *told) || c->level == LEVEL_S)
		return;
	now = runlevel_now(c->root, &before);
	if (now && level_of(now) != c->level)
		before = now;
	c->previous = level_of(before);
}

/* Words of the kernel's command line, and a file, that ask for one script after the other. */
static bool
wants_serial(const struct config *c)
{
	struct buf line = BUF_INIT;
	struct vec words = VEC_INIT;
	char *file = file_under(c->root, "/etc/init.d/.legacy-bootordering");
	bool yes = access(file, F_OK) == 0;

	if (!yes && !c->root && file_read(AT_FDCWD, "/proc/cmdline", 0, 65536, &line, NULL) == 0 && line.s) {
		str_split(&words, line.s, STR_BLANK);
		yes = vec_has(&words, "concurrency=none");
	}
	free(file);
	vec_free(&words);
	buf_free(&line);
	return yes;
}

/* --- the scripts --- */

static bool
is_locked(const char *name)
{
	char *lock = mem_fmt("/var/lock/subsys/%s", name), *init = mem_fmt("/var/lock/subsys/%s.init", name);
	bool yes = access(lock, F_OK) == 0 || access(init, F_OK) == 0;

	free(lock);
	free(init);
	return yes;
}

/* Ask, on the terminal that we were given.  No answer means yes. */
static bool
is_confirmed(struct stage *s, const char *name)
{
	char line[64] = "";
	ssize_t n;

	for (;;) {
		out_fmt("Start service %s (Y)es/(N)o/(C)ontinue? [Y] ", name);
		out_flush();
		n = read(0, line, sizeof line - 1);
		if (n <= 0 || strchr("yY\n", line[0]))
			return true;
		if (line[0] == 'c' || line[0] == 'C') {
			*s->confirm = false;
			unlink(CONFIRM_FILE);
			return true;
		}
		if (line[0] == 'n' || line[0] == 'N')
			return false;
	}
}

/* On RHEL a lock file says what runs: only that is stopped, and that is not started. */
static bool
begin(void *arg, size_t job)
{
	struct stage *s = arg;
	const struct phase_job *j = &s->phase.v[job];

	if (!j->executable) {
		s->batch.jobs[job].err = s->tree->layout == PHASE_RHEL ? 0 : EACCES;
		return false;
	}
	if (s->tree->layout == PHASE_RHEL && is_locked(j->name) == s->starts)
		return false;
	return !s->starts || !*s->confirm || is_confirmed(s, j->name);
}

/* At the end of runlevels 0 and 6 the last script ends the machine: nobody is left to pass on what it prints. */
static bool
is_last_words(const struct config *c, const struct phase_job *j)
{
	return (c->level == 0 || c->level == 6) && (strcmp(j->name, "halt") == 0 || strcmp(j->name, "reboot") == 0);
}

static void
prepare_job(struct stage *s, size_t i)
{
	const struct phase_job *from = &s->phase.v[i];
	struct batch_job *to = &s->batch.jobs[i];

	if (!from->name)
		return;
	if (from->sourced) {
		vec_add(&s->argvs[i], "/bin/sh");
		vec_add(&s->argvs[i], "-c");
		vec_add(&s->argvs[i], ". \"$0\"");
	}
	vec_add(&s->argvs[i], from->path);
	vec_add(&s->argvs[i], s->action);
	to->name = from->name;
	to->argv = s->argvs[i].v;
	to->alone = from->alone || *s->confirm || is_last_words(s->c, from);
	/* a person may take any time to answer */
	to->limit = is_last_words(s->c, from) || (from->interactive && !s->c->limit_set) ? CLOCK_FOREVER : s->c->limit;
}

static void
stage_begin(struct stage *s, const struct config *c, struct phase_tree *tree, char kind, bool *confirm)
{
	bool down = c->level == 0 || c->level == 6;
	struct phase_wish wish = {
		.kind = kind, .level = c->level, .previous = c->previous, .serial = c->serial || *confirm, .reversed = c->stop_all,
		.parallel = c->parallel,
	};

	*s = (struct stage){ .c = c, .tree = tree, .confirm = confirm };
	s->starts = kind == 'S' && !c->stop_all;
	s->action = kind == 'K' || (down && tree->layout == PHASE_DEBIAN) ? "stop" : "start";
	phase_plan(&s->phase, tree, &wish);
	s->batch.jobs = mem_alloc(s->phase.n * sizeof *s->batch.jobs);
	s->argvs = mem_alloc(s->phase.n * sizeof *s->argvs);
	s->batch.n = s->phase.n;
	for (size_t i = 0; i < s->phase.n; i++)
		prepare_job(s, i);
}

static void
stage_end(struct stage *s)
{
	for (size_t i = 0; i < s->phase.n; i++)
		vec_free(&s->argvs[i]);
	free(s->argvs);
	free(s->batch.jobs);
	phase_free(&s->phase);
}

static void
print_plan(const struct stage *s)
{
	int *round = phase_rounds(&s->phase), last = 0;

	for (size_t i = 0; i < s->phase.n; i++)
		last = round[i] > last ? round[i] : last;
	for (int r = 1; r <= last; r++)
		for (size_t i = 0; i < s->phase.n; i++)
			if (s->phase.v[i].name && round[i] == r)
				out_fmt("%d %s %s%s\n", r, s->action, s->phase.v[i].path, s->phase.v[i].alone ? " alone" : "");
	free(round);
}

/* --- what became of them --- */

/* The code as the record has it. */
static int
code_of(const struct batch_job *j)
{
	if (j->end == BATCH_KILLED || j->end == BATCH_ABANDONED)
		return TIMELINE_LATE;
	if (j->end == BATCH_NOT_RUN)
		return TIMELINE_NOT_RUN;
	return WIFEXITED(j->status) ? WEXITSTATUS(j->status) : 128 + WTERMSIG(j->status);
}

struct results {
	struct buf failed, not_installed, not_configured, not_executable;
};

static void
put_failed(struct buf *out, const struct batch_job *j)
{
	buf_fmt(out, "%s%s (", out->len ? ", " : "", j->name);
	batch_text(out, j);
	buf_ch(out, ')');
}

static void
collect(struct results *r, const struct stage *s)
{
	for (size_t i = 0; i < s->batch.n; i++) {
		const struct batch_job *j = &s->batch.jobs[i];
		bool ended = j->end == BATCH_ENDED;
		int code = ended ? code_of(j) : -1;

		if (j->end == BATCH_SKIPPED && j->err == EACCES)
			buf_fmt(&r->not_executable, " %s", j->name);
		else if (j->end == BATCH_WAITING || j->end == BATCH_SKIPPED || code == 0 || (code == NOT_RUNNING && !s->starts))
			continue;
		else if (code == NOT_INSTALLED)
			buf_fmt(&r->not_installed, " %s", j->name);
		else if (code == NOT_CONFIGURED)
			buf_fmt(&r->not_configured, " %s", j->name);
		else
			put_failed(&r->failed, j);
	}
}

/* Say what failed.  The exit status. */
static int
report(const struct config *c, struct results *r)
{
	int status = r->failed.len ? FAILED : 0;

	if (r->not_executable.len)
		warn("not executable:%s", r->not_executable.s);
	if (r->not_installed.len)
		warn("program not installed:%s", r->not_installed.s);
	if (r->not_configured.len)
		warn("not configured:%s", r->not_configured.s);
	if (r->failed.len)
		warn("failed in runlevel %c: %s", level_letter(c->level), r->failed.s);
	buf_free(&r->failed);
	buf_free(&r->not_installed);
	buf_free(&r->not_configured);
	buf_free(&r->not_executable);
	return status;
}

struct moment {
	uint64_t began;
	size_t job;
};

static int
by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	return x->began < y->began ? -1 : x->began > y->began;
}

/* The jobs that ran, in the order in which they began: whom one waited for stands before it. */
static void
note(struct timeline *t, const struct stage *s)
{
	size_t n = 0;
	struct moment *m = mem_alloc(s->batch.n * sizeof *m);
	int *at = mem_alloc(s->batch.n * sizeof *at), last = -1;

	for (size_t i = 0; i < t->n; i++)
		last = last < 0 || t->v[i].ended > t->v[last].ended ? (int)i : last;
	for (size_t i = 0; i < s->batch.n; i++)
		if (s->batch.jobs[i].began)
			m[n++] = (struct moment){ s->batch.jobs[i].began, i };
	sort_items(m, n, sizeof *m, by_time);
	for (size_t i = 0; i < n; i++) {
		const struct batch_job *j = &s->batch.jobs[m[i].job];

		at[m[i].job] = (int)t->n;
		timeline_add(t, j->name, s->action, j->began, j->ended, code_of(j), j->why >= 0 ? at[j->why] : last);
	}
	free(m);
	free(at);
}

/* --- the run --- */

static void
make_env(struct vec *env, const struct config *c, enum phase_layout layout)
{
	char level[2] = { level_letter(c->level) }, before[2] = { c->previous < 0 ? 'N' : level_letter(c->previous) };
	struct buf text = BUF_INIT;
	struct vec settings = VEC_INIT;
	const char *verbose;
	char *word;

	vec_addv(env, environ);
	vec_setenv(env, "PATH", "/sbin:/usr/sbin:/bin:/usr/bin");
	if (layout == PHASE_BUSYBOX)
		return;
	vec_setenv(env, "RUNLEVEL", level);
	vec_setenv(env, "PREVLEVEL", before);
	vec_setenv(env, "runlevel", level);
	vec_setenv(env, "previous", before);
	if (file_read(AT_FDCWD, "/etc/default/rcS", 0, ENVFILE_MAX, &text, NULL) == 0 && text.s &&
	    envfile_parse(&settings, text.s, text.len) == 0 && (verbose = vec_getenv(&settings, "VERBOSE", strlen("VERBOSE")))) {
		/* for a shell, what follows the first word is a comment */
		word = mem_strn(verbose, strcspn(verbose, STR_BLANK));
		vec_setenv(env, "VERBOSE", word);
		free(word);
	}
	buf_free(&text);
	vec_free(&settings);
}

/* A console that was left in raw mode would show a staircase. */
static void
mend_terminal(void)
{
	struct termios t;

	if (isatty(1) && tcgetattr(1, &t) == 0 && (t.c_oflag & (OPOST | ONLCR)) != (OPOST | ONLCR)) {
		t.c_oflag |= OPOST | ONLCR;
		tcsetattr(1, TCSANOW, &t);
	}
}

static void
tell_loops(const char *text)
{
	struct vec lines = VEC_INIT;

	str_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.n; i++)
		warn("a loop, cut here: %s", lines.v[i]);
	vec_free(&lines);
}

struct run {
	struct config *c;
	struct phase_tree tree;
	struct vec env;
	struct spool spool;
	struct results results;
	struct timeline timeline;
	bool confirm;
	int stopped;
};

static void
run_stage(struct run *r, char kind)
{
	struct batch_edge *edges;
	struct stage s;

	if (r->stopped)
		return;
	stage_begin(&s, r->c, &r->tree, kind, &r->confirm);
	tell_loops(s.phase.loops.s);
	edges = mem_alloc(s.phase.n_edges * sizeof *edges);
	for (size_t i = 0; i < s.phase.n_edges; i++)
		edges[i] = (struct batch_edge){ s.phase.edges[i].from, s.phase.edges[i].to };
	s.batch.edges = edges;
	s.batch.n_edges = s.phase.n_edges;
	s.batch.most = r->c->jobs;
	s.batch.envp = r->env.v;
	s.batch.dir = "/";
	s.batch.spool = &r->spool;
	s.batch.begin = begin;
	s.batch.arg = &s;
	if (batch_run(&s.batch) != 0)
		die_errno(FAILED, "unable to wait for scripts");
	r->stopped = s.batch.stopped;
	collect(&r->results, &s);
	note(&r->timeline, &s);
	free(edges);
	stage_end(&s);
}

/* Without a runlevel before it there is nothing to stop, but when the machine goes down. */
static bool
has_stop_phase(const struct run *r)
{
	if (r->c->stop_all)
		return true;
	if (r->tree.layout == PHASE_BUSYBOX || r->c->level == LEVEL_S)
		return false;
	return r->tree.layout == PHASE_RHEL || r->c->previous >= 0 || r->c->level == 0 || r->c->level == 6;
}

static void
save(const struct run *r)
{
	if (r->timeline.n == 0 || r->c->level == 0 || r->c->level == 6 || r->c->stop_all)
		return;
	/* before the file systems are there it is no use, and no news */
	if (timeline_save(NULL, &r->timeline) != 0 && errno != EROFS && errno != ENOENT)
		warn_errno("unable to record when scripts ran");
}

static int
run_scripts(struct run *r)
{
	const struct config *c = r->c;
	int status;

	umask(022);
	mend_terminal();
	make_env(&r->env, c, r->tree.layout);
	spool_init(&r->spool, 1);
	r->timeline.level = level_letter(c->level);
	r->timeline.previous = c->previous < 0 ? 'N' : level_letter(c->previous);
	r->timeline.began = clock_now();
	if (has_stop_phase(r))
		run_stage(r, 'K');
	if (!c->stop_all)
		run_stage(r, 'S');
	save(r);
	status = report(c, &r->results);
	if (spool_leave(&r->spool) != 0)
		warn_errno("unable to leave a process behind for what daemons print");
	if (r->stopped) {
		warn("stopped by signal %d", r->stopped);
		status = 128 + r->stopped;
	}
	return status;
}

static int
print_plans(struct run *r)
{
	for (int i = has_stop_phase(r) ? 0 : 1; i < (r->c->stop_all ? 1 : 2); i++) {
		struct stage s;

		stage_begin(&s, r->c, &r->tree, "KS"[i], &r->confirm);
		tell_loops(s.phase.loops.s);
		print_plan(&s);
		stage_end(&s);
	}
	if (out_flush() != 0)
		die_errno(FAILED, "unable to write standard output");
	return 0;
}

static void
set_defaults(struct config *c, const struct phase_tree *t)
{
	size_t cpus = host_cpus();

	if (!c->limit_set)
		c->limit = c->level == LEVEL_S && t->layout == PHASE_DEBIAN ? CLOCK_FOREVER : DEFAULT_LIMIT;
	if (c->jobs == 0)
		c->jobs = cpus * PER_CPU > LEAST_JOBS ? cpus * PER_CPU : LEAST_JOBS;
	c->serial = c->serial || (t->layout == PHASE_DEBIAN && wants_serial(c));
	c->confirm = c->confirm || (t->layout == PHASE_RHEL && !c->root && access(CONFIRM_FILE, F_OK) == 0);
}

static int
rc_main(int argc, char *argv[])
{
	struct config c = { .previous = -1 };
	struct run r = { .c = &c, .env = VEC_INIT };
	int status = 0;

	c.stop_all = strcmp(progname, "rcK") == 0;
	read_options(&c, argc, argv);
	if (argc - optind > 1)
		usage_die(USAGE, "expected one runlevel");
	find_levels(&c, argv[optind]);
	fd_fill_stdio();
	if (phase_open(&r.tree, c.root, c.layout) != 0) {
		diag_warn(&r.tree.diag, 0, r.tree.diag.n, DIAG_ERROR);
		phase_close(&r.tree);
		return FAILED;
	}
	if (c.stop_all && r.tree.layout != PHASE_BUSYBOX)
		die(USAGE, "unable to stop all: only busybox's layout has it, others have runlevels 0 and 6");
	set_defaults(&c, &r.tree);
	r.confirm = c.confirm;
	if (phase_has_level(&r.tree, c.level))
		status = c.dry_run ? print_plans(&r) : run_scripts(&r);
	spool_free(&r.spool);
	timeline_free(&r.timeline);
	vec_free(&r.env);
	phase_close(&r.tree);
	return status;
}

static const char *const aliases[] = { "rcS", "rcK", NULL };

const struct applet rc_applet = {
	.name = "rc", .aliases = aliases,
	.synopsis = "[-t TIME] [-j N] [--serial | --parallel] [--confirm] [--layout NAME] [RUNLEVEL]\n"
	    "-n [--root DIR] [--serial | --parallel] [--layout NAME] RUNLEVEL",
	.summary = "run the scripts of a runlevel, in parallel where their headers allow it",
	.opts = opts, .main = rc_main,
};
