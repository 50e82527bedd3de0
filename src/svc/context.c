#include "svc/context.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/dir.h"
#include "os/file.h"
#include "os/ipc.h"
#include "os/rlimit.h"
#include "svc/credentials.h"
#include "svc/dynuser.h"
#include "svc/envfile.h"
#include "svc/slice.h"
#include "svc/userenv.h"

extern char **environ;

static const struct {
	const char *base, *variable;
	int status;	/* systemd.exec(5): when it cannot be made */
} places[SERVICE_DIRS] = {
	[SERVICE_DIR_RUNTIME] = { "/run", "RUNTIME_DIRECTORY", 233 },
	[SERVICE_DIR_STATE] = { "/var/lib", "STATE_DIRECTORY", 238 },
	[SERVICE_DIR_CACHE] = { "/var/cache", "CACHE_DIRECTORY", 239 },
	[SERVICE_DIR_LOGS] = { "/var/log", "LOGS_DIRECTORY", 240 },
	[SERVICE_DIR_CONFIGURATION] = { "/etc", "CONFIGURATION_DIRECTORY", 241 },
};

/* the directories of a user that comes and goes lie where nobody else gets to */
static bool
is_private(const struct context *c, enum service_dir which)
{
	if (which == SERVICE_DIR_RUNTIME && c->svc->runtime_preserve == 0)
		return false;
	return c->svc->confine.dynamic_user && which != SERVICE_DIR_CONFIGURATION;
}

static void
add_dirs(struct context *c)
{
	for (int i = 0; i < SERVICE_DIRS; i++) {
		const struct vec *names = &c->svc->dirs[i].names;
		struct buf list = BUF_INIT;

		for (size_t k = 0; k < names->n; k++) {
			char *base = file_under(c->root, places[i].base);

			buf_fmt(&list, "%s%s/%s", k ? ":" : "", base, names->v[k]);
			free(base);
		}
		if (list.len)
			vec_setenv(&c->env, places[i].variable, list.s);
		buf_free(&list);
	}
}

static char *
make_environment(struct context *c)
{
	const struct service *s = c->svc;
	char *bad;

	if (s->our_environment) {
		vec_addv(&c->env, environ);
	} else {
		userenv_language(&c->env);
		vec_setenv(&c->env, "PATH", SERVICE_PATH);
		if (s->user || s->confine.dynamic_user)
			userenv_user(&c->env, &c->cred, s->confine.dynamic_user);
	}
	add_dirs(c);
	if (s->pid_file)
		vec_setenv(&c->env, "PIDFILE", s->pid_file);
	if (c->credentials)
		vec_setenv(&c->env, "CREDENTIALS_DIRECTORY", c->credentials);
	for (size_t i = 0; i < s->pass_environment.n; i++) {
		const char *value = getenv(s->pass_environment.v[i]);

		if (value)
			vec_setenv(&c->env, s->pass_environment.v[i], value);
	}
	for (size_t i = 0; i < s->environment.n; i++)
		vec_putenv(&c->env, s->environment.v[i]);
	bad = envfile_load(&c->env, s->envfiles, s->n_envfiles, c->root);
	for (size_t i = 0; i < s->unset_environment.n; i++)
		vec_unsetenv(&c->env, s->unset_environment.v[i]);
	return bad;
}

/* what systemd gives by default, else what a service inherits at boot, so that a start from a shell is no different */
static void
default_limits(struct context *c)
{
	static const struct {
		int number;
		struct rlimit lim;
	} defaults[] = {
		{ RLIMIT_MEMLOCK, { 8 << 20, 8 << 20 } },
		{ RLIMIT_CORE, { 0, RLIM_INFINITY } },
	};
	struct rlimit *files = &c->limits[RLIMIT_NOFILE].lim;

	for (int i = 0; i < RLIM_NLIMITS; i++) {
		c->limits[i].set = true;
		rlimit_of_init(i, &c->limits[i].lim);
	}
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		c->limits[defaults[i].number].lim = defaults[i].lim;
	files->rlim_cur = 1024;
	if (files->rlim_max > 524288)
		files->rlim_max = 524288;
	if (files->rlim_cur > files->rlim_max)
		files->rlim_cur = files->rlim_max;
}

static void
make_limits(struct context *c)
{
	if (!c->svc->as_we_are)
		default_limits(c);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (c->svc->limits[i].set)
			c->limits[i] = (struct child_limit){ true, c->svc->limits[i].lim };
	/* a filter cannot see into the arguments of sched_setattr(2) */
	if (c->svc->confine.restrict_realtime)
		c->limits[RLIMIT_RTPRIO] = (struct child_limit){ true, { 0, 0 } };
}

