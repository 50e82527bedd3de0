/* The least that a search for a process name must do: list /proc, read the name of each process. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short len;
	unsigned char type;
	char name[];
};

int
main(int argc, char *argv[])
{
	static char buf[65536];
	char path[300], comm[64];
	int proc = open("/proc", O_RDONLY | O_DIRECTORY), found = 0;
	size_t want = argc == 2 ? strlen(argv[1]) : 0;
	long n;

	if (!want || proc < 0)
		return 4;
	while ((n = syscall(SYS_getdents64, proc, buf, sizeof buf)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (void *)(buf + at);
			size_t len = strlen(e->name);
			ssize_t got;
			int fd;

			at += e->len;
			if (e->name[0] < '1' || e->name[0] > '9')
				continue;
			memcpy(path, e->name, len);
			memcpy(path + len, "/comm", 6);
			fd = openat(proc, path, O_RDONLY);
			if (fd < 0)
				continue;
			got = read(fd, comm, sizeof comm);
			close(fd);
			if (got == (ssize_t)want + 1 && memcmp(comm, argv[1], want) == 0)
				found++;
		}
	return found ? 0 : 3;
}
