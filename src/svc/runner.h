#ifndef SVC_RUNNER_H
#define SVC_RUNNER_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "svc/bound.h"
#include "svc/child.h"
#include "svc/context.h"
#include "svc/control.h"
#include "svc/group.h"
#include "svc/oom.h"
#include "svc/output.h"
#include "svc/service.h"
#include "svc/sockets.h"
/*
 * The keeper's hands and ears: starts commands, and hears of everything that happens to the service (deaths, notifications,
 * output, requests) in one poll(2) loop.  What to do about it is svc/keeper's business.
 */
enum { RUNNER_CLIENTS = 16, RUNNER_TEXT = 256 };

struct busname;

/* A connection that a process of its own serves. */
struct runner_conn {
	pid_t pid;		/* 0: this place is free */
	int fd;			/* while it is handed over */
	const struct sockets_unit *unit;	/* where it came in */
	char from[SOCKET_TEXT];	/* the address at its other end; "" where that is not of the internet */
	unsigned port;
};

struct runner {
	const struct service *svc;	/* borrowed */
	const struct context *ctx;	/* borrowed */
	bool attached;			/* streams are the caller's, not the log */
	uint64_t began;			/* our own start time, as os/proc has it */
	struct group group;
	struct output out;
	int signal_fd, notify_fd, control_fd, watch_fd;	/* -1: none */
	int starter_fd;			/* who waits for our start; -1: nobody any more */
	bool started;			/* the start has ended: who asks to wait for it need not */

	pid_t command;			/* helper command under way, 0: none */
	int command_status;		/* of the last one, once command is 0 */

	pid_t main;			/* 0: none known */
	uint64_t main_start;
	int main_fd;			/* pidfd of a main process that is no child of ours; -1 */
	bool main_ended;
	int main_status;		/* as wait(2) gives it; 0 when it was no child of ours */

	bool ready;			/* READY=1 came */
	struct bound bound;		/* devices whose end is that of the service */
	struct oom oom;			/* processes that were killed because memory was short */
	bool watch_hit;			/* the pidfile's directory changed */
	struct sockets *sockets;	/* borrowed, open; NULL: none */
	bool listening;			/* is to hear of them: */
	bool touched;			/* something came in at one of them, and listening has ended */
	struct runner_conn *conns;	/* owned; with Accept=yes */
	size_t n_conns;			/* places */
	const struct runner_conn *conn;	/* the one that spawn_command() is to hand over; NULL: the sockets themselves */
	struct busname *bus;		/* borrowed; heard for Type=dbus, or NULL */
	int errnum;			/* ERRNO= */
	uint64_t watchdog_us;		/* WatchdogSec=, or WATCHDOG_USEC= of the service; 0: none */
	uint64_t watchdog_at;		/* os/clock.h: when the next WATCHDOG=1 is due; CLOCK_FOREVER: not watched yet, or not at all */
	bool watchdog_trigger;		/* it asked to be taken for hanging */
	uint64_t extend;		/* EXTEND_TIMEOUT_USEC= as a time of os/clock.h; 0: none */
	char text[RUNNER_TEXT];		/* STATUS= */
	bool text_changed;		/* what the record has of it is no longer true */

	bool stop_asked;
	bool restarting;		/* the stop is half of a restart */
	bool reload_asked;
	struct { int fd, request; } clients[RUNNER_CLIENTS];	/* request -1: not said yet */
	size_t n_clients;

	const char *bad_path;		/* the output file that could not be opened, after spawn_command() failed at CHILD_STDIO */
	char **envp;			/* owned array; strings of ctx->env and of slots */
	size_t envp_cap;
	char slots[10][128];		/* room for NAME= and the longest path of a socket */
};

/* What runner_wait() waited for, and what came instead. */
enum runner_end { RUNNER_MET, RUNNER_TIMEOUT, RUNNER_STOP };

/* Become the parent: subreaper, signals by descriptor, output pipe.  dir: the run directory with control and notify sockets.  0, or -1 with errno. */
int runner_init(struct runner *, const struct service *, const struct context *, const char *dir, struct cgroup cgroup, bool attached);
void runner_free(struct runner *);
/* Handle what happens until the test holds, the deadline passes, or (when stoppable) a stop is asked for or OOMPolicy= wants one. */
enum runner_end runner_wait(struct runner *, bool (*test)(struct runner *), uint64_t deadline, bool stoppable);
/* Handle what there is, waiting for it until the deadline: one round of the loop. */
void runner_step(struct runner *, uint64_t deadline);
/* Take note of the main process: verified by its start time.  -1 when it is not there (any more); then nothing has changed. */
int runner_set_main(struct runner *, pid_t pid);
/* Tests for runner_wait(). */
bool runner_command_done(struct runner *);
bool runner_main_done(struct runner *);
/* Are all processes of the service gone? */
bool runner_empty(struct runner *);
/*
 * Forget what was about the processes of the last start: it is to be started again.  Who asks from now on to wait for the start is kept waiting.
 */
void runner_again(struct runner *);
/* From now on a watchdog that is set must be kept quiet. */
void runner_watch(struct runner *);
/* Does anyone wait for a start? */
bool runner_is_awaited(struct runner *);
/* Answer all clients that asked for that. */
void runner_reply(struct runner *, enum control_request, int code, const char *text);
/* From now on commands are of that service, in that context.  Both are borrowed. */
void runner_serve(struct runner *, const struct service *, const struct context *);
/* Answer all clients that asked for a restart, and give them the sockets. */
void runner_reply_sockets(struct runner *, int code, const char *text);
/* Answer the starter, and the clients that wait for the start. */
void runner_started(struct runner *, int code, const char *text);

#endif
