#include "boot/trial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "boot/action.h"
#include "boot/inmates.h"
#include "os/clock.h"
#include "os/file.h"

enum { DEPTH = 8, NAP_MS = 100 };

#define SETTLE UINT64_C(5000000)	/* how long what an action began may go on behind its end */
#define LINGER UINT64_C(1000000)	/* in which a daemon may end by itself */
#define NO_SUCH_ACTION "no-such-action"

struct course {
	struct trial *t;
	const struct trial_of *of;
	const struct room *room;
	struct action action;
	struct vec env;
	bool pidfile;		/* it has one while it runs */
};

const char *
trial_action(enum trial_what what)
{
	static const char *const names[TRIAL_STEPS] = {
		[TRIAL_NO_ACTION] = "", [TRIAL_UNKNOWN] = NO_SUCH_ACTION, [TRIAL_STATUS_BEFORE] = "status", [TRIAL_STOP_BEFORE] = "stop",
		[TRIAL_START] = "start", [TRIAL_STATUS] = "status", [TRIAL_START_AGAIN] = "start", [TRIAL_RELOAD] = "reload",
		[TRIAL_FORCE_RELOAD] = "force-reload", [TRIAL_TRY_RESTART] = "try-restart", [TRIAL_RESTART] = "restart", [TRIAL_STOP] = "stop",
		[TRIAL_STATUS_STOPPED] = "status", [TRIAL_STOP_AGAIN] = "stop", [TRIAL_TRY_STOPPED] = "try-restart",
		[TRIAL_STATUS_KILLED] = "status", [TRIAL_START_KILLED] = "start", [TRIAL_STOP_LAST] = "stop",
	};

	return names[what];
}

/* --- processes --- */
static void
kill_all(const struct room *room)
{
	struct inmates p;

	(void)room_empty(room);
	inmates_look(&p);
	inmates_wait(&p, NULL, SETTLE);
	inmates_bury();
}

/* --- files --- */
typedef void on_file(void *arg, int dir, const char *path, const char *name);

static void
walk(int dir, const char *path, int depth, on_file *f, void *arg)
{
	DIR *d = dir >= 0 ? fdopendir(dir) : NULL;
	struct dirent *e;

	if (!d && dir >= 0)
		close(dir);
	while (d && (e = readdir(d))) {
		int sub;

		if (e->d_name[0] == '.')
			continue;
		sub = depth > 0 ? openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		if (sub < 0)
			f(arg, dirfd(d), path, e->d_name);
		else {
			char *below = mem_fmt("%s/%s", path, e->d_name);

			walk(sub, below, depth - 1, f, arg);
			free(below);
		}
	}
	if (d)
		closedir(d);
}

