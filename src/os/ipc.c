#include "os/ipc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/vec.h"
#include "base/str.h"
#include "os/file.h"

static int
remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int
remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int
remove_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

static void
note(int r, int *err)
{
	if (r != 0 && errno != ENOENT && errno != EINVAL && errno != EIDRM && !*err)
		*err = errno;
}

/* a table whose first line names its columns: "key shmid perms ... uid gid ..." */
static void
walk_table(const char *path, uid_t uid, int (*remove_id)(int), int *err)
{
	struct buf text = BUF_INIT;
	char *line, *next;
	long column = -1;

	if (file_read(AT_FDCWD, path, 0, 16 << 20, &text, NULL) != 0)
		return;
	next = text.s;
	while ((line = strsep(&next, "\n"))) {
		struct vec words = VEC_INIT;

		str_split(&words, line, " ");
		if (column < 0) {
			for (size_t i = 0; i < words.n; i++)
				if (strcmp(words.v[i], "uid") == 0)
					column = (long)i;
			if (column < 0)
				next = NULL;
		} else if ((size_t)column < words.n && num_leading(words.v[column]) == uid)
			note(remove_id((int)num_leading(words.v[1])), err);
		vec_free(&words);
	}
	buf_free(&text);
}

/* files that belong to the user, in directories that belong to all or to the user */
static void
walk_dir(int at, const char *name, uid_t uid, int depth, int *err)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	struct stat st;

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    st.st_uid != uid)
			continue;
		if (S_ISDIR(st.st_mode) && depth < 16)
			walk_dir(fd, e->d_name, uid, depth + 1, err);
		note(unlinkat(fd, e->d_name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0), err);
	}
	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

int
ipc_remove(uid_t uid)
{
	int err = 0;

	if (uid == 0) {
		errno = EINVAL;
		return -1;
	}
	walk_table("/proc/sysvipc/shm", uid, remove_shm, &err);
	walk_table("/proc/sysvipc/sem", uid, remove_sem, &err);
	walk_table("/proc/sysvipc/msg", uid, remove_msg, &err);
	walk_dir(AT_FDCWD, "/dev/shm", uid, 0, &err);
	walk_dir(AT_FDCWD, "/dev/mqueue", uid, 0, &err);
	errno = err;
	return err ? -1 : 0;
}
