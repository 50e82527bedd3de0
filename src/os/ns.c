#include "os/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "os/fd.h"
#include "os/file.h"

static const char *
name_of(int flag)
{
	static const struct {
		int flag;
		const char *name;
	} names[] = {
		{ CLONE_NEWNET, "net" }, { CLONE_NEWIPC, "ipc" }, { CLONE_NEWUTS, "uts" }, { CLONE_NEWNS, "mnt" }, { CLONE_NEWUSER, "user" },
		{ CLONE_NEWPID, "pid" }, { CLONE_NEWCGROUP, "cgroup" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].flag == flag)
			return names[i].name;
	return "?";
}

static int
open_own(int flag)
{
	char path[40];

	fmt_to(path, sizeof path, "/proc/self/ns/%s", name_of(flag));
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
ns_make(int flag)
{
	int old = open_own(flag), new = -1, saved;

	if (old < 0)
		return -1;
	if (unshare(flag) == 0) {
		if (flag != CLONE_NEWNET || ns_loopback() == 0)
			new = open_own(flag);
		saved = errno;
		if (setns(old, flag) != 0)
			_exit(1);
		errno = saved;
	}
	fd_drop(old);
	return new;
}

int
ns_enter(int fd, int flag)
{
	return setns(fd, flag);
}

int
ns_leave(int flag)
{
	return unshare(flag);
}

int
ns_loopback(void)
{
	struct ifreq r = { .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc;

	if (fd < 0)
		return errno == EAFNOSUPPORT ? 0 : -1;
	memcpy(r.ifr_name, "lo", 3);
	rc = ioctl(fd, SIOCSIFFLAGS, &r);
	fd_drop(fd);
	return rc;
}

static void
map_line(char *out, size_t size, unsigned id)
{
	if (id == 0 || id == (unsigned)-1)
		fmt_to(out, size, "0 0 1\n");
	else
		fmt_to(out, size, "0 0 1\n%u %u 1\n", id, id);
}

/* in the parent namespace, where the right to map is */
static int
write_maps(int proc, uid_t uid, gid_t gid)
{
	char uids[64], gids[64];

	map_line(uids, sizeof uids, uid);
	map_line(gids, sizeof gids, gid);
	/* Linux before 3.19 has no such file */
	if (file_put(proc, "setgroups", "deny\n") != 0 && errno != ENOENT)
		return -1;
	return file_put(proc, "uid_map", uids) == 0 && file_put(proc, "gid_map", gids) == 0 ? 0 : -1;
}

/* waits for our unshare, writes the maps, says how it went by its exit status */
static _Noreturn void
be_mapper(int go, uid_t uid, gid_t gid)
{
	char path[32], c;
	int proc;

	fmt_to(path, sizeof path, "/proc/%ld", (long)getppid());
	proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc < 0 || read(go, &c, 1) != 1)
		_exit(1);
	_exit(write_maps(proc, uid, gid) == 0 ? 0 : errno);
}

int
ns_private_users(uid_t uid, gid_t gid)
{
	int p[2], status, r, saved;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		be_mapper(p[0], uid, gid);
	}
	r = pid < 0 ? -1 : unshare(CLONE_NEWUSER);
	saved = errno;
	if (r == 0)
		(void)!write(p[1], "x", 1);
	close(p[0]);
	close(p[1]);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	errno = saved;
	if (r == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
		errno = WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
		return -1;
	}
	return r;
}

unsigned long
ns_id(int flag)
{
	struct stat st;
	int fd = open_own(flag);
	unsigned long id = fd >= 0 && fstat(fd, &st) == 0 ? (unsigned long)st.st_ino : 0;

	if (fd >= 0)
		close(fd);
	return id;
}

int
ns_probe(int flag)
{
	int fd = open_own(flag);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}