/* a user of its own, and a group, unless there are such of that name */
static char *
make_user(struct context *c)
{
	const struct service *s = c->svc;
	char *name = s->user ? mem_str(s->user) : mem_strn(s->name, strcspn(s->name, "@"));
	char *dir = file_under(c->root, "/run/initwright/.users"), *number, *bad = NULL;
	uid_t uid;

	if (cred_uid(name, &uid) == 0) {
		bad = cred_lookup(&c->cred, name, s->group, s->supplementary_groups.v);
	} else if (geteuid() != 0 || dynuser_take(dir, name, &uid, &c->dynamic_fd) != 0) {
		bad = mem_fmt("no user can be made for it: %s", geteuid() != 0 ? "only root can" : strerror(errno));
	} else {
		struct vec groups = VEC_INIT;
		const char *group;
		gid_t gid;

		number = mem_fmt("%lu", (unsigned long)uid);
		group = s->group && cred_gid(s->group, &gid) == 0 ? s->group : number;
		vec_add(&groups, group);
		vec_addv(&groups, s->supplementary_groups.v);
		bad = cred_lookup(&c->cred, number, group, groups.v);
		vec_free(&groups);
		free(number);
		free(c->cred.user);
		c->cred.user = bad ? NULL : mem_str(name);
	}
	free(name);
	free(dir);
	return bad;
}

static char *
find_user(struct context *c, int *code)
{
	const struct service *s = c->svc;
	char *bad;

	bad = s->confine.dynamic_user ? make_user(c) : cred_lookup(&c->cred, s->user, s->group, s->supplementary_groups.v);
	*code = 6;
	if (bad || geteuid() == 0 || !(c->cred.set_uid || c->cred.set_gid || c->cred.set_groups))
		return bad;
	*code = 4;
	if (!s->user && !s->group)
		return mem_str("only root can run it with other groups");
	return mem_fmt("only root can run it as %s %s", s->user ? "user" : "group", s->user ? s->user : s->group);
}

static void
make_caps(struct context *c)
{
	const struct confine *f = &c->svc->confine;
	uint64_t ambient = c->sandbox.has_ambient ? f->ambient : 0;
	struct caps_state own;

	/* in a container root has not all of them: as under systemd, those are not given */
	if (geteuid() == 0 && caps_read(&own) == 0 && ambient & ~own.permitted) {
		ambient &= own.permitted;
		vec_add(&c->sandbox.remarks, "AmbientCapabilities=: not all of them are to be had here");
	}
	c->use_caps = geteuid() == 0 || f->ambient || f->bounding_set;
	c->caps = (struct caps){ .ambient = ambient, .dropped = caps_all() & ~confine_bounding(f), .exact = true };
}

/* RuntimeDirectory= and kin as the sandbox wants to know them */
static void
list_writable(struct context *c)
{
	for (int i = 0; i < SERVICE_DIRS; i++)
		for (size_t k = 0; k < c->svc->dirs[i].names.n; k++) {
			char *base = file_under(c->root, places[i].base);
			const char *name = c->svc->dirs[i].names.v[k];

			/* /var/lib/private is closed to all but root; the service gets its own one through */
			if (is_private(c, (enum service_dir)i))
				vec_take(&c->binds, mem_fmt("%s/private/%s:%s/private/%s", base, name, base, name));
			else
				vec_take(&c->writable, mem_fmt("%s/%s", base, name));
			free(base);
		}
}

static char *
make_sandbox(struct context *c)
{
	const struct sandbox_for who = {
		.name = c->svc->name, .root_directory = c->svc->root_directory, .root_image = c->svc->root_image,
		.writable = &c->writable, .binds = &c->binds, .no_new_privs = c->svc->no_new_privileges,
	};

	list_writable(c);
	/* whatever hides /run */
	if (c->credentials)
		vec_take(&c->binds, mem_fmt("%s:%s", c->credentials, c->credentials));
	return sandbox_init(&c->sandbox, &c->svc->confine, &who);
}