/* Where state is kept that a boot clears; the last two are links to the first on some systems. */
static void
walk_state(on_file *f, void *arg)
{
	static const char *const dirs[] = { "/run", "/var/run", "/var/lock" };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		walk(open(dirs[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), dirs[i], DEPTH, f, arg);
}

static void
remove_file(void *arg, int dir, const char *path, const char *name)
{
	(void)arg;
	(void)path;
	(void)unlinkat(dir, name, 0);
}

static bool
is_lock(const char *path)
{
	return str_find(path, "/subsys") != NULL;
}

static void
note_file(void *arg, int dir, const char *path, const char *name)
{
	struct trial *t = arg;
	size_t n = strlen(t->files);

	(void)dir;
	/* what stands in there is for killall5 */
	if ((!is_lock(path) && !str_ends(name, ".pid")) || str_ends(path, "/sendsigs.omit.d"))
		return;
	t->pidfile = t->pidfile || !is_lock(path);
	t->lock = t->lock || is_lock(path);
	fmt_to(t->files + n, sizeof t->files - n, "%s%s/%s", n ? " " : "", path, name);
}

static void
note_filled(void *arg, int dir, const char *path, const char *name)
{
	struct stat st;

	(void)path;
	if (str_ends(name, ".pid") && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		*(bool *)arg = true;
}

/* Is there a pidfile that has something in it? */
static bool
has_pidfile(void)
{
	bool r = false;

	walk_state(note_filled, &r);
	return r;
}

static void
note_files(struct trial *t)
{
	t->files[0] = '\0';
	walk_state(note_file, t);
}

/* What an early boot script leaves for the others. */
static void
tidy(void)
{
	walk_state(remove_file, NULL);
	if (mkdir("/run/lock", 01777) == 0 && chmod("/run/lock", 01777) == 0 && access("/etc/rc.d/init.d", F_OK) == 0)
		(void)mkdir("/run/lock/subsys", 0755);
	(void)mkdir("/run/sendsigs.omit.d", 0755);
	(void)!symlink("/dev/shm", "/run/shm");
}

static void
clear(struct course *c)
{
	kill_all(c->room);
	tidy();
}

/* --- actions --- */
static int
call(struct course *c, const char *action, struct buf *out)
{
	char *args[] = { (char *)(uintptr_t)action, NULL };
	int code;

	buf_clear(out);
	code = action_run(&c->action, *action ? args : args + 1, vec_argv(&c->env), clock_after(c->of->limit), out);
	return code >= 0 ? code : errno == ETIMEDOUT ? TRIAL_LATE : TRIAL_BROKEN;
}

bool
trial_is_missing(const struct trial *t, enum trial_what what)
{
	const struct trial_step *unknown = &t->v[TRIAL_UNKNOWN], *s = &t->v[what];

	return (unknown->code != 0 || unknown->output[0]) && s->code == unknown->code && strcmp(s->output, unknown->output) == 0;
}

static struct trial_step *
step(struct course *c, enum trial_what what)
{
	struct trial_step *s = &c->t->v[what];
	struct buf out = BUF_INIT;
	size_t skip;

	c->t->now = what;
	s->code = call(c, trial_action(what), &out);
	s->error = errno;
	skip = out.len >= sizeof s->output ? out.len - sizeof s->output + 1 : 0;
	for (size_t i = skip; i < out.len; i++)
		s->output[i - skip] = out.s[i] ? out.s[i] : '?';
	s->output[out.len - skip] = '\0';
	s->done = true;
	buf_free(&out);
	return s;
}

/*
 * Once the action is through: ask for the status until it says that it runs, or nothing runs, or it has been long enough.  The kernel cannot tell when a
 * script will say something else.  Without a status the pidfile says it.
 */
static void
settle(struct course *c, struct trial_step *s, const struct inmates *before)
{
	uint64_t began = clock_now(), deadline = clock_after(SETTLE);
	struct inmates now;
	struct buf out = BUF_INIT;
	bool came = false;

	for (bool first = true;; first = false) {
		inmates_look(&now);
		s->running = now.n > 0;
		came = came || s->running;
		if (!c->t->no_status) {
			s->status = call(c, "status", &out);
			if (s->status == TRIAL_BROKEN)
				s->error = errno;
			s->asked = true;
		}
		s->late = first ? 0 : (unsigned)((clock_now() - began) / 1000);
		if ((c->t->no_status ? !c->pidfile || has_pidfile() : s->status == 0) || !s->running || s->status < 0 || clock_now() >= deadline)
			break;
		poll(NULL, 0, NAP_MS);
	}
	inmates_calm_down(&now);
	if (before && inmates_more(before, &now, false)) {
		/* what was started may still be about to see that there is one, or to become the program that it is to be */
		inmates_wait(&now, before, SETTLE);
		inmates_look(&now);
	}
	s->twice = before && inmates_more(before, &now, true);
	s->same = before && inmates_same(before, &now);
	s->running = now.n > 0;
	s->died = came && !s->running;
	inmates_names(s->left, &now);
	buf_free(&out);
}

static void
settle_stopped(struct trial_step *s)
{
	uint64_t began = clock_now();
	struct inmates now;

	inmates_look(&now);
	if (now.n > 0) {
		inmates_names(s->left, &now);
		inmates_wait(&now, NULL, SETTLE);
		s->late = (unsigned)((clock_now() - began) / 1000);
		inmates_look(&now);
	}
	s->running = now.n > 0;
	if (s->running)
		inmates_names(s->left, &now);
	inmates_bury();
}

/* With nothing left of what was before. */
static bool
start_anew(struct course *c)
{
	struct trial_step s = { .code = 0 };
	struct buf out = BUF_INIT;
	bool good;

	clear(c);
	good = call(c, "start", &out) == 0;
	buf_free(&out);
	if (good)
		settle(c, &s, NULL);
	return good && s.running;
}

/* An action on the running service.  False when it does not run afterwards, or not as it should, and cannot be started again. */
static bool
disturb(struct course *c, enum trial_what what)
{
	struct inmates before;
	struct trial_step *s;

	inmates_look(&before);
	/* what ended by itself meanwhile is not this action's doing */
	if (before.n == 0) {
		if (!start_anew(c))
			return false;
		inmates_look(&before);
	}
	s = step(c, what);
	if (s->code != TRIAL_LATE)
		settle(c, s, &before);
	return ((s->code == 0 || trial_is_missing(c->t, what)) && !s->twice && s->running && (!s->asked || s->status == 0)) || start_anew(c);
}

static void
try_stopped(struct course *c)
{
	struct trial_step *s = step(c, TRIAL_STOP);

	settle_stopped(s);
	note_files(c->t);
	if (s->code == TRIAL_LATE || s->running)
		return;
	if (!c->t->no_status)
		step(c, TRIAL_STATUS_STOPPED);
	step(c, TRIAL_STOP_AGAIN);
	settle_stopped(step(c, TRIAL_TRY_STOPPED));
}

/* The daemon dies, and leaves its files. */
static void
try_killed(struct course *c)
{
	struct trial files = { .ended = false };

	if (!start_anew(c))
		return;
	walk_state(note_file, &files);
	c->t->pidfile = files.pidfile;
	c->t->lock = files.lock;
	kill_all(c->room);
	if (!c->t->no_status)
		step(c, TRIAL_STATUS_KILLED);
	if (step(c, TRIAL_START_KILLED)->code != TRIAL_LATE)
		settle(c, &c->t->v[TRIAL_START_KILLED], NULL);
	settle_stopped(step(c, TRIAL_STOP_LAST));
}

static void
try_running(struct course *c)
{
	static const enum trial_what whats[] = { TRIAL_START_AGAIN, TRIAL_RELOAD, TRIAL_FORCE_RELOAD, TRIAL_TRY_RESTART, TRIAL_RESTART };

	for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
		if (!disturb(c, whats[i]))
			return;
	try_stopped(c);
	try_killed(c);
}

/* A daemon that cannot do its work may see that only once its starter is gone. */
static void
linger(struct trial_step *s)
{
	struct inmates now;

	inmates_look(&now);
	if (now.n > 0 && s->running)
		inmates_wait(&now, NULL, LINGER);
	inmates_look(&now);
	s->died = s->died || (s->running && now.n == 0);
	s->running = now.n > 0;
}

static void
try_all(struct course *c)
{
	struct trial *t = c->t;
	struct trial_step *s;

	if (step(c, TRIAL_NO_ACTION)->code == TRIAL_BROKEN)
		return;
	step(c, TRIAL_UNKNOWN);
	step(c, TRIAL_STATUS_BEFORE);
	t->no_status = t->v[TRIAL_STATUS_BEFORE].code == t->v[TRIAL_UNKNOWN].code &&
	    strcmp(t->v[TRIAL_STATUS_BEFORE].output, t->v[TRIAL_UNKNOWN].output) == 0;
	step(c, TRIAL_STOP_BEFORE);
	clear(c);
	s = step(c, TRIAL_START);
	if (s->code != 0) {
		settle_stopped(s);
		return;
	}
	settle(c, s, NULL);
	if (!t->no_status)
		step(c, TRIAL_STATUS);
	linger(s);
	c->pidfile = has_pidfile();
	if (s->running)
		try_running(c);
	else
		try_stopped(c);
}

/* --- the room --- */
static int
install(struct course *c)
{
	static const char *const dirs[] = { "/etc/rc.d/init.d", "/etc/init.d" };
	const char *dir = dirs[access(dirs[0], F_OK) != 0];
	char *path = mem_fmt("%s/%s", dir, c->of->name);
	struct buf there = BUF_INIT;
	int r = file_mkdirs(dir);

	if (r == 0 && (file_read(AT_FDCWD, path, 0, c->of->n, &there, NULL) != 0 || there.len != c->of->n || memcmp(there.s, c->of->text, there.len) != 0))
		r = file_replace(AT_FDCWD, path, c->of->text, c->of->n, 0755);
	else if (r == 0)
		r = chmod(path, 0755);
	buf_free(&there);
	free(path);
	if (r == 0)
		r = action_find(&c->action, NULL, c->of->name);
	/* what a daemon prints late would end it otherwise */
	c->action.keep = true;
	return r;
}

static void
inside(const struct room *room, void *arg)
{
	struct course *c = arg;

	c->room = room;
	c->action = (struct action)ACTION_INIT;
	umask(022);
	tidy();
	if (install(c) == 0)
		try_all(c);
	else
		c->t->v[TRIAL_NO_ACTION] = (struct trial_step){ .done = true, .code = TRIAL_BROKEN, .error = errno };
	c->t->ended = true;
}

static void
make_bool(bool *b)
{
	unsigned char byte;

	memcpy(&byte, b, 1);
	*b = byte != 0;
}

/* The script could have reached the memory that it lies in. */
static void
make_sane(struct trial *t)
{
	make_bool(&t->ended);
	make_bool(&t->no_status);
	make_bool(&t->pidfile);
	make_bool(&t->lock);
	t->files[sizeof t->files - 1] = '\0';
	if ((unsigned)t->now >= TRIAL_STEPS)
		t->now = TRIAL_NO_ACTION;
	for (int i = 0; i < TRIAL_STEPS; i++) {
		struct trial_step *s = &t->v[i];

		make_bool(&s->done);
		make_bool(&s->asked);
		make_bool(&s->running);
		make_bool(&s->died);
		make_bool(&s->twice);
		make_bool(&s->same);
		s->left[sizeof s->left - 1] = '\0';
		s->output[sizeof s->output - 1] = '\0';
	}
}

int
trial_run(struct trial *t, const struct trial_of *of, char why[ROOM_WHY])
{
	struct trial_of own = *of;
	char *name = mem_str(of->name);
	struct course c = { .t = room_share(sizeof *t), .of = &own, .env = VEC_INIT };
	int r = -1;

	own.name = name;
	if (c.t) {
		action_env(&c.env);
		r = room_run(of->root, inside, &c, why);
		*t = *c.t;
		make_sane(t);
		/* a script that kills all there is kills who tries it, too: that is something to be told */
		if (r != 0 && t->v[TRIAL_NO_ACTION].done)
			r = 0;
		room_unshare(c.t, sizeof *t);
	} else {
		fmt_to(why, ROOM_WHY, "unable to share memory: %s", strerror(errno));
	}
	vec_free(&c.env);
	free(name);
	return r;
}
