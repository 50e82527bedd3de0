#include "svc/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/fd.h"
#include "os/users.h"
#include "svc/condition.h"
#include "svc/dropin.h"
#include "svc/streams.h"
#include "svc/unit.h"

/* --- one socket --- */

static int
bits_of(const struct sockunit_port *p)
{
	int family = p->at.a.any.sa_family, bits;

	bits = family == AF_INET ? SOCKUNIT_IN4 : family == AF_INET6 ? SOCKUNIT_IN6 : family == AF_UNIX ? SOCKUNIT_UNIX : SOCKUNIT_OTHER;
	return bits & (SOCKUNIT_IN4 | SOCKUNIT_IN6) && p->type == SOCK_STREAM ? bits | SOCKUNIT_TCP : bits;
}

static int
set_one(int fd, const struct sockunit_option *o)
{
	/* beyond the limit that the system has for others */
	if (o->level == SOL_SOCKET && o->name == SO_RCVBUF && socket_set(fd, SOL_SOCKET, SO_RCVBUFFORCE, o->value) == 0)
		return 0;
	if (o->level == SOL_SOCKET && o->name == SO_SNDBUF && socket_set(fd, SOL_SOCKET, SO_SNDBUFFORCE, o->value) == 0)
		return 0;
	return socket_set(fd, o->level, o->name, o->value);
}

/* what the kernel refuses is done without, as systemd does */
static void
set_options(struct sockets *s, const struct sockunit *u, const struct sockunit_port *p, int fd, bool before)
{
	int bits = bits_of(p);

	for (size_t i = 0; i < u->n_options; i++)
		if (u->options[i].before == before && u->options[i].to & bits && set_one(fd, &u->options[i]) != 0)
			vec_take(&s->remarks, mem_fmt("%s: unable to set %s= of %s: %s", u->unit, u->options[i].key, p->text, strerror(errno)));
	if (!before && u->congestion && bits & SOCKUNIT_TCP &&
	    setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, u->congestion, (socklen_t)strlen(u->congestion)) != 0)
		vec_take(&s->remarks, mem_fmt("%s: unable to set TCPCongestion= of %s: %s", u->unit, p->text, strerror(errno)));
}

static int
bind_in_folder(const struct sockets_unit *x, struct sockunit_port *p, int fd)
{
	const char *base;
	int dir = socket_open_folder(p->path, x->u.directory_mode, &base), r;

	if (dir < 0)
		return -1;
	r = socket_bind_path(fd, p->type, &p->at, dir, x->u.mode);
	p->made = r == 0;
	if (r == 0 && (x->uid != (uid_t)-1 || x->gid != (gid_t)-1))
		r = socket_give(dir, base, S_IFSOCK, x->uid, x->gid);
	fd_drop(dir);
	return r;
}

static int
prepare_and_bind(struct sockets *s, const struct sockets_unit *x, struct sockunit_port *p, int fd)
{
	int family = p->at.a.any.sa_family;
	bool inet = family == AF_INET || family == AF_INET6;

	set_options(s, &x->u, p, fd, true);
	if (family == AF_INET6 && x->u.v6_only >= 0 && socket_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, x->u.v6_only) != 0)
		return -1;
	if (x->u.device && inet && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, x->u.device, (socklen_t)strlen(x->u.device) + 1) != 0)
		return -1;
	if (socket_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0)
		return -1;
	if (p->path ? bind_in_folder(x, p, fd) != 0 : bind(fd, &p->at.a.any, p->at.len) != 0)
		return -1;
	if (p->type != SOCK_STREAM && p->type != SOCK_SEQPACKET)
		return 0;
	return listen(fd, x->u.backlog > INT_MAX ? INT_MAX : (int)x->u.backlog);
}

/* the one that the keeper before us had */
static int
inherit(struct sockets *s, const struct sockunit_port *p)
{
	for (size_t i = 0; i < s->n_held; i++)
		if (s->held[i] >= 0 && socket_is_at(s->held[i], p->type, &p->at)) {
			int fd = s->held[i];

			s->held[i] = -1;
			return fd;
		}
	return -1;
}

