#include "svc/record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/num.h"
#include "os/cgroup.h"
#include "os/dir.h"
#include "os/file.h"
#include "os/lock.h"

static const char *const states[] = {
	[RECORD_STARTING] = "starting", [RECORD_RUNNING] = "running", [RECORD_EXITED] = "exited",
	[RECORD_STOPPING] = "stopping", [RECORD_DEAD] = "dead", [RECORD_FAILED] = "failed",
	[RECORD_RESTARTING] = "restarting", [RECORD_LISTENING] = "listening",
};

const char *
record_state_name(enum record_state s)
{
	return states[s];
}

char *
record_dir(const char *root, const char *name)
{
	char *tail = mem_fmt("/run/initwright/%s", name), *dir = file_under(root, tail);

	free(tail);
	return dir;
}

bool
record_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= 200 && name[0] != '.' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-_.\\@+") == n;
}

/* the lock may be on a record that its keeper has just removed: then there is a newer one, or none */
static bool
still_there(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int
record_create(const char *dir)
{
	char *path = mem_fmt("%s/record", dir);
	int fd = -1;

	for (int i = 0; fd < 0 && i < 100; i++) {
		if (file_mkdirs(dir) != 0 && errno != ENOENT)
			break;
		fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd < 0 && errno != ENOENT)
			break;
		if (fd < 0)
			continue;
		if (lock_take(fd) != 0) {
			int saved = errno;

			close(fd);
			fd = -1;
			errno = saved;
			break;
		}
		/* for everyone to read, whatever the umask is */
		if (!still_there(fd, path) || fchmod(fd, 0644) != 0) {
			close(fd);
			fd = -1;
		}
	}
	free(path);
	return fd;
}