char *
context_init(struct context *c, const struct service *s, const char *root, int *code)
{
	char *bad;

	memset(c, 0, sizeof *c);
	c->svc = s;
	c->root = root;
	c->cred = c->stay = (struct cred)CRED_INIT;
	c->cglimit = (struct cglimit)CGLIMIT_INIT;
	c->dynamic_fd = c->sandbox.net_fd = c->sandbox.ipc_fd = c->sandbox.image_fd = -1;
	bad = find_user(c, code);
	if (bad)
		return bad;
	c->stay.set_groups = geteuid() == 0;
	make_limits(c);
	c->cwd = mem_str(s->working_directory ? s->working_directory : "/");
	if (strcmp(c->cwd, "~") == 0) {
		free(c->cwd);
		c->cwd = mem_str(c->cred.home ? c->cred.home : "/root");
	}
	*code = 6;
	if (credentials_wanted(&s->confine)) {
		/* as the specifier %d has it */
		char *base = file_under(root, "/run/credentials");

		c->credentials = mem_fmt("%s/%s.service", base, s->name);
		free(base);
	}
	bad = make_sandbox(c);
	make_caps(c);
	return bad ? bad : make_environment(c);
}

void
context_free(struct context *c)
{
	/* never filled in, or freed before: its descriptors would be 0, which is somebody else's */
	if (!c->svc)
		return;
	cred_free(&c->cred);
	cred_free(&c->stay);
	vec_free(&c->env);
	sandbox_free(&c->sandbox);
	vec_free(&c->writable);
	vec_free(&c->binds);
	free(c->cglimit.name);
	if (c->dynamic_fd >= 0)
		close(c->dynamic_fd);
	free(c->cwd);
	free(c->notify_path);
	free(c->credentials);
	memset(c, 0, sizeof *c);
}

int
context_program(const struct service_command *cmd, char *out, size_t size)
{
	const char *dir = SERVICE_PATH;
	char full[4096];

	if (strchr(cmd->path, '/')) {
		if (out)
			fmt_to(out, size, "%s", cmd->path);
		return access(cmd->path, X_OK);
	}
	while (*dir) {
		size_t n = strcspn(dir, ":");

		if (fmt_to(full, sizeof full, "%.*s/%s", (int)n, dir, cmd->path) < sizeof full &&
		    access(full, X_OK) == 0) {
			if (out)
				fmt_to(out, size, "%s", full);
			return 0;
		}
		dir += n + (dir[n] == ':');
	}
	errno = ENOENT;
	return -1;
}

const struct service_command *
context_missing(const struct service *svc)
{
	/* what is in another root is found there, or not */
	for (size_t i = 0; i < svc->cmd[SERVICE_START].n && !svc->root_directory && !svc->root_image; i++)
		if (!svc->cmd[SERVICE_START].v[i].ignore_failure && context_program(&svc->cmd[SERVICE_START].v[i], NULL, 0) != 0)
			return &svc->cmd[SERVICE_START].v[i];
	return NULL;
}

static void
spec_scheduling(const struct service *s, struct child_spec *out)
{
	out->set_oom_score = true;
	out->oom_score = s->oom_score_adjust_set ? s->oom_score_adjust : 0;
	out->set_nice = true;
	out->nice = s->nice_set ? s->nice : 0;
	out->set_sched = s->cpu_policy >= 0 || s->cpu_priority > 0;	/* without those CPUSchedulingResetOnFork= changes nothing in systemd either */
	out->sched_policy = (s->cpu_policy >= 0 ? s->cpu_policy : 0) | (s->cpu_reset_on_fork ? SCHED_RESET_ON_FORK : 0);
	out->sched_priority = s->cpu_priority;
	out->cpus = &s->cpus;
	out->timer_slack_ns = (unsigned long)s->timer_slack_ns;
	out->coredump_filter = s->coredump_filter;
	out->set_ioprio = s->io_class >= 0 || s->io_priority >= 0;
	out->ioprio = priority_io(s->io_class >= 0 ? s->io_class : 2, s->io_priority >= 0 ? s->io_priority : 4);
}

/* what the prefix + takes away */
static void
spec_restrictions(const struct context *c, bool keep_user, struct child_spec *out)
{
	const struct confine *f = &c->svc->confine;
	bool changes = !keep_user && c->cred.set_uid && c->cred.uid != 0;

	out->sandbox = sandbox_is_needed(&c->sandbox) ? &c->sandbox : NULL;
	out->caps = c->use_caps ? &c->caps : NULL;
	out->verify_caps = c->use_caps;
	out->set_securebits = f->securebits_set;
	out->securebits = f->securebits;
	out->new_keyring = f->keyring != CONFINE_KEYRING_INHERIT;
	out->shared_keyring = f->keyring == CONFINE_KEYRING_SHARED;
	/* a filter needs either a privilege or the promise never to gain one */
	out->no_new_privs = c->svc->no_new_privileges ||
	    (sandbox_needs_no_new_privs(&c->sandbox) && (geteuid() != 0 || (changes && !(f->ambient >> CAP_SYS_ADMIN & 1))));
}

