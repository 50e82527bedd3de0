#include "os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <mqueue.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "os/fd.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- addresses --- */

static int
invalid(void)
{
	errno = EINVAL;
	return -1;
}

static int
parse_unix(struct socket_address *a, const char *text)
{
	size_t n = strlen(text);
	struct sockaddr_un *un = &a->a.un;

	un->sun_family = AF_UNIX;
	if (n >= sizeof un->sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un->sun_path, text, n);
	a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (*text == '/'));
	if (*text == '@')
		un->sun_path[0] = '\0';
	return n > 1 ? 0 : invalid();
}

static int
parse_port(const char *text, in_port_t *out)
{
	uint64_t n;

	if (num_u64(text, 1, 65535, &n) != 0)
		return invalid();
	*out = htons((in_port_t)n);
	return 0;
}

/* host: "x" or "x%interface" */
static int
parse_v6(struct socket_address *a, char *host, const char *port)
{
	struct sockaddr_in6 *in6 = &a->a.in6;
	char *scope = strchr(host, '%');
	uint64_t n;

	in6->sin6_family = AF_INET6;
	a->len = sizeof *in6;
	if (scope)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, host, &in6->sin6_addr) != 1 || parse_port(port, &in6->sin6_port) != 0)
		return invalid();
	if (!scope)
		return 0;
	if (num_u64(scope, 1, UINT32_MAX, &n) == 0)
		in6->sin6_scope_id = (uint32_t)n;
	else
		in6->sin6_scope_id = if_nametoindex(scope);
	if (in6->sin6_scope_id)
		return 0;
	errno = ENODEV;
	return -1;
}

int
socket_parse(struct socket_address *a, const char *text)
{
	char copy[128], *colon;

	memset(a, 0, sizeof *a);
	if (*text == '/' || *text == '@')
		return parse_unix(a, text);
	if (fmt_to(copy, sizeof copy, "%s", text) >= sizeof copy)
		return invalid();
	colon = strrchr(copy, ':');
	if (!colon) {
		a->port_only = true;
		a->a.in6.sin6_family = AF_INET6;
		a->len = sizeof a->a.in6;
		return parse_port(copy, &a->a.in6.sin6_port);
	}
	*colon = '\0';
	if (*copy == '[' && colon > copy && colon[-1] == ']') {
		colon[-1] = '\0';
		return parse_v6(a, copy + 1, colon + 1);
	}
	a->a.in4.sin_family = AF_INET;
	a->len = sizeof a->a.in4;
	if (inet_pton(AF_INET, copy, &a->a.in4.sin_addr) != 1)
		return invalid();
	return parse_port(colon + 1, &a->a.in4.sin_port);
}

int
socket_parse_netlink(struct socket_address *a, int *protocol, const char *text)
{
	static const char *const families[] = {
		[NETLINK_ROUTE] = "route", [NETLINK_FIREWALL] = "firewall", [NETLINK_SOCK_DIAG] = "inet-diag", [NETLINK_NFLOG] = "nflog",
		[NETLINK_XFRM] = "xfrm", [NETLINK_SELINUX] = "selinux", [NETLINK_ISCSI] = "iscsi", [NETLINK_AUDIT] = "audit",
		[NETLINK_FIB_LOOKUP] = "fib-lookup", [NETLINK_CONNECTOR] = "connector", [NETLINK_NETFILTER] = "netfilter", [NETLINK_IP6_FW] = "ip6-fw",
		[NETLINK_DNRTMSG] = "dnrtmsg", [NETLINK_KOBJECT_UEVENT] = "kobject-uevent", [NETLINK_GENERIC] = "generic",
		[NETLINK_SCSITRANSPORT] = "scsitransport", [NETLINK_ECRYPTFS] = "ecryptfs", [NETLINK_RDMA] = "rdma",
	};
	size_t n = strcspn(text, " \t");
	const char *group = text + n + strspn(text + n, " \t");
	uint64_t groups = 0;

	memset(a, 0, sizeof *a);
	a->a.nl.nl_family = AF_NETLINK;
	a->len = sizeof a->a.nl;
	if (*group && num_u64(group, 0, UINT32_MAX, &groups) != 0)
		return invalid();
	a->a.nl.nl_groups = (uint32_t)groups;
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i] && strlen(families[i]) == n && strncmp(families[i], text, n) == 0) {
			*protocol = (int)i;
			return 0;
		}
	return invalid();
}