static int
open_socket(struct sockets *s, const struct sockets_unit *x, struct sockunit_port *p)
{
	int fd;

	if (p->at.port_only && !socket_has_v6()) {
		in_port_t port = p->at.a.in6.sin6_port;

		p->at = (struct socket_address){ .a.in4 = { .sin_family = AF_INET, .sin_port = port }, .len = sizeof p->at.a.in4 };
	}
	fd = inherit(s, p);
	p->inherited = fd >= 0 && fd_set_nonblock(fd, 1) == 0;
	if (fd < 0)
		fd = socket(p->at.a.any.sa_family, p->type | SOCK_CLOEXEC | SOCK_NONBLOCK, p->protocol ? p->protocol : x->u.protocol);
	if (fd >= 0 && !p->inherited && prepare_and_bind(s, x, p, fd) != 0)
		return fd_drop(fd);
	if (fd >= 0)
		set_options(s, &x->u, p, fd, false);
	return fd;
}

static int
open_fifo(struct sockets *s, const struct sockets_unit *x, struct sockunit_port *p)
{
	const char *base;
	int dir = socket_open_folder(p->path, x->u.directory_mode, &base), fd;
	struct stat st;

	if (dir < 0)
		return -1;
	p->made = fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) != 0;
	fd = socket_fifo(dir, base, x->u.mode, x->uid, x->gid);
	fd_drop(dir);
	if (fd >= 0 && x->u.pipe_size && fcntl(fd, F_SETPIPE_SZ, (int)(x->u.pipe_size > INT_MAX ? INT_MAX : x->u.pipe_size)) < 0)
		vec_take(&s->remarks, mem_fmt("%s: unable to set PipeSize= of %s: %s", x->u.unit, p->text, strerror(errno)));
	return fd;
}

static int
open_special(const struct sockets_unit *x, const struct sockunit_port *p)
{
	int fd = open(p->path, (x->u.writable ? O_RDWR : O_RDONLY) | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	errno = EINVAL;
	return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)) ? fd : fd_drop(fd);
}

static int
open_port(struct sockets *s, const struct sockets_unit *x, struct sockunit_port *p)
{
	int fd, high;

	switch (p->kind) {
	case SOCKUNIT_FIFO:
		fd = open_fifo(s, x, p);
		break;
	case SOCKUNIT_SPECIAL:
		fd = open_special(x, p);
		break;
	case SOCKUNIT_QUEUE:
		fd = socket_queue(p->path, x->u.mode, x->uid, x->gid, (long)x->u.queue_messages, (long)x->u.queue_size);
		p->made = fd >= 0;
		break;
	default:
		fd = open_socket(s, x, p);
	}
	if (fd < 0)
		return -1;
	high = fd_dup_above(fd, SOCKETS_FIRST + SOCKETS_MAX);
	fd_drop(fd);
	p->fd = high;
	return high < 0 ? -1 : 0;
}

/* --- links to them --- */

static const struct sockunit_port *
first_file(const struct sockunit *u)
{
	for (size_t i = 0; i < u->n_ports; i++)
		if (u->ports[i].path && (u->ports[i].kind == SOCKUNIT_SOCKET || u->ports[i].kind == SOCKUNIT_FIFO))
			return &u->ports[i];
	return NULL;
}

static int
make_link(const struct sockunit *u, const char *target, const char *path)
{
	const char *base;
	int dir = socket_open_folder(path, u->directory_mode, &base), r;

	if (dir < 0)
		return -1;
	/* what a former start has left is a link too */
	r = socket_unlink(dir, base, S_IFLNK) == 0 ? symlinkat(target, dir, base) : -1;
	fd_drop(dir);
	return r;
}

static void
make_links(struct sockets *s, const struct sockunit *u)
{
	const struct sockunit_port *p = first_file(u);

	for (size_t i = 0; p && i < u->symlinks.n; i++)
		if (make_link(u, p->path, u->symlinks.v[i]) != 0)
			vec_take(&s->remarks, mem_fmt("%s: unable to make the link %s: %s", u->unit, u->symlinks.v[i], strerror(errno)));
}

/* --- all of them --- */

static void
remove_file(const char *path, mode_t type)
{
	const char *base;
	int dir = socket_open_folder(path, 0, &base);

	if (dir >= 0) {
		socket_unlink(dir, base, type);
		close(dir);
	}
}