void
context_spec(const struct context *c, const struct service_command *cmd, enum service_list list, char **argv, char **envp,
    struct child_spec *out)
{
	const struct service *s = c->svc;
	/* PermissionsStartOnly=: the restrictions are for the daemon, its helpers run as root */
	bool plain = cmd->privileged || (s->permissions_start_only && list != SERVICE_START);

	*out = (struct child_spec)CHILD_SPEC_INIT;
	out->path = cmd->path;
	out->search = SERVICE_PATH;
	out->argv = argv;
	out->envp = envp;
	out->ignore_sigpipe = s->ignore_sigpipe;
	out->new_session = true;
	out->set_umask = true;
	out->umask = s->umask;
	out->limits = c->limits;
	out->cglimit = &c->cglimit;
	spec_scheduling(s, out);
	out->cred = plain || cmd->keep_user ? &c->stay : &c->cred;
	out->chdir = c->cwd;
	out->chdir_optional = s->working_directory_optional;
	if (!plain)
		spec_restrictions(c, cmd->keep_user, out);
	/* a mount namespace changes the root by itself */
	out->chroot = !plain && !c->sandbox.has_mounts ? s->root_directory : NULL;
}

/* BASE/NAME is a link to private/NAME; what was there as a directory moves to it */
static int
link_private(const char *base, const char *name)
{
	char *path = mem_fmt("%s/%s", base, name), *private = mem_fmt("%s/private/%s", base, name);
	char *target = mem_fmt("private/%s", name);
	struct stat st;
	int r = 0;

	if (!strchr(name, '/') && lstat(path, &st) != 0)
		r = symlink(target, path);
	else if (!strchr(name, '/') && S_ISDIR(st.st_mode) && access(private, F_OK) != 0)
		r = rename(path, private) == 0 ? symlink(target, path) : -1;
	free(path);
	free(private);
	free(target);
	return r;
}

static char *
make_dirs_of(struct context *c, enum service_dir which)
{
	const struct service_dirs *d = &c->svc->dirs[which];
	/* configuration is the administrator's, whoever the service runs as */
	bool own = which == SERVICE_DIR_CONFIGURATION, private = is_private(c, which);
	uid_t uid = c->cred.set_uid && !own ? c->cred.uid : geteuid();
	gid_t gid = c->cred.set_gid && !own ? c->cred.gid : getegid();
	char *base = file_under(c->root, places[which].base), *below = mem_fmt("%s%s", base, private ? "/private" : ""), *bad = NULL;

	c->status = places[which].status;
	if (d->names.n && (file_mkdirs(base) != 0 || (private && dir_make(base, "private", 0700, 0, 0) != 0)))
		bad = mem_fmt("cannot make the directory %s: %s", below, strerror(errno));
	for (size_t k = 0; !bad && k < d->names.n; k++) {
		const char *name = d->names.v[k];

		if ((private && link_private(base, name) != 0) || dir_make(below, name, d->mode, uid, gid) != 0)
			bad = mem_fmt("cannot make the directory %s/%s: %s", below, name, strerror(errno));
	}
	free(base);
	free(below);
	return bad;
}

static char *
open_limits(struct context *c)
{
	char *group = slice_group(c->svc), *bad = cglimit_open(&c->cglimit, &c->svc->confine, group, &c->sandbox.remarks);

	c->status = child_step_status(CHILD_CGROUP);
	free(group);
	return bad ? bad : slice_limit(&c->cglimit, c->svc, c->root, &c->sandbox.remarks);
}

char *
context_open(struct context *c)
{
	char *bad = NULL;

	tmpfiles_make(&c->svc->tmpfiles, c->root, &c->sandbox.remarks);
	for (int i = 0; !bad && i < SERVICE_DIRS; i++)
		bad = make_dirs_of(c, (enum service_dir)i);
	if (!bad && c->credentials) {
		c->status = 243;
		bad = credentials_open(&c->svc->confine, c->root, c->credentials, c->cred.set_uid ? c->cred.uid : geteuid(),
		    c->cred.set_gid ? c->cred.gid : getegid());
	}
	if (bad)
		return bad;
	c->status = 1;
	bad = sandbox_open(&c->sandbox);
	return bad ? bad : open_limits(c);
}

