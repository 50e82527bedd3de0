#include "os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "harness/live.h"

enum { OTHER = 4301 };

/* family 0: it cannot be read */
static void
reads_addresses(void **state)
{
	static const struct {
		const char *text;
		int family, err;
		socklen_t len;
	} cases[] = {
		{ "/run/x", AF_UNIX, 0, 2 + 7 }, { "@x", AF_UNIX, 0, 2 + 2 }, { "80", AF_INET6, 0, sizeof(struct sockaddr_in6) },
		{ "127.0.0.1:80", AF_INET, 0, sizeof(struct sockaddr_in) }, { "[::1]:80", AF_INET6, 0, sizeof(struct sockaddr_in6) },
		{ "[fe80::1%lo]:80", AF_INET6, 0, sizeof(struct sockaddr_in6) }, { "[fe80::1%1]:80", AF_INET6, 0, sizeof(struct sockaddr_in6) },
		{ "", 0, EINVAL, 0 }, { "0", 0, EINVAL, 0 }, { "65536", 0, EINVAL, 0 }, { "x", 0, EINVAL, 0 }, { "/", 0, EINVAL, 0 }, { "@", 0, EINVAL, 0 },
		{ "localhost:80", 0, EINVAL, 0 }, { "127.0.0.1", 0, EINVAL, 0 }, { "127.0.0.1:", 0, EINVAL, 0 }, { "::1:80", 0, EINVAL, 0 },
		{ "[::1]80", 0, EINVAL, 0 }, { "[::1", 0, EINVAL, 0 }, { "]:80", 0, EINVAL, 0 }, { "[fe80::1%nosuchone]:80", 0, ENODEV, 0 },
		{ "vsock:2:1234", 0, EINVAL, 0 },
	};
	char full[128];
	struct socket_address a;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int r;

		errno = 0;
		r = socket_parse(&a, cases[i].text);
		if ((r == 0) != (cases[i].family != 0) || (r == 0 && (a.a.any.sa_family != cases[i].family || a.len != cases[i].len)) ||
		    (r != 0 && errno != cases[i].err))
			fail_msg("%s: %d, family %d, length %d, %s", cases[i].text, r, a.a.any.sa_family, (int)a.len, strerror(errno));
	}
	memset(full, 'x', sizeof full);
	full[0] = '/';
	full[107] = '\0';
	assert_int_equal(socket_parse(&a, full), 0);
	full[107] = 'x';
	full[108] = '\0';
	assert_int_equal(socket_parse(&a, full), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

static void
reads_netlink(void **state)
{
	struct socket_address a;
	int protocol = -1;

	(void)state;
	assert_int_equal(socket_parse_netlink(&a, &protocol, "kobject-uevent 1"), 0);
	assert_int_equal(protocol, NETLINK_KOBJECT_UEVENT);
	assert_int_equal(a.a.nl.nl_groups, 1);
	assert_int_equal(socket_parse_netlink(&a, &protocol, "route"), 0);
	assert_int_equal(socket_parse_netlink(&a, &protocol, "noise"), -1);
	assert_int_equal(socket_parse_netlink(&a, &protocol, "route x"), -1);
	assert_int_equal(socket_parse_netlink(&a, &protocol, ""), -1);
}

static int
own(int type)
{
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	return fd;
}

/* a path in the test's directory, and its folder open */
static int
here(struct socket_address *a, const char *name)
{
	char path[200], dir[100];
	const char *base;
	int fd;

	assert_non_null(getcwd(dir, sizeof dir));
	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(socket_parse(a, path), 0);
	fd = socket_open_folder(path, 0750, &base);
	assert_true(fd >= 0);
	assert_string_equal(base, strrchr(path, '/') + 1);
	return fd;
}

static void
binds_with_its_mode_and_replaces_only_what_is_deserted(void **state)
{
	int first = own(SOCK_STREAM), second = own(SOCK_STREAM);
	struct socket_address a;
	struct stat st;
	int dir;

	(void)state;
	dir = here(&a, "deep/er/sock");
	assert_int_equal(stat("deep/er", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(socket_bind_path(first, SOCK_STREAM, &a, dir, 0606), 0);
	assert_int_equal(stat("deep/er/sock", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0606);
	assert_true(socket_is_at(first, SOCK_STREAM, &a));
	assert_false(socket_is_at(first, SOCK_DGRAM, &a));
	assert_false(socket_is_at(second, SOCK_STREAM, &a));
	assert_int_equal(listen(first, 1), 0);
	assert_int_equal(socket_bind_path(second, SOCK_STREAM, &a, dir, 0600), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(first);
	assert_int_equal(socket_bind_path(second, SOCK_STREAM, &a, dir, 0600), 0);
	close(second);
	assert_int_equal(socket_unlink(dir, "sock", S_IFIFO), -1);
	assert_int_equal(socket_unlink(dir, "sock", S_IFSOCK), 0);
	assert_int_equal(socket_unlink(dir, "sock", S_IFSOCK), 0);
	close(dir);
}

static void
leaves_what_is_no_socket(void **state)
{
	static const char *const others[] = { "file", "link", "dangling", "folder" };
	struct socket_address a, elsewhere;
	int fd = own(SOCK_STREAM), old = own(SOCK_STREAM), dir;

	(void)state;
	close(open("file", O_WRONLY | O_CREAT, 0600));
	/* a link to a socket that could be replaced, were it here */
	dir = here(&elsewhere, "target");
	assert_int_equal(socket_bind_path(old, SOCK_STREAM, &elsewhere, dir, 0600), 0);
	close(old);
	close(dir);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(symlink("none", "dangling"), 0);
	assert_int_equal(mkdir("folder", 0700), 0);
	for (size_t i = 0; i < COUNT(others); i++) {
		struct stat st;

		dir = here(&a, others[i]);
		assert_int_equal(socket_bind_path(fd, SOCK_STREAM, &a, dir, 0600), -1);
		assert_int_equal(errno, EADDRINUSE);
		assert_int_equal(lstat(others[i], &st), 0);
		assert_false(S_ISSOCK(st.st_mode));
		close(dir);
	}
	assert_int_equal(access("target", F_OK), 0);
	assert_int_equal(access("none", F_OK), -1);
	close(fd);
}

static void
is_not_led_by_others(void **state)
{
	struct socket_address a;
	char path[200], cwd[100];
	const char *base;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_non_null(getcwd(cwd, sizeof cwd));
	assert_int_equal(mkdir("real", 0700), 0);
	assert_int_equal(symlink("real", "link"), 0);
	close(here(&a, "link/sock"));
	assert_int_equal(lchown("link", OTHER, OTHER), 0);
	snprintf(path, sizeof path, "%s/link/sock", cwd);
	assert_int_equal(socket_open_folder(path, 0755, &base), -1);
	assert_int_equal(errno, ELOOP);
	/* our own, but another could take its place at any moment */
	assert_int_equal(lchown("link", 0, 0), 0);
	assert_int_equal(chown(cwd, OTHER, OTHER), 0);
	assert_int_equal(socket_open_folder(path, 0755, &base), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(chown(cwd, 0, 0), 0);
	snprintf(path, sizeof path, "%s/none/sock", cwd);
	assert_int_equal(socket_open_folder(path, 0, &base), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(socket_open_folder("/run/", 0755, &base), -1);
	assert_int_equal(socket_open_folder("/run/..", 0755, &base), -1);
}

static void
gives_away_only_what_is_new(void **state)
{
	int fd = own(SOCK_STREAM), dir;
	struct socket_address a;
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip();
	dir = here(&a, "sock");
	assert_int_equal(socket_bind_path(fd, SOCK_STREAM, &a, dir, 0600), 0);
	assert_int_equal(link("sock", "second"), 0);
	assert_int_equal(socket_give(dir, "sock", S_IFSOCK, OTHER, OTHER), -1);
	assert_int_equal(errno, ESTALE);
	assert_int_equal(unlink("second"), 0);
	assert_int_equal(socket_give(dir, "sock", S_IFIFO, OTHER, OTHER), -1);
	assert_int_equal(symlink("sock", "link"), 0);
	assert_int_equal(socket_give(dir, "link", S_IFSOCK, OTHER, OTHER), -1);
	assert_int_equal(socket_give(dir, "sock", S_IFSOCK, OTHER, OTHER), 0);
	assert_int_equal(stat("sock", &st), 0);
	assert_int_equal(st.st_uid, OTHER);
	assert_int_equal(socket_give(dir, "sock", S_IFSOCK, 0, 0), -1);
	close(fd);
	close(dir);
}

static void
opens_fifos(void **state)
{
	struct socket_address a;
	struct stat st;
	int dir = here(&a, "fifo"), fd;

	(void)state;
	fd = socket_fifo(dir, "fifo", 0620, (uid_t)-1, (gid_t)-1);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(S_ISFIFO(st.st_mode) && (st.st_mode & 07777) == 0620);
	close(fd);
	fd = socket_fifo(dir, "fifo", 0600, (uid_t)-1, (gid_t)-1);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	close(fd);
	close(open("file", O_WRONLY | O_CREAT, 0600));
	assert_int_equal(symlink("fifo", "link"), 0);
	assert_int_equal(socket_fifo(dir, "file", 0600, (uid_t)-1, (gid_t)-1), -1);
	assert_int_equal(socket_fifo(dir, "link", 0600, (uid_t)-1, (gid_t)-1), -1);
	close(dir);
}

static void
opens_queues(void **state)
{
	char name[40];
	struct stat st;
	int fd;

	(void)state;
	snprintf(name, sizeof name, "/unit.%ld", (long)getpid());
	fd = socket_queue(name, 0640, (uid_t)-1, (gid_t)-1, 2, 64);
	if (fd < 0 && (errno == ENOSYS || errno == EMFILE))
		skip();
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	close(fd);
	assert_int_equal(socket_unlink_queue(name), 0);
	assert_int_equal(socket_unlink_queue(name), 0);
}

static void
knows_who_connects(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, own_address;
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), pair[2], fd;
	socklen_t n = sizeof a;
	char text[SOCKET_TEXT];
	unsigned port;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&a, n), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(client, (struct sockaddr *)&own_address, &n), 0);
	fd = accept(listener, NULL, NULL);
	assert_true(socket_peer(fd, text, &port));
	assert_string_equal(text, "127.0.0.1");
	assert_int_equal(port, ntohs(own_address.sin_port));
	assert_false(socket_peer(listener, text, &port));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_false(socket_peer(pair[0], text, &port));
	close(pair[0]);
	close(pair[1]);
	close(fd);
	close(client);
	close(listener);
}

static void
writes_addresses(void **state)
{
	static const char *const same[] = {
		"::", "::1", "1::", "1::2", "fe80::1234:5678:9abc:def0", "2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1", "1:0:2:0:3:0:4:0", "0:1::", "1::4:0:0:7:8",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::2:3:4:5:6:7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		unsigned char address[16];
		char text[SOCKET_TEXT];

		assert_int_equal(inet_pton(AF_INET6, same[i], address), 1);
		socket_v6_text(text, address);
		assert_string_equal(text, same[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		T(reads_addresses), T(reads_netlink), IN_DIR(binds_with_its_mode_and_replaces_only_what_is_deserted), IN_DIR(leaves_what_is_no_socket),
		IN_DIR(is_not_led_by_others), IN_DIR(gives_away_only_what_is_new), IN_DIR(opens_fifos), T(opens_queues), T(knows_who_connects), T(writes_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