static void
remove_port(const struct sockunit_port *p)
{
	if (p->kind == SOCKUNIT_QUEUE)
		socket_unlink_queue(p->path);
	else if (p->kind != SOCKUNIT_SPECIAL && p->path)
		remove_file(p->path, p->kind == SOCKUNIT_FIFO ? S_IFIFO : S_IFSOCK);
}

void
sockets_close(struct sockets *s, bool stays)
{
	for (size_t i = 0; i < s->n; i++) {
		struct sockunit *u = &s->v[i].u;

		for (size_t p = 0; p < u->n_ports; p++) {
			if (u->ports[p].fd < 0)
				continue;
			close(u->ports[p].fd);
			u->ports[p].fd = -1;
			if (u->remove_on_stop && !stays)
				remove_port(&u->ports[p]);
		}
		for (size_t l = 0; u->remove_on_stop && !stays && l < u->symlinks.n; l++)
			remove_file(u->symlinks.v[l], S_IFLNK);
	}
	for (size_t i = 0; i < s->n_held; i++)
		if (s->held[i] >= 0)
			close(s->held[i]);
	s->n_held = 0;
}

/* two that C libraries have different words for */
static const char *
reason(int error)
{
	return error == EADDRINUSE ? "it is in use" : error == ELOOP ? "somebody's symbolic link is on the way" : strerror(error);
}

/* a start that fails takes back what it made, but nothing that was there before */
static char *
give_up(struct sockets *s, const struct sockunit *u, const struct sockunit_port *bad)
{
	char *why = mem_fmt("unable to listen at %s (%s): %s", bad->text, u->unit, reason(errno));

	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; p < s->v[i].u.n_ports; p++)
			if (s->v[i].u.ports[p].made)
				remove_port(&s->v[i].u.ports[p]);
	sockets_close(s, false);
	return why;
}

char *
sockets_open(struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; p < s->v[i].u.n_ports; p++)
			if (open_port(s, &s->v[i], &s->v[i].u.ports[p]) != 0)
				return give_up(s, &s->v[i].u, &s->v[i].u.ports[p]);
	for (size_t i = 0; i < s->n; i++)
		make_links(s, &s->v[i].u);
	/* what it had, and does not have any more */
	for (size_t i = 0; i < s->n_held; i++)
		if (s->held[i] >= 0)
			close(s->held[i]);
	s->n_held = 0;
	return NULL;
}

size_t
sockets_list(const struct sockets *s, int *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; p < s->v[i].u.n_ports; p++)
			if (s->v[i].u.ports[p].fd >= 0)
				fds[n++] = s->v[i].u.ports[p].fd;
	return n;
}

static void
flush_one(const struct sockunit_port *p)
{
	char unused[512];
	int fd, listens;
	socklen_t n = sizeof listens;

	fd_set_nonblock(p->fd, 1);
	if (p->kind == SOCKUNIT_SOCKET && getsockopt(p->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 && listens) {
		for (int i = 0; i < 1024 && (fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0; i++)
			close(fd);
	} else if (p->kind == SOCKUNIT_SOCKET || p->kind == SOCKUNIT_FIFO)
		for (int i = 0; i < 65536 && read(p->fd, unused, sizeof unused) > 0; i++)
			;
}

void
sockets_flush(struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; s->v[i].u.flush && p < s->v[i].u.n_ports; p++)
			flush_one(&s->v[i].u.ports[p]);
}

void
sockets_explain(const struct sockets *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; p < s->v[i].u.n_ports; p++)
			buf_fmt(out, "%-14s %s (%s)%s\n", "socket", s->v[i].u.ports[p].text, s->v[i].u.unit,
			    s->accept ? ", a process for each connection" : s->demand ? ", started by who connects" : "");
}

/* --- reading --- */

/* a socket of a template is the one of the service's instance */
static char *
unit_name(const struct trigger *t, const struct service *svc)
{
	const char *at = strchr(svc->name, '@');

	if (!str_ends(t->unit, "@.socket") || !at)
		return mem_str(t->unit);
	return mem_fmt("%.*s%s.socket", (int)(strlen(t->unit) - strlen("@.socket")), t->unit, at);
}

