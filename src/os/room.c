#include "os/room.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "os/caps.h"
#include "os/cgctl.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/keyring.h"
#include "os/mount.h"
#include "os/ns.h"
#include "os/seccomp.h"
#include "os/sig.h"

enum { LOWERS = 64, PROC_MAGIC = 0x9fa0, VSOCK = 40 };

#define WORK "/tmp"
#define NEW_ROOT WORK "/root"

/* The control groups that limit what a room may take, one for each controller; what is left of one whose makers were killed is swept by the next. */
#define MOST_PROCESSES "4096"
#define MEMORY_KEY "MemAvailable:"

static const enum cgctl limited[] = { CGCTL_PIDS, CGCTL_MEMORY };

enum { LIMITS = sizeof limited / sizeof *limited };

/* A file system of the host's, or a single file of one, that is to be seen in the room. */
struct lower {
	int fd;			/* O_PATH: it stays in reach when something is mounted over its path */
	char *path;		/* below the root, "" for that itself; owned */
	unsigned long flags;
	mode_t kind;
};

struct plan {
	struct lower v[LOWERS];
	size_t n;
	char *root;		/* owned: our arguments are wiped out; NULL: / */
	void (*inside)(const struct room *, void *);
	void *arg;
	struct room room;
	int why;		/* where to say what went wrong */
	int alive;		/* the read end of a pipe that the outer process holds open */
	uint64_t memory;	/* bytes that may be used in there; 0: not known */
	int limits[LIMITS];	/* descriptors on control groups, -1: none */
};

static _Noreturn void
refuse(const struct plan *p, const char *verb, const char *what)
{
	char text[ROOM_WHY];
	size_t n = fmt_to(text, sizeof text, "unable to %s %s: %s", verb, what, strerror(errno));

	(void)fd_write_all(p->why, text, n < sizeof text ? n : sizeof text - 1);
	_exit(1);
}

/* --- what there is --- */
static bool
is_new(const char *path)
{
	static const char *const dirs[] = { "/proc", "/sys", "/dev", "/run", "/tmp" };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if (mount_below(path, dirs[i]))
			return true;
	return false;
}

static void
note_lower(struct plan *p, const char *full, const char *path, unsigned long flags)
{
	struct stat st;
	struct statfs fs;
	int fd = p->n < LOWERS ? open(full, O_PATH | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	/* through the host's processes their files can be reached, whatever the mount's flags are */
	if (fstat(fd, &st) == 0 && (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)) && fstatfs(fd, &fs) == 0 && fs.f_type != PROC_MAGIC)
		p->v[p->n++] = (struct lower){ fd, mem_str(path), flags & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC), st.st_mode & S_IFMT };
	else
		close(fd);
}

static int
note_lowers(struct plan *p, const char *root)
{
	char *real = realpath(root ? root : "/", NULL);
	size_t skip = real && real[1] ? strlen(real) : 0;
	struct mount_table t;

	if (!real || mount_read(&t) != 0)
		return -1;
	note_lower(p, real, "", 0);
	for (size_t i = 0; i < t.n; i++)
		if (!t.v[i].covered && mount_below(t.v[i].path, real) && t.v[i].path[skip] == '/' && t.v[i].path[skip + 1] && !is_new(t.v[i].path + skip))
			note_lower(p, t.v[i].path, t.v[i].path + skip, t.v[i].flags);
	mount_free(&t);
	free(real);
	return p->n > 0 && p->v[0].path[0] == '\0' && S_ISDIR(p->v[0].kind) ? 0 : -1;
}

