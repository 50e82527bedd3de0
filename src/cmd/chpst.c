#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/num.h"
#include "os/fd.h"
#include "os/rlimit.h"
#include "svc/drop.h"

enum { FAILED = 111, USAGE = 100 };

static const struct opt opts[] = {
	{ 'u', NULL, "USER[:GROUP]...", "user, group and the supplementary groups, which are no others" },
	{ 'U', NULL, "USER[:GROUP]", "set UID and GID in the environment" },
	{ 'b', NULL, "ARGV0", "the program's name for itself" },
	{ 'e', NULL, "DIR", "variables of a directory, a file each" },
	{ '/', NULL, "ROOT", "root directory" },
	{ 'C', NULL, "DIR", "working directory" },
	{ 'n', NULL, "INC", "add to the nice value" },
	{ 'l', NULL, "LOCK", "take a lock, waiting for it" },
	{ 'L', NULL, "LOCK", "take a lock, or fail" },
	{ 'm', NULL, "BYTES", "data, stack, locked memory and address space, each" },
	{ 'd', NULL, "BYTES", "data segment" },
	{ 'o', NULL, "N", "open files" },
	{ 'p', NULL, "N", "processes of the user" },
	{ 'f', NULL, "BYTES", "size of a file" },
	{ 'c', NULL, "BYTES", "size of a core file" },
	{ 't', NULL, "SECONDS", "processor time" },
	{ 'r', NULL, "BYTES", "resident memory" },
	{ 'v', NULL, NULL, "say more" },
	{ 'P', NULL, NULL, "a session, and a process group, of its own" },
	{ '0', NULL, NULL, "close standard input" },
	{ '1', NULL, NULL, "close standard output" },
	{ '2', NULL, NULL, "close standard error" },
	{ 0 }
};

/* soft limits only: the hard one stays what it is, and is the most that there can be */
static void
limit_one(struct drop *d, const char *name, uint64_t n)
{
	char *key = mem_fmt("Limit%s", name), *value;
	struct rlimit own = { RLIM_INFINITY, RLIM_INFINITY };

	rlimit_get(rlimit_number(name), &own);
	if (n > own.rlim_max)
		n = own.rlim_max;
	value = own.rlim_max == RLIM_INFINITY ? mem_fmt("%llu:infinity", (unsigned long long)n) :
	    mem_fmt("%llu:%llu", (unsigned long long)n, (unsigned long long)own.rlim_max);
	if (drop_line(d, key, value) != 0)
		BUG("a limit that no line can hold");
	free(key);
	free(value);
}

static void
limit(struct drop *d, const char *names)
{
	uint64_t n;

	if (num_u64(optarg, 0, UINT64_MAX - 1, &n) != 0)
		usage_die(USAGE, "'%s' is no number", optarg);
	for (const char *p = names; *p; p += strlen(p) + 1)
		limit_one(d, p, n);
}

/* UID and GID as envuidgid(8) sets them */
static void
set_ids(struct drop *d, char *account)
{
	struct drop who;
	struct cred c;
	char *bad;

	drop_init(&who);
	if (drop_account(&who, account) != 0)
		usage_die(USAGE, "'%s' is no user", optarg);
	bad = cred_lookup(&c, who.user, who.group, NULL);
	if (bad)
		die(FAILED, "%s", bad);
	vec_take(&d->env, mem_fmt("UID=%lu", (unsigned long)c.uid));
	vec_take(&d->env, mem_fmt("GID=%lu", (unsigned long)c.gid));
	cred_free(&c);
	drop_free(&who);
}

static void
take_limit(struct drop *d, int c)
{
	static const struct {
		int letter;
		const char *names;
	} limits[] = {
		{ 'm', "DATA\0STACK\0MEMLOCK\0AS\0" }, { 'd', "DATA\0" }, { 'o', "NOFILE\0" }, { 'p', "NPROC\0" }, { 'f', "FSIZE\0" },
		{ 'c', "CORE\0" }, { 't', "CPU\0" }, { 'r', "RSS\0" },
	};

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (limits[i].letter == c)
			limit(d, limits[i].names);
}

static void
take(struct drop *d, int c)
{
	int64_t n;

	switch (c) {
	case 'u':
		d->exact_groups = true;
		if (drop_account(d, optarg) != 0)
			usage_die(USAGE, "bad user");
		break;
	case 'U':
		set_ids(d, optarg);
		break;
	case 'b':
		d->argv0 = optarg;
		break;
	case 'e':
		if (drop_envdir(d, optarg) != 0)
			die_errno(FAILED, "unable to read %s", optarg);
		break;
	case '/':
		if (drop_chroot(d, optarg) != 0)
			die_errno(FAILED, "unable to use %s as a root directory", optarg);
		break;
	case 'C':
		if (drop_chdir(d, optarg) != 0)
			usage_die(USAGE, "'%s' is no directory", optarg);
		break;
	case 'n':
		if (num_i64(optarg, -40, 40, &n) != 0)
			usage_die(USAGE, "'%s' is no number", optarg);
		d->nice_by = (int)n;
		break;
	case 'l': case 'L':
		if (drop_lock(d, optarg, c == 'l') != 0)
			die_errno(FAILED, "unable to lock %s", optarg);
		break;
	case 'P':
		d->new_group = true;
		break;
	default:
		take_limit(d, c);
	}
}

static int
chpst_main(int argc, char *argv[])
{
	bool closed[3] = { false, false, false }, verbose = false;
	struct child_error e;
	struct optscan s;
	struct drop d;
	char *bad;
	int c, code;

	if (fd_fill_stdio() != 0)
		die_errno(FAILED, "unable to open /dev/null");
	drop_init(&d);
	d.keep_rights = d.keep_env = d.keep_fds = true;
	opt_begin(&s, opts, OPT_STOP);
	while ((c = opt_next(&s, argc, argv)) != -1)
		if (c == '?')
			return USAGE;
		else if (c >= '0' && c <= '2')
			closed[c - '0'] = true;
		else if (c == 'v')
			verbose = true;
		else
			take(&d, c);
	if (optind >= argc)
		usage_die(USAGE, "a program is needed");
	bad = drop_plan(&d, argv + optind, &code);
	if (bad)
		die(FAILED, "%s", bad);
	if (verbose)
		warn("running %s", d.spec.path);
	for (int i = 0; i < 3; i++)
		if (closed[i])
			close(i);
	drop_exec(&d, &e, &bad);
	if (bad)
		die(FAILED, "%s", bad);
	errno = e.err;
	if (e.step == CHILD_EXEC)
		die_errno(FAILED, "unable to execute %s", d.spec.path);
	die_errno(FAILED, "unable to %s", child_step_text(e.step));
}

const struct applet chpst_applet = {
	.name = "chpst",
	.synopsis = "[option ...] PROGRAM [argument ...]",
	.summary = "run a program with a changed process state, as runit's chpst does",
	.opts = opts,
	.main = chpst_main,
};
