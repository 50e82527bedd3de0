#include "os/room.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/syscall.h>

#include "harness/live.h"

struct seen {
	pid_t self, parent;
	unsigned entries;	/* bits: what was tried and did not work as it should */
	unsigned reached;	/* bits, too */
	bool emptied, lo;
	char name[16];
};

static bool
write_to(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool r = fd >= 0 && write(fd, "x", 1) == 1;

	if (fd >= 0)
		close(fd);
	return r;
}

/* how much can be written to the file system there */
static unsigned long long
room_on(const char *path)
{
	struct statvfs st;

	return statvfs(path, &st) == 0 ? (unsigned long long)st.f_frsize * st.f_blocks : ~0ULL;
}

/* What is no part of a namespace, and what must not fill the machine. */
static unsigned
reach_out(void)
{
	struct stat here, null;
	struct sysinfo info;
	unsigned found = 0;

	found |= (unsigned)(syscall(SYS_add_key, "user", "room-was-here", "x", 1UL, -4) != -1) << 0;
	found |= (unsigned)(syscall(SYS_keyctl, 0, -4, 0) != -1) << 1;
	found |= (unsigned)(socket(40, SOCK_STREAM, 0) >= 0 || errno != EAFNOSUPPORT) << 2;
	found |= (unsigned)(access("/var/room-proc/1", F_OK) == 0) << 3;
	for (int i = 0; i < 3; i++)
		found |= (unsigned)(fstat(i, &here) != 0 || stat("/dev/null", &null) != 0 || here.st_rdev != null.st_rdev) << 4;
	found |= (unsigned)(sysinfo(&info) != 0 || room_on("/") + room_on("/tmp") + room_on("/run") + room_on("/dev/shm") > info.totalram * (uint64_t)info.mem_unit / 2) << 5;
	return found;
}

static void
look_round(const struct room *room, void *arg)
{
	struct seen *s = arg;
	char line[64] = "";
	int fd;

	s->self = getpid();
	s->parent = getppid();
	s->entries |= (unsigned)!write_to("/etc/room-was-here") << 0;
	s->entries |= (unsigned)!write_to("/run/room-was-here") << 1;
	s->entries |= (unsigned)!write_to("/tmp/room-was-here") << 2;
	s->entries |= (unsigned)!write_to("/dev/null") << 3;
	s->entries |= (unsigned)(system("mknod /dev/disk b 8 0 2>/dev/null || mount -t tmpfs x /mnt 2>/dev/null") == 0) << 4;
	s->entries |= (unsigned)write_to("/proc/sys/kernel/panic") << 5;
	s->entries |= (unsigned)write_to("/proc/sysrq-trigger") << 6;
	s->entries |= (unsigned)(access("/tmp/room-outside", F_OK) == 0) << 7;
	s->entries |= (unsigned)(open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0) << 8;
	fd = open("/proc/1/cmdline", O_RDONLY | O_CLOEXEC);
	s->entries |= (unsigned)(fd < 0 || read(fd, line, sizeof line) < 1 || line[0] != '\0') << 9;
	for (int i = 3; i < 100; i++)
		s->entries |= (unsigned)(i != fd && fcntl(i, F_GETFD) == 0 && !(fcntl(i, F_GETFD) & FD_CLOEXEC)) << 10;
	s->reached = reach_out();
	if (fork() == 0)
		for (;;)
			pause();
	s->emptied = room_empty(room) == 0;
}

static void
leave_all(const struct room *room, void *arg)
{
	(void)room;
	(void)arg;
	if (fork() == 0)
		execl("/bin/sleep", "sleep", "4713", (char *)NULL);
	kill(getpid(), SIGKILL);
}

static void
nothing(const struct room *room, void *arg)
{
	(void)room;
	*(int *)arg = 1;
}

static void
what_is_done_inside_stays_there(void **state)
{
	struct seen *s = room_share(sizeof *s);
	char why[ROOM_WHY];
	struct stat st;

	(void)state;
	assert_non_null(s);
	if (!live_in_throwaway())
		skip();
	close(open("/tmp/room-outside", O_WRONLY | O_CREAT, 0600));
	/* by it the host's files could be reached: /proc/1/root */
	mkdir("/var/room-proc", 0755);
	assert_int_equal(mount("proc", "/var/room-proc", "proc", 0, NULL), 0);
	if (room_run(NULL, look_round, s, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(s->entries, 0);
	assert_int_equal(s->reached, 0);
	umount("/var/room-proc");
	rmdir("/var/room-proc");
	assert_true(s->self > 1 && s->self < 10 && s->parent == 1 && s->emptied);
	assert_int_equal(stat("/etc/room-was-here", &st), -1);
	assert_int_equal(stat("/run/room-was-here", &st), -1);
	assert_int_equal(stat("/tmp/room-was-here", &st), -1);
	unlink("/tmp/room-outside");
	room_unshare(s, sizeof *s);
}

static bool
is_running(const char *name)
{
	struct proc_scan scan = PROC_SCAN_INIT;
	struct proc_stat st;
	bool r = false;
	pid_t pid;

	while (proc_scan_next(&scan, &pid) == 1)
		r = r || (proc_stat(pid, &st) == 0 && strcmp(st.comm, name) == 0 && !proc_is_dead(st.state));
	proc_scan_close(&scan);
	return r;
}

static void
nobody_is_left(void **state)
{
	char why[ROOM_WHY];

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_int_equal(room_run(NULL, leave_all, NULL, why), -1);
	assert_string_equal(why, "killed");
	assert_false(is_running("sleep"));
}

static void
no_room(void **state)
{
	const struct room here = { 0 };
	int *ran = room_share(sizeof *ran);
	char why[ROOM_WHY];

	(void)state;
	if (live_in_throwaway()) {
		assert_int_equal(room_run("/nothere", nothing, ran, why), -1);
		assert_string_equal(why, "unable to look at the mounts below /nothere: No such file or directory");
	} else if (geteuid() != 0) {
		assert_int_equal(room_run(NULL, nothing, ran, why), -1);
		assert_non_null(strstr(why, "unable to make a private pid namespace"));
	}
	assert_int_equal(*ran, 0);
	/* this must never kill who is no part of a room */
	assert_int_equal(room_empty(&here), -1);
	assert_int_equal(errno, EPERM);
	room_unshare(ran, sizeof *ran);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(what_is_done_inside_stays_there), T(nobody_is_left), T(no_room) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