/* The commands and conditions of a socket unit, as those of a service that does nothing else. */
static char *
read_own(struct service *own, const struct trigger *t, const char *unit, const char *root)
{
	static const struct {
		const char *socket, *service;
	} names[] = {
		{ "ExecStartPre", "ExecStartPre" }, { "ExecStartPost", "ExecStartPost" }, { "ExecStopPre", "ExecStop" },
		{ "ExecStopPost", "ExecStopPost" }, { "TimeoutSec", "TimeoutSec" }, { "User", "User" }, { "Group", "Group" },
		{ "WorkingDirectory", "WorkingDirectory" }, { "Environment", "Environment" }, { "EnvironmentFile", "EnvironmentFile" },
	};
	struct buf text = BUF_INIT;
	struct diag d = DIAG_INIT;
	char *why = NULL;

	buf_str(&text, "[Unit]\n");
	for (size_t i = 0; i < t->n; i++)
		if (str_starts(t->v[i].key, "Condition") || str_starts(t->v[i].key, "Assert"))
			buf_fmt(&text, "%s=%s\n", t->v[i].key, t->v[i].value);
	buf_str(&text, "[Service]\nType=oneshot\nExecStart=/bin/true\n");
	for (size_t i = 0; i < t->n; i++)
		for (size_t n = 0; n < sizeof names / sizeof *names; n++)
			if (strcmp(names[n].socket, t->v[i].key) == 0)
				buf_fmt(&text, "%s=%s\n", names[n].service, t->v[i].value);
	if (unit_read_text(own, text.s, text.len, t->path, unit, root, &d) != 0)
		why = mem_fmt("%s: %s", unit, diag_first_error(&d)->text);
	diag_free(&d);
	buf_free(&text);
	return why;
}

static char *
find_owner(struct sockets_unit *x)
{
	struct userfile_entry user;

	x->uid = (uid_t)-1;
	x->gid = (gid_t)-1;
	if (x->u.user) {
		if (users_by_name(x->u.user, &user) != 0)
			return mem_fmt("%s: unknown user %s", x->u.unit, x->u.user);
		x->uid = user.uid;
		x->gid = user.gid;
		userfile_free(&user);
	}
	if (x->u.group && users_group(x->u.group, &x->gid) != 0)
		return mem_fmt("%s: unknown group %s", x->u.unit, x->u.group);
	return NULL;
}

static bool
has_commands(const struct service *s)
{
	for (int i = 0; i < SERVICE_LISTS; i++)
		if (i != SERVICE_START && s->cmd[i].n > 0)
			return true;
	return false;
}

static void
free_unit(struct sockets_unit *x)
{
	sockunit_free(&x->u);
	if (x->ctx)
		context_free(x->ctx);
	if (x->own)
		service_free(x->own);
	free(x->ctx);
	free(x->own);
}

/* NULL, or what is wrong; *wanted: its conditions hold */
static char *
find_own(struct sockets_unit *x, const struct trigger *t, const char *root, bool *wanted)
{
	const struct service_condition *failed;
	char *why;
	int code;

	x->own = mem_alloc(sizeof *x->own);
	why = read_own(x->own, t, x->u.unit, root);
	*wanted = why || condition_check(x->own, root, &failed) == CONDITION_MET;
	if (why || !has_commands(x->own)) {
		/* the keeper has no use for it */
		service_free(x->own);
		free(x->own);
		x->own = NULL;
		return why;
	}
	x->ctx = mem_alloc(sizeof *x->ctx);
	return context_init(x->ctx, x->own, root, &code);
}

/* NULL, or what is wrong; one whose conditions do not hold is taken off again */
static char *
read_unit(struct sockets *s, const struct trigger *t, const struct service *svc, const char *root)
{
	struct sockets_unit *x;
	char *unit = unit_name(t, svc), *stem = mem_strn(unit, strlen(unit) - strlen(".socket")), *why;
	struct specifier spec = { stem, t->path, root };
	bool wanted = true;

	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	x = &s->v[s->n++];
	*x = (struct sockets_unit){ .uid = (uid_t)-1 };
	sockunit_read(&x->u, t, &spec, root, NULL, NULL);
	free(x->u.unit);
	x->u.unit = unit;
	why = find_owner(x);
	if (!why)
		why = find_own(x, t, root, &wanted);
	if (wanted)
		s->n_fds += x->u.n_ports;
	else
		free_unit(&s->v[--s->n]);
	free(stem);
	return why;
}