bool
socket_has_v6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0;
}

bool
socket_is_at(int fd, int type, const struct socket_address *want)
{
	struct socket_address is = { .len = sizeof is.a };
	socklen_t n = sizeof type;
	int has;

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &has, &n) != 0 || has != type || getsockname(fd, &is.a.any, &is.len) != 0)
		return false;
	return is.a.any.sa_family == want->a.any.sa_family && is.len == want->len && memcmp(&is.a, &want->a, is.len) == 0;
}

int
socket_set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof value);
}

static void
put_v4(char *text, const unsigned char *a)
{
	fmt_to(text, SOCKET_TEXT, "%d.%d.%d.%d", a[0], a[1], a[2], a[3]);
}

void
socket_v6_text(char *text, const unsigned char *a)
{
	size_t gap = 16, longest = 2, len = 0;	/* the longest run of zeroes, if it is of more than one group */

	for (size_t i = 0, run = 0; i < 16; i += 2) {
		run = a[i] || a[i + 1] ? 0 : run + 2;
		if (run > longest) {
			longest = run;
			gap = i + 2 - run;
		}
	}
	for (size_t i = 0; i < 16; i += 2)
		if (i == gap) {
			len += fmt_to(text + len, SOCKET_TEXT - len, i + longest == 16 ? "::" : ":");
			i += longest - 2;
		} else {
			len += fmt_to(text + len, SOCKET_TEXT - len, i > 0 ? ":%x" : "%x", a[i] << 8 | a[i + 1]);
		}
}

bool
socket_peer(int fd, char *text, unsigned *port)
{
	struct socket_address p = { .len = sizeof p.a };

	if (getpeername(fd, &p.a.any, &p.len) != 0)
		return false;
	if (p.a.any.sa_family == AF_INET) {
		*port = ntohs(p.a.in4.sin_port);
		put_v4(text, (const unsigned char *)&p.a.in4.sin_addr);
		return true;
	}
	if (p.a.any.sa_family != AF_INET6)
		return false;
	*port = ntohs(p.a.in6.sin6_port);
	if (IN6_IS_ADDR_V4MAPPED(&p.a.in6.sin6_addr))
		put_v4(text, p.a.in6.sin6_addr.s6_addr + 12);
	else
		socket_v6_text(text, p.a.in6.sin6_addr.s6_addr);
	return true;
}

/* --- files --- */

/* a link is followed for whom may lead us, root and ourselves, and from where nobody else could put another in its place */
static bool
may_lead(int at, const struct stat *link)
{
	struct stat dir;

	if (link->st_uid != 0 && link->st_uid != geteuid())
		return false;
	return fstat(at, &dir) == 0 && (dir.st_uid == 0 || dir.st_uid == geteuid()) && (!(dir.st_mode & 022) || dir.st_mode & S_ISVTX);
}

/* one step down */
static int
enter(int at, const char *name, mode_t mode)
{
	struct stat st;
	int fd;

	if (mode && mkdirat(at, name, 0700) == 0) {
		fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return fd < 0 || fchmod(fd, mode) == 0 ? fd : fd_drop(fd);
	}
	/* what is there on a file system that cannot be written to is good as well */
	if (mode && errno != EEXIST && errno != EROFS && errno != EACCES && errno != EPERM)
		return -1;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (S_ISLNK(st.st_mode) && !may_lead(at, &st)) {
		errno = ELOOP;
		return -1;
	}
	return openat(at, name, O_PATH | O_DIRECTORY | O_CLOEXEC | (S_ISLNK(st.st_mode) ? 0 : O_NOFOLLOW));
}

