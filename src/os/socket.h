#ifndef OS_SOCKET_H
#define OS_SOCKET_H
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <linux/netlink.h>
/*
 * Sockets to listen on, and the files that stand for them.  Descriptors are close-on-exec and non-blocking.
 */
struct socket_address {
	union {
		struct sockaddr any;
		struct sockaddr_un un;
		struct sockaddr_in in4;
		struct sockaddr_in6 in6;
		struct sockaddr_nl nl;
	} a;
	socklen_t len;
	bool port_only;		/* any address of this machine */
};

/*
 * Read "/path", "@abstract", "port", "v4:port", "[v6]:port" or "[v6%interface]:port", as systemd.socket(5) has them.  0; -1 with errno EINVAL,
 * ENAMETOOLONG, ENODEV (no such interface).
 */
int socket_parse(struct socket_address *, const char *text);
/* Read the name of a netlink family and the group behind it.  0, or -1 with errno EINVAL. */
int socket_parse_netlink(struct socket_address *, int *protocol, const char *text);
/* Does the machine do IPv6? */
bool socket_has_v6(void);
/* Is the descriptor a socket of that type at that address? */
bool socket_is_at(int fd, int type, const struct socket_address *);
/* setsockopt(2) with an integer.  0, or -1 with errno. */
int socket_set(int fd, int level, int name, int value);

/*
 * Open the folder of a path for what is to be put there, making what is missing of it with that mode, and let *base be the path's last part.  A symbolic
 * link on the way counts only when it is root's, or ours.  Mode 0: nothing is made.  A descriptor, or -1 with errno (ELOOP: somebody's link).
 */
int socket_open_folder(const char *path, mode_t mode, const char **base);
/*
 * Bind to a path whose folder is open as dir.  A socket that nobody listens at any more makes room; anything else stays (EADDRINUSE).  The
 * node has that mode from its first moment.  0, or -1 with errno.
 */
int socket_bind_path(int fd, int type, const struct socket_address *, int dir, mode_t mode);
/*
 * Give dir/name away: a node that we made just now, and no other that somebody put in its place (ESTALE).  type: S_IFSOCK or S_IFIFO.
 */
int socket_give(int dir, const char *name, mode_t type, uid_t uid, gid_t gid);
/* Open the FIFO dir/name, made if it is not there; one that is there must have been ours already.  -1 with errno (EEXIST: something else is there). */
int socket_fifo(int dir, const char *name, mode_t mode, uid_t uid, gid_t gid);
/*
 * Open the message queue "/name", made if it is not there, of that many messages of that many bytes (0: as the kernel has it).  -1 with errno (EEXIST:
 * it is another user's).
 */
int socket_queue(const char *name, mode_t mode, uid_t uid, gid_t gid, long messages, long size);
int socket_unlink_queue(const char *name);
/* Remove dir/name if it is of that type.  0 also when it is not there. */
int socket_unlink(int dir, const char *name, mode_t type);

enum { SOCKET_TEXT = INET6_ADDRSTRLEN };
/* Who is at the other end of a connection: its address in text (SOCKET_TEXT bytes) and port.  false where it is not of the internet. */
bool socket_peer(int fd, char *text, unsigned *port);
/* Write the 16 bytes of an IPv6 address as RFC 5952 has it, without a dotted part, to text (SOCKET_TEXT bytes). */
void socket_v6_text(char *text, const unsigned char *address);

#endif