/* what a unit file alone does not say: a link has something start it */
static bool
is_wanted(const struct service *svc, const char *unit, const char *root)
{
	struct vec by = VEC_INIT;
	bool wanted;

	dropin_wanted_by(&by, root, unit);
	wanted = !svc->has_install && by.n > 0;
	vec_free(&by);
	return wanted;
}

/* the socket units of the script; unit: what the service is called there */
static void
find_units(struct triggers *all, const struct service *svc, const char *script, const char *unit, const char *root)
{
	struct unit_sources src = { 0 };
	struct vec dropins = VEC_INIT;
	struct diag unused = DIAG_INIT;
	char *folder = mem_strn(script, (size_t)(str_base(script) - script));

	if (str_ends(script, ".service")) {
		trigger_find(all, svc, unit, folder, root, &unused);
	} else if (unit_load(&src, script, &unused) == 0) {
		dropin_native(&dropins, root, svc->name);
		unit_load_dropins(&src, &dropins, &unused);
		trigger_kept(all, &src, svc->name);
	}
	unit_sources_free(&src);
	vec_free(&dropins);
	diag_free(&unused);
	free(folder);
}

static char *
check(const struct sockets *s, const struct service *svc)
{
	if (s->n_fds > SOCKETS_MAX)
		return mem_fmt("it has more than %d sockets", SOCKETS_MAX);
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].u.accept != s->accept)
			return mem_str("some of its sockets are for each connection, and some are not");
		for (size_t p = 0; s->accept && p < s->v[i].u.n_ports; p++)
			if (s->v[i].u.ports[p].type != SOCK_STREAM && s->v[i].u.ports[p].type != SOCK_SEQPACKET)
				return mem_fmt("%s: nobody connects to %s, so Accept= must be off", s->v[i].u.unit, s->v[i].u.ports[p].text);
	}
	if (streams_take_socket(svc) && !s->accept && s->n_fds != 1)
		return mem_str(s->n_fds ? "its standard input can be one socket only" : "its standard input is to be a socket, and there is none");
	return NULL;
}

static void
name_them(struct sockets *s)
{
	struct buf names = BUF_INIT;

	buf_str(&names, "LISTEN_FDNAMES=");
	for (size_t i = 0; i < s->n; i++)
		for (size_t p = 0; p < s->v[i].u.n_ports; p++) {
			const struct sockunit *u = &s->v[i].u;

			buf_fmt(&names, "%s%s", str_ends(names.s, "=") ? "" : ":", u->fd_name ? u->fd_name : u->unit);
			s->has_files |= u->ports[p].path && u->ports[p].kind != SOCKUNIT_QUEUE;
		}
	s->names = s->accept ? mem_str("LISTEN_FDNAMES=connection") : mem_str(names.s);
	buf_free(&names);
	fmt_to(s->count, sizeof s->count, "LISTEN_FDS=%zu", s->accept ? 1 : s->n_fds);
}

char *
sockets_read(struct sockets *s, const struct service *svc, const char *script, const char *root)
{
	const char *base = str_base(script);
	bool of_template = str_ends(base, "@.service") && strchr(svc->name, '@');
	char *unit = of_template || !str_ends(base, ".service") ? mem_fmt("%s.service", svc->name) : mem_str(base), *why = NULL;
	struct triggers all = { 0 };

	find_units(&all, svc, script, unit, root);
	for (size_t i = 0; i < all.n && !why; i++) {
		enum trigger_listen listen = trigger_listens(&all.v[i], svc, unit);

		if (listen == TRIGGER_NO)
			continue;
		s->accept |= all.v[i].accept;
		s->demand |= listen == TRIGGER_DEMAND && !is_wanted(svc, unit, root);
		why = read_unit(s, &all.v[i], svc, root);
	}
	trigger_free(&all);
	free(unit);
	if (!why)
		why = check(s, svc);
	name_them(s);
	return why;
}

void
sockets_free(struct sockets *s)
{
	for (size_t i = 0; i < s->n; i++)
		free_unit(&s->v[i]);
	free(s->v);
	free(s->names);
	vec_free(&s->remarks);
	*s = (struct sockets){ 0 };
}
