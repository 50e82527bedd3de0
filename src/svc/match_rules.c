#include "svc/match_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "os/proc.h"
#include "os/procref.h"

enum { COMM_MAX = 15, CMDLINE_MAX = 4096, PATH_ROOM = 4200 };

static const char deleted[] = " (deleted)";

/* the process's stat, read once; NULL if it is gone */
static const struct proc_stat *
view_stat(struct match_rules_view *v)
{
	if (!v->have_stat)
		v->stat_result = proc_stat(v->pid, &v->stat);
	v->have_stat = true;
	return v->stat_result == 0 ? &v->stat : NULL;
}

static char *
view_path(const struct match_rules_view *v, const char *tail, char *room, size_t size)
{
	char *p = room + v->len, *end = room + size - 1;

	/* done for each process of the machine: whole words are cheaper than a look at each digit */
	memcpy(room, v->name, sizeof v->name);
	for (*p++ = '/'; *tail && p < end; tail++)
		*p++ = *tail;
	*p = '\0';
	return room;
}

static ssize_t
view_read(const struct match_rules_view *v, const char *file, char *out, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	fd = openat(v->proc, view_path(v, file, path, sizeof path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, out, size - 1);
	close(fd);
	out[n > 0 ? n : 0] = '\0';
	return n;
}

static enum match_answer
answer(bool yes)
{
	return yes ? MATCH_YES : MATCH_NO;
}

/* the comm of the process without its newline; "" if it is gone */
static void
view_comm(const struct match_rules_view *v, char comm[64])
{
	ssize_t n = view_read(v, "comm", comm, 64);

	if (n > 0 && comm[n - 1] == '\n')
		comm[n - 1] = '\0';
}

/* is that comm what the kernel makes of the name? */
static bool
comm_fits(const char *comm, const char *name)
{
	return strncmp(comm, name, COMM_MAX) == 0 && strlen(comm) <= COMM_MAX;
}

/* the idx-th word of a command line as /proc has it, or NULL */
static const char *
word(const char *line, size_t n, int idx)
{
	const char *p = line, *end = line + n;

	while (idx-- > 0 && p < end)
		p += strlen(p) + 1;
	return p < end ? p : NULL;
}

static enum match_answer
by_parent(const struct match *m, struct match_rules_view *v)
{
	const struct proc_stat *st = view_stat(v);

	return answer(st && st->ppid == m->ppid);
}

static enum match_answer
by_user(const struct match *m, struct match_rules_view *v)
{
	struct stat st;

	return answer(fstatat(v->proc, v->name, &st, 0) == 0 && st.st_uid == m->uid);
}

/* strip what the kernel, or OpenVZ's, adds to the path of a file that is gone; true if it was there */
static bool
strip_deleted(char *path)
{
	size_t n = strlen(deleted) - 1;

	if (str_ends(path, deleted)) {
		path[strlen(path) - strlen(deleted)] = '\0';
		return true;
	}
	if (strncmp(path, deleted + 1, n) != 0 || path[n] != ' ')
		return false;
	memmove(path, path + n + 1, strlen(path + n + 1) + 1);
	return true;
}

/* the process runs a file that is no more: does its path say that it was this one? */
static bool
was_exec(const struct match *m, const struct match_rules_view *v)
{
	char path[64], text[PATH_ROOM];
	ssize_t n;

	n = readlinkat(v->proc, view_path(v, "exe", path, sizeof path), text, sizeof text - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	if (!strip_deleted(text) && m->exec_there)
		return false;
	return strcmp(text, m->exec) == 0 || (m->real && strcmp(text, m->real) == 0);
}

/*
 * A link whose target has another name may be one of many to a multi-call binary, each another program: then the process must have
 * been called by one of the two names.
 */
static bool
called_so(const struct match *m, const struct match_rules_view *v)
{
	const char *link = str_base(m->exec), *target = m->real ? str_base(m->real) : link;
	char comm[64], line[CMDLINE_MAX];
	ssize_t n;

	if (strcmp(link, target) == 0)
		return true;
	view_comm(v, comm);
	if (comm_fits(comm, link) || comm_fits(comm, target))
		return true;
	n = view_read(v, "cmdline", line, sizeof line);
	return n > 0 && (strcmp(str_base(line), link) == 0 || strcmp(str_base(line), target) == 0);
}

/* is the word of a command line the script, seen from the process's own directory? */
static bool
is_script_word(const struct match *m, const struct match_rules_view *v, const char *w)
{
	char path[PATH_ROOM], tail[PATH_ROOM - 32];
	struct stat st;
	size_t n = strlen(w);

	if (strcmp(w, m->exec) == 0 || (m->real && strcmp(w, m->real) == 0))
		return true;
	if (strcmp(str_base(w), str_base(m->exec)) != 0 || n + 6 > sizeof tail)
		return false;
	if (*w == '/')
		return stat(w, &st) == 0 && st.st_dev == m->script_dev && st.st_ino == m->script_ino;
	memcpy(tail, "cwd/", 4);
	memcpy(tail + 4, w, n + 1);
	return fstatat(v->proc, view_path(v, tail, path, sizeof path), &st, 0) == 0 &&
	    st.st_dev == m->script_dev && st.st_ino == m->script_ino;
}

/* the kernel runs a script as: interpreter [argument] script; env(1) may drop or add a word */
static bool
runs_script(const struct match *m, const struct match_rules_view *v)
{
	char line[CMDLINE_MAX];
	ssize_t n = view_read(v, "cmdline", line, sizeof line);
	const char *w;

	if (n == 0) {
		char comm[64];

		/* in the middle of execve(2): the kernel has set the name, the arguments come next */
		view_comm(v, comm);
		return comm_fits(comm, str_base(m->exec));
	}
	for (int i = 1; n > 0 && i <= 3 && (w = word(line, (size_t)n, i)); i++)
		if (is_script_word(m, v, w))
			return true;
	return false;
}

/* env(1) found "python3" on its PATH: the file may be .../python3.11, and a process may have changed its name */
static bool
runs_interpreter(const struct match *m, const struct match_rules_view *v)
{
	char path[64], comm[64], exe[PATH_ROOM];
	ssize_t n;

	view_comm(v, comm);
	if (comm_fits(comm, m->interpreter))
		return true;
	n = readlinkat(v->proc, view_path(v, "exe", path, sizeof path), exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	return str_starts(str_base(exe), m->interpreter);
}

/* busybox's way: the path of the file, or of the first word, is the very text */
static enum match_answer
by_exec_text(const struct match *m, struct match_rules_view *v)
{
	char path[64], text[PATH_ROOM], line[CMDLINE_MAX];
	ssize_t n;

	n = readlinkat(v->proc, view_path(v, "exe", path, sizeof path), text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	strip_deleted(text);
	if (strcmp(text, m->exec) == 0 && called_so(m, v))
		return MATCH_YES;
	n = view_read(v, "cmdline", line, sizeof line);
	return answer(n > 0 && strcmp(line, m->exec) == 0);
}

static enum match_answer
denied(const struct match *m, struct match_rules_view *v)
{
	char comm[64];

	view_comm(v, comm);
	return comm_fits(comm, str_base(m->exec)) ? MATCH_UNKNOWN : MATCH_NO;
}

static enum match_answer
by_exec(const struct match *m, struct match_rules_view *v)
{
	char path[32];
	struct stat st;

	if (fstatat(v->proc, view_path(v, "exe", path, sizeof path), &st, 0) != 0)
		return errno == EACCES || errno == EPERM ? denied(m, v) : MATCH_NO;
	if (m->exec_there && st.st_ino == m->ino && st.st_dev == m->dev) {
		if (m->script)
			return answer(runs_script(m, v));
		return answer(called_so(m, v));
	}
	if (m->interpreter[0])
		return answer(runs_interpreter(m, v) && runs_script(m, v));
	/* no name left on disk, or none to compare with: only the text can tell */
	if (!m->exec_there || st.st_nlink == 0)
		return answer(was_exec(m, v));
	return MATCH_NO;
}

/* the name that a process was started by, when the kernel's is too short to tell */
static bool
full_name_is(const struct match_rules_view *v, const char *name)
{
	char path[64], exe[PATH_ROOM], line[CMDLINE_MAX];
	const char *w;
	ssize_t n;

	n = readlinkat(v->proc, view_path(v, "exe", path, sizeof path), exe, sizeof exe - 1);
	exe[n > 0 ? n : 0] = '\0';
	strip_deleted(exe);
	if (strcmp(str_base(exe), name) == 0)
		return true;
	n = view_read(v, "cmdline", line, sizeof line);
	for (int i = 0; n > 0 && i <= 2 && (w = word(line, (size_t)n, i)); i++)
		if (strcmp(str_base(w), name) == 0)
			return true;
	return false;
}

static enum match_answer
by_name(const struct match *m, struct match_rules_view *v)
{
	char comm[64];

	view_comm(v, comm);
	if (strcmp(comm, m->name) == 0)
		return MATCH_YES;
	if (strlen(m->name) <= COMM_MAX || !comm_fits(comm, m->name))
		return MATCH_NO;
	return answer(full_name_is(v, m->name));
}

static enum match_answer
by_exec_or_name(const struct match *m, struct match_rules_view *v)
{
	enum match_answer a = m->literal ? by_exec_text(m, v) : by_exec(m, v);
	char comm[64];

	if (a == MATCH_YES || !m->named_exec)
		return a;
	view_comm(v, comm);
	return comm_fits(comm, str_base(m->exec)) && full_name_is(v, str_base(m->exec)) ? MATCH_YES : a;
}

static enum match_answer
by_life(const struct match *m, struct match_rules_view *v)
{
	(void)m;
	return answer(procref_alive(v->pid) == 1);
}

static enum match_answer
by_start(const struct match *m, struct match_rules_view *v)
{
	const struct proc_stat *st = view_stat(v);

	return answer(st && st->start == m->start);
}

static enum match_answer
by_namespace(const struct match *m, struct match_rules_view *v)
{
	char path[64];
	struct stat own, its;

	(void)m;
	/* no namespaces in this kernel, or none shown to us: nothing to tell apart */
	if (fstatat(v->proc, "self/ns/pid", &own, 0) != 0 ||
	    fstatat(v->proc, view_path(v, "ns/pid", path, sizeof path), &its, 0) != 0)
		return MATCH_YES;
	return answer(own.st_ino == its.st_ino && own.st_dev == its.st_dev);
}

static bool
is_ancestor(pid_t pid)
{
	struct proc_stat st;

	for (pid_t p = getppid(); p > 1; p = st.ppid) {
		if (p == pid)
			return true;
		if (proc_stat(p, &st) != 0)
			return false;
	}
	return false;
}

static enum match_answer
by_other(const struct match *m, struct match_rules_view *v)
{
	const struct proc_stat *st;

	if (v->pid == getpid() || (v->pid == 1 && m->pid != 1))
		return MATCH_NO;
	if (m->n_sessions && (st = view_stat(v)))
		for (size_t i = 0; i < m->n_sessions; i++)
			if (m->sessions[i] == st->sid)
				return MATCH_NO;
	return answer(m->pid == v->pid || !is_ancestor(v->pid));
}

static bool wants_parent(const struct match *m) { return m->ppid != 0; }
static bool wants_user(const struct match *m) { return m->by_user; }
static bool wants_exec(const struct match *m) { return m->exec != NULL; }
static bool wants_name(const struct match *m) { return m->name != NULL; }
static bool wants_alive(const struct match *m) { return !m->zombies; }
static bool wants_start(const struct match *m) { return m->start != 0; }
static bool wants_namespace(const struct match *m) { return !m->any_namespace && !m->pid; }
static bool wants_other(const struct match *m) { (void)m; return true; }

/* cheap and telling ones first: most processes end at the first rule */
const struct match_rules_row match_rules[MATCH_RULES] = {
	[MATCH_PARENT] = { wants_parent, by_parent, "parent" },
	[MATCH_USER] = { wants_user, by_user, "user" },
	[MATCH_EXEC] = { wants_exec, by_exec_or_name, "executable" },
	[MATCH_NAME] = { wants_name, by_name, "name" },
	[MATCH_ALIVE] = { wants_alive, by_life, "alive" },
	[MATCH_START] = { wants_start, by_start, "start time" },
	[MATCH_NAMESPACE] = { wants_namespace, by_namespace, "pid namespace" },
	[MATCH_OTHER] = { wants_other, by_other, "not an ancestor" },
};
