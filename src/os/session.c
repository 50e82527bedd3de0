#include "os/session.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

bool
session_enter(int *status)
{
	pid_t pid;
	int s = 0;

	if (setsid() >= 0)
		return false;
	pid = fork();
	if (pid == 0)
		setsid();
	if (pid <= 0)
		return false;
	while (waitpid(pid, &s, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
	return true;
}
