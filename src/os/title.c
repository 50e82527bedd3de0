#include "os/title.h"

#include <string.h>
#include <sys/prctl.h>

void
title_set(int argc, char *argv[], const char *comm, const char *text)
{
	char *begin = argv[0], *end = begin + strlen(begin) + 1;
	size_t room, n = strlen(text);

	prctl(PR_SET_NAME, comm, 0, 0, 0);
	for (int i = 1; i < argc && argv[i] == end; i++)
		end += strlen(end) + 1;
	room = (size_t)(end - begin) - 1;
	memset(begin, 0, room);
	memcpy(begin, text, n < room ? n : room);
}
