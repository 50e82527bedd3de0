#ifndef SVC_SOCKUNIT_H
#define SVC_SOCKUNIT_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "os/socket.h"
#include "svc/specifier.h"
#include "svc/trigger.h"
/*
 * What the lines of a [Socket] section mean: systemd.socket(5).  Nothing is opened here; see svc/sockets.h.
 */
enum sockunit_kind { SOCKUNIT_SOCKET, SOCKUNIT_FIFO, SOCKUNIT_SPECIAL, SOCKUNIT_QUEUE };

/* One Listen...= line. */
struct sockunit_port {
	enum sockunit_kind kind;
	int type, protocol;	/* as socket(2) takes them */
	char *text;		/* as written, for messages */
	char *path;		/* where its file is, below the root; NULL: it has none.  A queue's name */
	struct socket_address at;
	int fd;			/* -1: not open */
	bool inherited;		/* it was open already */
	bool made;		/* its file was not there before */
};

/* To which sockets an option is of use. */
enum { SOCKUNIT_IN4 = 1, SOCKUNIT_IN6 = 2, SOCKUNIT_UNIX = 4, SOCKUNIT_OTHER = 8, SOCKUNIT_TCP = 16, SOCKUNIT_ANY = 15 };

struct sockunit_option {
	int to;			/* bits from above; all of TCP's where that one is set */
	bool before;		/* before it is bound */
	int level, name, value;	/* for setsockopt(2) */
	const char *key;	/* for messages */
};

struct sockunit {
	char *unit;		/* "NAME.socket" */
	char *fd_name;		/* FileDescriptorName= */
	struct sockunit_port *ports;
	size_t n_ports, cap_ports;
	struct sockunit_option *options;
	size_t n_options, cap_options;
	bool accept;		/* a service for each connection */
	bool remove_on_stop, flush, writable;
	char *user, *group;	/* NULL: root */
	mode_t mode, directory_mode;
	int v6_only;		/* -1: as the system has it */
	unsigned backlog;
	char *device, *congestion;	/* NULL: none */
	int protocol;		/* SocketProtocol=; 0: the type's own */
	uint64_t pipe_size, queue_messages, queue_size;	/* 0: the kernel's */
	struct vec symlinks;
	unsigned max_connections, max_per_source;	/* 0 of the second: any */
	uint64_t trigger_us;
	unsigned trigger_burst;
};

/* A line has no effect, and why. */
typedef void sockunit_say(void *data, const struct trigger_line *, const char *why);

/*
 * Read a socket unit; root (NULL: /) is put before paths of files.  say is called for each line that is not honoured.  To be freed by
 * sockunit_free(), and borrows nothing.
 */
void sockunit_read(struct sockunit *, const struct trigger *, const struct specifier *, const char *root, sockunit_say *say, void *data);
void sockunit_free(struct sockunit *);

#endif