/* --- the root --- */
static int
lay_over(const struct lower *l, const char *dest, size_t number)
{
	char upper[40], work[40], options[160];
	struct stat st;

	fmt_to(upper, sizeof upper, WORK "/u%zu", number);
	fmt_to(work, sizeof work, WORK "/w%zu", number);
	if (fstat(l->fd, &st) != 0 || mkdir(upper, 0700) != 0 || mkdir(work, 0700) != 0 || chown(upper, st.st_uid, st.st_gid) != 0 ||
	    chmod(upper, st.st_mode & 07777) != 0)
		return -1;
	fmt_to(options, sizeof options, "lowerdir=/proc/self/fd/%d,upperdir=%s,workdir=%s", l->fd, upper, work);
	return mount_new("overlay", dest, l->flags | MS_NODEV, options);
}

/* What cannot be had as an overlay is shown as it is, and read-only; what cannot be shown at all stays away. */
static void
show(const struct lower *l, size_t number)
{
	char *dest = mem_fmt(NEW_ROOT "%s", l->path);

	if (!S_ISDIR(l->kind) || lay_over(l, dest, number) != 0)
		if (mount_bind_fd(l->fd, dest, false) == 0 && mount_set_flags(dest, l->flags | MS_RDONLY | MS_NODEV) != 0)
			mount_drop(dest);
	free(dest);
}

/* A tmpfs takes half of the machine's memory when it is not told otherwise, each of them. */
static const char *
tmpfs_options(const struct plan *p, char out[80], const char *mode, unsigned share)
{
	uint64_t size = p->memory / share;

	if (p->memory == 0)
		fmt_to(out, 80, "mode=%s,size=%u%%", mode, 50 / share);
	else
		fmt_to(out, 80, "mode=%s,size=%lluk,nr_inodes=%llu", mode, (unsigned long long)(size / 1024 + 1), (unsigned long long)(size / 4096 + 100));
	return out;
}

static void
build_root(struct plan *p)
{
	char options[80];

	if (mount_propagate(MS_PRIVATE) != 0)
		refuse(p, "make private", "the mounts");
	if (mount_new("tmpfs", WORK, MS_NODEV, tmpfs_options(p, options, "700", 2)) != 0 || mkdir(NEW_ROOT, 0755) != 0)
		refuse(p, "mount a tmpfs on", WORK);
	if (lay_over(&p->v[0], NEW_ROOT, 0) != 0)
		refuse(p, "lay an overlay over", "the root directory");
	for (size_t i = 1; i < p->n; i++)
		show(&p->v[i], i);
	for (size_t i = 0; i < p->n; i++) {
		close(p->v[i].fd);
		free(p->v[i].path);
	}
	if (chdir(NEW_ROOT) != 0)
		refuse(p, "enter", NEW_ROOT);
	/* where the root is the kernel's first one it cannot be put away, only covered */
	if (syscall(SYS_pivot_root, ".", ".") == 0)
		mount_drop(".");
	else if (mount_as_root(NEW_ROOT) != 0)
		refuse(p, "change to", "the new root directory");
	if (chdir("/") != 0)
		refuse(p, "enter", "/");
}

static void
fresh(const struct plan *p, const char *type, const char *dest, unsigned long flags, const char *options)
{
	struct stat st;

	if (mkdir(dest, 0755) != 0 && errno != EEXIST)
		refuse(p, "make", dest);
	errno = ENOTDIR;
	if (lstat(dest, &st) != 0 || !S_ISDIR(st.st_mode) || mount_new(type, dest, flags | MS_NOSUID, options) != 0)
		refuse(p, "mount a file system on", dest);
}

static void
make_dev(const struct plan *p)
{
	char options[80];
	static const struct {
		const char *path;
		unsigned major, minor;
	} nodes[] = { { "/dev/null", 1, 3 }, { "/dev/zero", 1, 5 }, { "/dev/full", 1, 7 }, { "/dev/random", 1, 8 }, { "/dev/urandom", 1, 9 },
		{ "/dev/tty", 5, 0 } };
	static const char *const links[][2] = { { "/proc/self/fd", "/dev/fd" }, { "fd/0", "/dev/stdin" }, { "fd/1", "/dev/stdout" },
		{ "fd/2", "/dev/stderr" }, { "pts/ptmx", "/dev/ptmx" } };

	fresh(p, "tmpfs", "/dev", 0, "mode=755,size=1m,nr_inodes=4k");
	for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
		if (mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)) != 0 || chmod(nodes[i].path, 0666) != 0)
			refuse(p, "make", nodes[i].path);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		if (symlink(links[i][0], links[i][1]) != 0)
			refuse(p, "make", links[i][1]);
	fresh(p, "tmpfs", "/dev/shm", MS_NODEV, tmpfs_options(p, options, "1777", 8));
	if (mkdir("/dev/pts", 0755) == 0)
		(void)mount_new("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,gid=5");
}

