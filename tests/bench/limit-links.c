/* The least that a look at all init scripts must do: list /etc/init.d and the runlevel directories, read the start of each script. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

static int
look(const char *path, int read_each)
{
	static char buf[32768], head[4096];
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n_read = 0;
	long n;

	while ((n = syscall(SYS_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; read_each && at < n; at += ((struct entry *)(void *)(buf + at))->len) {
			struct entry *e = (void *)(buf + at);
			int fd = e->name[0] == '.' ? -1 : openat(dir, e->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

			if (fd < 0)
				continue;
			n_read += read(fd, head, sizeof head) > 0;
			close(fd);
		}
	if (dir >= 0)
		close(dir);
	return n_read;
}

int
main(void)
{
	char path[] = "/etc/rcN.d";
	int n = look("/etc/init.d", 1);

	for (const char *level = "0123456S"; *level; level++) {
		path[7] = *level;
		look(path, 0);
	}
	return n > 0 ? 0 : 1;
}