int
socket_open_folder(const char *path, mode_t mode, const char **base)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
	char part[256];
	size_t n;

	for (path += strspn(path, "/"); fd >= 0 && path[n = strcspn(path, "/")]; path += n + strspn(path + n, "/")) {
		errno = ENAMETOOLONG;
		next = n < sizeof part && fmt_to(part, sizeof part, "%.*s", (int)n, path) ? enter(fd, part, mode) : -1;
		fd_drop(fd);
		fd = next;
	}
	*base = path;
	if (fd < 0 || (*path && strcmp(path, ".") != 0 && strcmp(path, "..") != 0))
		return fd;
	errno = EINVAL;
	return fd_drop(fd);
}

int
socket_unlink(int dir, const char *name, mode_t type)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 0 : -1;
	if ((st.st_mode & S_IFMT) == type)
		return unlinkat(dir, name, 0);
	errno = EEXIST;
	return -1;
}

/* a socket in this very place, and not one that a link names */
static bool
is_deserted(int type, const struct socket_address *a, int dir, const char *name)
{
	struct stat st;
	bool nobody;
	int fd;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	nobody = fd >= 0 && connect(fd, &a->a.any, a->len) != 0 && errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return nobody;
}

static int
bind_with_mode(int fd, const struct socket_address *a, mode_t mode)
{
	mode_t mask = umask(~mode & 0777);
	int r = bind(fd, &a->a.any, a->len);

	umask(mask);
	return r;
}

int
socket_bind_path(int fd, int type, const struct socket_address *a, int dir, mode_t mode)
{
	const char *name = strrchr(a->a.un.sun_path, '/') + 1;

	if (bind_with_mode(fd, a, mode) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -1;
	if (is_deserted(type, a, dir, name) && socket_unlink(dir, name, S_IFSOCK) == 0)
		return bind_with_mode(fd, a, mode);
	errno = EADDRINUSE;
	return -1;
}

int
socket_give(int dir, const char *name, mode_t type, uid_t uid, gid_t gid)
{
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), r;
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		return fd_drop(fd);
	if ((st.st_mode & S_IFMT) != type || st.st_nlink != 1 || st.st_uid != geteuid()) {
		errno = ESTALE;
		return fd_drop(fd);
	}
	r = fchownat(fd, "", uid, gid, AT_EMPTY_PATH);
	fd_drop(fd);
	return r;
}

int
socket_fifo(int dir, const char *name, mode_t mode, uid_t uid, gid_t gid)
{
	mode_t mask = umask(0);
	bool made = mkfifoat(dir, name, mode) == 0;
	struct stat st;
	int fd;

	umask(mask);
	if (!made && errno != EEXIST)
		return -1;
	/* both ways, so that there is always a writer, and no end of file */
	fd = openat(dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		return fd_drop(fd);
	if (!S_ISFIFO(st.st_mode) || st.st_nlink != 1 || (st.st_uid != geteuid() && st.st_uid != uid)) {
		errno = EEXIST;
		return fd_drop(fd);
	}
	if (fchown(fd, uid, gid) != 0 || (!made && fchmod(fd, mode) != 0))
		return fd_drop(fd);
	return fd;
}

/* not by mq_open(3), which is in a library of its own on older systems */
int
socket_queue(const char *name, mode_t mode, uid_t uid, gid_t gid, long messages, long size)
{
	struct mq_attr attr = { .mq_maxmsg = messages, .mq_msgsize = size };
	mode_t mask = umask(0);
	int fd = (int)syscall(SYS_mq_open, name + 1, O_RDONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, mode, messages && size ? &attr : NULL);
	struct stat st;

	umask(mask);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0)
		return fd_drop(fd);
	if (st.st_uid != geteuid() && st.st_uid != uid) {
		errno = EEXIST;
		return fd_drop(fd);
	}
	return fchown(fd, uid, gid) == 0 && fchmod(fd, mode) == 0 ? fd : fd_drop(fd);
}

int
socket_unlink_queue(const char *name)
{
	return syscall(SYS_mq_unlink, name + 1) == 0 || errno == ENOENT ? 0 : -1;
}