void
context_explain_made(const struct context *c, struct buf *out)
{
	for (int i = 0; i < SERVICE_DIRS; i++)
		for (size_t k = 0; k < c->svc->dirs[i].names.n; k++)
			buf_fmt(out, "directory to be made: %s%s/%s, mode %04o\n", places[i].base, is_private(c, (enum service_dir)i) ? "/private" : "",
			    c->svc->dirs[i].names.v[k], (unsigned)c->svc->dirs[i].mode);
	if (c->credentials)
		buf_fmt(out, "credentials: in %s\n", c->credentials);
	cglimit_explain(&c->svc->confine, out);
}

void
context_close(struct context *c)
{
	if (c->credentials)
		credentials_close(c->credentials);
	sandbox_close(&c->sandbox);
	cglimit_close(&c->cglimit);
	/* another service of that user may still need what is there; who shares a user does not ask for this */
	if (c->svc->confine.remove_ipc && c->cred.set_uid && c->cred.uid != 0)
		ipc_remove(c->cred.uid);
}

int
context_remove_dirs(const struct context *c)
{
	const struct vec *names = &c->svc->dirs[SERVICE_DIR_RUNTIME].names;
	bool private = is_private(c, SERVICE_DIR_RUNTIME);
	char *base, *below;
	int r = 0;

	if (c->svc->runtime_preserve == 1)
		return 0;
	base = file_under(c->root, places[SERVICE_DIR_RUNTIME].base);
	below = mem_fmt("%s%s", base, private ? "/private" : "");
	for (size_t k = 0; k < names->n; k++) {
		if (dir_remove(below, names->v[k]) != 0)
			r = -1;
		/* the link */
		if (private && !strchr(names->v[k], '/') && dir_remove(base, names->v[k]) != 0)
			r = -1;
	}
	free(base);
	free(below);
	return r;
}

static void
explain_commands(const struct service *s, enum service_list list, const char *label, struct buf *out)
{
	for (size_t i = 0; i < s->cmd[list].n; i++) {
		const struct service_command *cmd = &s->cmd[list].v[i];

		buf_fmt(out, "%-14s", label);
		if (cmd->argv.n == 0 || strcmp(cmd->argv.v[0], cmd->path) != 0)
			buf_fmt(out, " [%s]", cmd->path);
		for (size_t k = 0; k < cmd->argv.n; k++)
			buf_fmt(out, strpbrk(cmd->argv.v[k], STR_BLANK) || !*cmd->argv.v[k] ? " '%s'" : " %s", cmd->argv.v[k]);
		if (cmd->ignore_failure)
			buf_str(out, "  (failure ignored)");
		if (cmd->privileged || cmd->keep_user)
			buf_str(out, "  (as root)");
		buf_ch(out, '\n');
	}
}

static void
explain_user(const struct context *c, struct buf *out)
{
	if (!c->cred.set_uid && !c->cred.set_gid)
		buf_fmt(out, "%-14s %ld (unchanged)\n", "user", (long)geteuid());
	else
		buf_fmt(out, "%-14s %s (uid %ld, gid %ld)\n", "user", c->cred.user ? c->cred.user : "unchanged",
		    (long)(c->cred.set_uid ? c->cred.uid : geteuid()), (long)c->cred.gid);
	buf_fmt(out, "%-14s", "groups");
	for (size_t i = 0; i < c->cred.n_groups; i++)
		buf_fmt(out, " %ld", (long)c->cred.groups[i]);
	buf_str(out, c->cred.n_groups ? "\n" : " none\n");
}

void
context_explain(const struct context *c, struct buf *out)
{
	static const struct {
		enum service_list list;
		const char *label;
	} lists[] = {
		{ SERVICE_CONDITION, "condition" }, { SERVICE_START_PRE, "before start" }, { SERVICE_START, "start" },
		{ SERVICE_START_POST, "after start" }, { SERVICE_RELOAD, "reload" }, { SERVICE_STOP, "stop" },
		{ SERVICE_STOP_POST, "after stop" },
	};

	buf_fmt(out, "%-14s %s\n%-14s %s\n", "service", c->svc->name, "type", service_type_name(c->svc->type));
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		explain_commands(c->svc, lists[i].list, lists[i].label, out);
	explain_user(c, out);
	buf_fmt(out, "%-14s %s\n%-14s %04o\n", "directory", c->cwd, "umask", (unsigned)c->svc->umask);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (i == RLIMIT_NOFILE || c->svc->limits[i].set)
			buf_fmt(out, "limit %-8s %llu:%llu\n", rlimit_name(i), (unsigned long long)c->limits[i].lim.rlim_cur,
			    (unsigned long long)c->limits[i].lim.rlim_max);
	for (size_t i = 0; i < c->env.n; i++)
		buf_fmt(out, "%-14s %s\n", "environment", c->env.v[i]);
}
