#include "svc/match_program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "os/fd.h"
#include "os/file.h"

/* the word of "#!/usr/bin/env [-S] [A=B] python3 -u" that is looked up */
static void
note_env_word(struct match *m, char *rest)
{
	while (*(rest += strspn(rest, STR_BLANK))) {
		char *word = rest;

		rest += strcspn(rest, STR_BLANK);
		if (*rest)
			*rest++ = '\0';
		if (*word == '-' || strchr(word, '='))
			continue;
		word = (char *)str_base(word);
		if (strlen(word) < sizeof m->interpreter)
			strcpy(m->interpreter, word);
		return;
	}
}

/* A script: note which interpreter its processes run. */
static void
read_shebang(struct match *m, const struct stat *own)
{
	char line[256], *path, *end;
	struct stat st;
	ssize_t n;
	int fd;

	fd = open(m->exec, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return;
	n = fd_read_full(fd, line, sizeof line - 1);
	close(fd);
	if (n < 3 || line[0] != '#' || line[1] != '!')
		return;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	path = line + 2 + strspn(line + 2, " \t");
	end = path + strcspn(path, STR_BLANK);
	if (*end)
		*end++ = '\0';
	m->script = true;
	m->script_dev = own->st_dev;
	m->script_ino = own->st_ino;
	if (strcmp(str_base(path), "env") == 0)
		note_env_word(m, end);
	if (stat(path, &st) == 0) {
		m->dev = st.st_dev;
		m->ino = st.st_ino;
	}
}

int
match_program_look(struct match *m)
{
	struct stat st;

	free(m->real);
	m->real = file_real(m->exec);
	m->exec_there = stat(m->exec, &st) == 0;
	if (!m->exec_there)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	m->dev = st.st_dev;
	m->ino = st.st_ino;
	if (S_ISREG(st.st_mode))
		read_shebang(m, &st);
	return 0;
}