int
record_open(const char *dir)
{
	char path[4096];

	if (fmt_to(path, sizeof path, "%s/record", dir) >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

int
record_held(int fd)
{
	return lock_held(fd);
}

static void
copy_line(char *out, size_t size, const char *from, size_t n)
{
	if (n >= size)
		n = size - 1;
	memcpy(out, from, n);
	out[n] = '\0';
}

static void
take(struct record *r, const char *key, const char *value, size_t n)
{
	const struct {
		const char *key;
		char *text;
		size_t size;
	} texts[] = {
		{ "result", r->result, sizeof r->result }, { "boot", r->boot, sizeof r->boot },
		{ "cgroup", r->cgroup, sizeof r->cgroup }, { "text", r->text, sizeof r->text },
	};
	const struct {
		const char *key;
		uint64_t *number;
	} numbers[] = {
		{ "keeper_start", &r->keeper_start }, { "main_start", &r->main_start }, { "since", &r->since }, { "last_at", &r->last_at },
		{ "starts_at", &r->starts_at }, { "oom_kills", &r->oom_kills },
	};
	uint64_t number = num_leading(value);

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (strcmp(key, numbers[i].key) == 0)
			*numbers[i].number = number;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(key, texts[i].key) == 0)
			copy_line(texts[i].text, texts[i].size, value, n);
	if (strcmp(key, "state") == 0) {
		for (size_t i = 0; i < sizeof states / sizeof *states; i++)
			if (strlen(states[i]) == n && strncmp(states[i], value, n) == 0)
				r->state = (enum record_state)i;
	} else if (strcmp(key, "keeper") == 0) {
		r->keeper = (pid_t)number;
	} else if (strcmp(key, "main") == 0) {
		r->main = (pid_t)number;
	} else if (strcmp(key, "ended") == 0) {
		r->ended = number != 0;
	} else if (strcmp(key, "status") == 0) {
		r->status = (int)number;
	} else if (strcmp(key, "last_status") == 0) {
		r->last_ended = true;
		r->last_status = (int)number;
	} else if (strcmp(key, "restarts") == 0) {
		r->restarts = (unsigned)number;
	} else if (strcmp(key, "starts") == 0) {
		r->starts = (unsigned)number;
	}
}

static int
parse(char *text, struct record *r)
{
	char *line, *next = text, *value;

	memset(r, 0, sizeof *r);
	if (strncmp(text, "initwright 1\n", 13) != 0) {
		errno = EINVAL;
		return -1;
	}
	while ((line = strsep(&next, "\n")))
		if ((value = strchr(line, '='))) {
			*value++ = '\0';
			take(r, line, value, strlen(value));
		}
	return 0;
}

enum { SUM_AT = RECORD_SIZE - 17 };	/* 16 digits and a newline: FNV-1a of all before them */

static void
put_sum(const char *text, char out[17])
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (int i = 0; i < SUM_AT; i++)
		sum = (sum ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	fmt_to(out, 17, "%016llx", (unsigned long long)sum);
}

static bool
sum_ok(const char *text)
{
	char sum[17];

	put_sum(text, sum);
	return memcmp(text + SUM_AT, sum, 16) == 0;
}

/* a reader may come while the keeper writes, and the keeper may lose the processor amid that: look again for a while */
int
record_read(int fd, struct record *r)
{
	char text[RECORD_SIZE + 1];
	ssize_t n = -1;

	for (int i = 0; i < 100; i++) {
		n = pread(fd, text, RECORD_SIZE, 0);
		if (n < 0)
			return -1;
		if (n < RECORD_SIZE)
			break;
		if (sum_ok(text)) {
			text[SUM_AT] = '\0';
			return parse(text, r);
		}
		if (i > 20)
			nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	}
	errno = EINVAL;
	return -1;
}

int
record_write(int fd, const struct record *r)
{
	char text[RECORD_SIZE + 1];
	int n;

	n = fmt_to(text, SUM_AT, "initwright 1\nstate=%s\nkeeper=%ld\nkeeper_start=%llu\nmain=%ld\nmain_start=%llu\n"
	    "since=%llu\nended=%d\nstatus=%d\nresult=%s\nboot=%s\ncgroup=%s\ntext=%s\n",
	    states[r->state], (long)r->keeper, (unsigned long long)r->keeper_start, (long)r->main,
	    (unsigned long long)r->main_start, (unsigned long long)r->since, r->ended, r->status, r->result, r->boot,
	    r->cgroup, r->text);
	if (n < 0 || n >= SUM_AT)
		BUG("record too long");
	if (r->last_ended)
		n += fmt_to(text + n, (size_t)(SUM_AT - n), "last_status=%d\nlast_at=%llu\n", r->last_status, (unsigned long long)r->last_at);
	if (r->oom_kills)
		n += fmt_to(text + n, (size_t)(SUM_AT - n), "oom_kills=%llu\n", (unsigned long long)r->oom_kills);
	if (r->restarts)
		n += fmt_to(text + n, (size_t)(SUM_AT - n), "restarts=%u\n", r->restarts);
	if (r->starts)
		n += fmt_to(text + n, (size_t)(SUM_AT - n), "starts=%u\nstarts_at=%llu\n", r->starts, (unsigned long long)r->starts_at);
	if (n >= SUM_AT)
		BUG("record too long");
	memset(text + n, '\n', (size_t)(RECORD_SIZE - n));
	put_sum(text, text + SUM_AT);
	text[RECORD_SIZE - 1] = '\n';
	if (pwrite(fd, text, RECORD_SIZE, 0) != RECORD_SIZE)
		return -1;
	return 0;
}

void
record_remove(const char *dir)
{
	static const char *const names[] = { "control", "notify", "log", "ties", "record" };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlinkat(fd, names[i], 0);
	close(fd);
	rmdir(dir);
}

bool
record_purged(const char *dir)
{
	char *mark = mem_fmt("%s/../.purged", dir);
	bool r = access(mark, F_OK) == 0;

	free(mark);
	return r;
}

static int
is_service(const char *name, unsigned char type, void *arg)
{
	(void)type;
	(void)arg;
	return name[0] != '.';
}

void
record_forget(const char *dir)
{
	char *all = mem_fmt("%.*s", (int)(strrchr(dir, '/') - dir), dir), *groups = mem_fmt("%s/.cgroup", all), *name = strrchr(all, '/');
	int fd = open(all, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && dir_each(fd, is_service, NULL) == 0 && cgroup_unmount(groups) == 0) {
		*name = '\0';
		dir_remove(all, name + 1);
	}
	if (fd >= 0)
		close(fd);
	free(groups);
	free(all);
}