/* settings are the machine's */
static void
guard_settings(const struct plan *p)
{
	static const char *const paths[] = { "/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/acpi", "/proc/scsi", "/proc/sysrq-trigger",
		"/proc/mtrr", "/proc/kcore" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (access(paths[i], F_OK) == 0 && (mount_bind(paths[i], paths[i], true) != 0 ||
		    mount_set_flags(paths[i], MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC) != 0))
			refuse(p, "guard", paths[i]);
}

static void
furnish(const struct plan *p)
{
	char options[80];

	fresh(p, "proc", "/proc", MS_NODEV | MS_NOEXEC, NULL);
	guard_settings(p);
	fresh(p, "sysfs", "/sys", MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
	make_dev(p);
	fresh(p, "tmpfs", "/tmp", MS_NODEV, tmpfs_options(p, options, "1777", 8));
	fresh(p, "tmpfs", "/run", MS_NODEV, tmpfs_options(p, options, "755", 8));
	if (ns_loopback() != 0)
		refuse(p, "bring up", "the loopback interface");
}

/* --- limits --- */
/* Half of what the machine has to spare. */
static uint64_t
memory_to_take(void)
{
	struct buf text = BUF_INIT;
	const char *at = NULL;
	uint64_t kib = 0;

	if (file_read(AT_FDCWD, "/proc/meminfo", 0, 65536, &text, NULL) == 0)
		at = str_find(text.s, MEMORY_KEY);
	if (at) {
		at += strlen(MEMORY_KEY);
		kib = num_leading(at + strspn(at, " "));
	}
	buf_free(&text);
	return kib * 512;
}

/* Numbers of processes are those of a pid namespace, groups may be seen in several.  Only the part in front, without a number, for 0. */
static void
name_group(char out[64], const struct plan *p, pid_t pid)
{
	size_t n = fmt_to(out, 64, "room-%lu-", p->room.outside);

	if (pid > 0)
		fmt_to(out + n, 64 - n, "%d", (int)pid);
}

/* Where there are no control groups for it the time limits of who calls us are all that there is. */
static void
make_limits(struct plan *p)
{
	char name[64], bytes[32];

	name_group(name, p, 0);
	fmt_to(bytes, sizeof bytes, "%llu", (unsigned long long)p->memory);
	for (int i = 0; i < LIMITS; i++)
		cgctl_sweep(limited[i], name);
	name_group(name, p, getpid());
	(void)cgctl_set(CGCTL_PIDS, name, "pids.max", "pids.max", MOST_PROCESSES);
	if (p->memory > 0)
		(void)cgctl_set(CGCTL_MEMORY, name, "memory.max", "memory.limit_in_bytes", bytes);
	for (int i = 0; i < LIMITS; i++)
		p->limits[i] = cgctl_open(limited[i], name);
}

static void
remove_limits(const struct plan *p)
{
	char name[64];

	name_group(name, p, getpid());
	for (int i = 0; i < LIMITS; i++) {
		if (p->limits[i] >= 0)
			close(p->limits[i]);
		(void)cgctl_remove(limited[i], name);
	}
}

static void
enter_limits(const struct plan *p)
{
	for (int i = 0; i < LIMITS; i++)
		if (p->limits[i] >= 0) {
			(void)cgctl_join(p->limits[i]);
			close(p->limits[i]);
		}
}

/* Keys and the sockets of virtual machines belong to no namespace of ours. */
static void
filter_calls(const struct plan *p)
{
	static const int calls[] = { SYSCALLS_add_key, SYSCALLS_request_key, SYSCALLS_keyctl };
	static const struct seccomp_check vsock = { .call = SYSCALLS_socket, .test = { { SECCOMP_EQ, 0, UINT32_MAX, VSOCK } },
		.action = SECCOMP_ERRNO | EAFNOSUPPORT };
	enum syscalls_arch native = syscalls_native();
	struct seccomp_program program;
	struct seccomp_policy policy;

	(void)keyring_new_session((uid_t)-1, (gid_t)-1, false);
	if (native == SYSCALLS_ARCHES || seccomp_probe() != 0)
		return;
	seccomp_policy_init(&policy);
	policy.arches = 1U << native | syscalls_family(native);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		policy.action[calls[i]] = SECCOMP_ERRNO | ENOSYS;
	seccomp_check(&policy, &vsock);
	if (seccomp_compile(&policy, &program) != 0 || seccomp_load(&program, false) != 0)
		refuse(p, "set", "a filter of system calls");
	seccomp_free(&program);
	seccomp_policy_free(&policy);
}

/* --- the processes --- */
static void
drop_rights(const struct plan *p)
{
	struct caps c;

	if (caps_parse("!dac_read_search,!linux_immutable,!sys_module,!sys_rawio,!sys_admin,!sys_boot,!sys_time,!sys_pacct,!sys_tty_config,!mknod,"
	    "!audit_control,!mac_override,!mac_admin,!syslog,!wake_alarm,!block_suspend,!perfmon,!bpf,!checkpoint_restore", &c) != 0)
		refuse(p, "name", "capabilities");
	c.dropped &= caps_all();
	if (caps_before_user(&c, false) != 0)
		refuse(p, "drop", "capabilities");
}

static int
wait_for(pid_t pid)
{
	int status = 1;
	pid_t got;

	do
		got = wait(&status);
	while (got != pid && (got > 0 || errno == EINTR));
	return got == pid ? status : 1;
}

/* What the standard streams of who called us lead to is the host's. */
static void
drop_streams(const struct plan *p)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		refuse(p, "open", "/dev/null");
}

/* Has the process that made us, outside, ended before we asked to hear of that? */
static bool
is_alone(const struct plan *p)
{
	struct pollfd fd = { p->alive, POLLIN, 0 };

	return sig_on_orphaning(SIGKILL) != 0 || poll(&fd, 1, 0) != 0;
}

static _Noreturn void
be_init(struct plan *p)
{
	int status;
	pid_t pid;

	if (is_alone(p))
		_exit(1);
	enter_limits(p);
	if (ns_leave(CLONE_NEWNS) != 0)
		refuse(p, "make a private", "mount namespace");
	/* those of this namespace: an overlay takes no others */
	if (note_lowers(p, p->root) != 0)
		refuse(p, "look at the mounts below", p->root ? p->root : "/");
	build_root(p);
	furnish(p);
	filter_calls(p);
	drop_rights(p);
	pid = fork();
	if (pid < 0)
		refuse(p, "make", "a process");
	if (pid == 0) {
		drop_streams(p);
		fd_close_from(3, NULL, 0);
		p->inside(&p->room, p->arg);
		_exit(0);
	}
	close(p->why);
	fd_close_from(0, &p->alive, 1);
	status = wait_for(pid);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
}

/*
 * Scripts look for their daemon with ps and grep: what we were called with names the script, and must not be found.  Where the arguments lie is in
 * fields 48 and 49 of /proc/PID/stat.
 */
static void
hide_arguments(void)
{
	struct buf text = BUF_INIT;
	struct vec words = VEC_INIT;
	uint64_t from, to;
	char *after;

	if (file_read(AT_FDCWD, "/proc/self/stat", 0, 4096, &text, NULL) == 0 && (after = strrchr(text.s, ')'))) {
		str_split(&words, after + 1, " \n");
		if (words.n > 46 && num_u64(words.v[45], 1, UINTPTR_MAX, &from) == 0 && num_u64(words.v[46], from, UINTPTR_MAX, &to) == 0)
			memset((void *)(uintptr_t)from, 0, (size_t)(to - from));
	}
	vec_free(&words);
	buf_free(&text);
	prctl(PR_SET_NAME, "init", 0, 0, 0);
}

static void
leave_namespaces(const struct plan *p)
{
	static const struct {
		int flag;
		const char *what;
	} kinds[] = { { CLONE_NEWPID, "pid namespace" }, { CLONE_NEWNET, "network namespace" },
		{ CLONE_NEWIPC, "IPC namespace" }, { CLONE_NEWUTS, "UTS namespace" } };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (ns_leave(kinds[i].flag) != 0)
			refuse(p, "make a private", kinds[i].what);
}

/* Until the room is empty.  When who called us is killed it is emptied at once: nothing of it may stay, its control groups neither. */
static int
guard(pid_t init, const sigset_t *wanted)
{
	int status = 1;

	for (;;) {
		int sig = sigwaitinfo(wanted, NULL);
		pid_t got;

		if (sig == SIGTERM)
			kill(init, SIGKILL);
		got = waitpid(init, &status, sig == SIGTERM ? 0 : WNOHANG);
		if (got == init || (got < 0 && errno != EINTR))
			return status;
	}
}

static _Noreturn void
be_outer(struct plan *p, pid_t parent)
{
	int alive[2], status = 1;
	sigset_t wanted;
	pid_t pid;

	sig_reset();
	umask(022);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	sigprocmask(SIG_BLOCK, &wanted, NULL);
	if (sig_on_orphaning(SIGTERM) != 0 || getppid() != parent || pipe2(alive, O_CLOEXEC) != 0 || setsid() < 0)
		_exit(1);
	p->alive = alive[0];
	p->memory = memory_to_take();
	leave_namespaces(p);
	hide_arguments();
	make_limits(p);
	pid = fork();
	if (pid == 0) {
		close(alive[1]);
		sig_unblock_all();
		be_init(p);
	}
	if (pid > 0) {
		close(p->why);
		status = guard(pid, &wanted);
	}
	remove_limits(p);
	if (pid < 0)
		refuse(p, "make", "a process in a private pid namespace");
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
}

int
room_run(const char *root, void (*inside)(const struct room *, void *), void *arg, char why[ROOM_WHY])
{
	struct plan *p = mem_alloc(sizeof *p);
	int pipe[2], status = 1;
	pid_t pid = -1, self = getpid();
	ssize_t n = 0;

	fmt_to(why, ROOM_WHY, "killed");
	*p = (struct plan){ .root = root ? mem_str(root) : NULL, .inside = inside, .arg = arg, .room = { ns_id(CLONE_NEWPID) } };
	if (pipe2(pipe, O_CLOEXEC) == 0) {
		p->why = pipe[1];
		pid = fork();
		if (pid == 0)
			be_outer(p, self);
		close(pipe[1]);
		n = pid < 0 ? 0 : fd_read_full(pipe[0], why, ROOM_WHY - 1);
		close(pipe[0]);
	}
	if (pid < 0)
		fmt_to(why, ROOM_WHY, "unable to make a process: %s", strerror(errno));
	else
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (n > 0)
		why[n] = '\0';
	free(p->root);
	free(p);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int
room_empty(const struct room *r)
{
	unsigned long here = ns_id(CLONE_NEWPID);

	if (here == 0 || r->outside == 0 || here == r->outside) {
		errno = EPERM;
		return -1;
	}
	return kill(-1, SIGKILL) == 0 || errno == ESRCH ? 0 : -1;
}

void *
room_share(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
room_unshare(void *p, size_t n)
{
	munmap(p, n);
}
