/* The least that a command which drops privileges must do: the system calls of the drop, and exec. */
#include "limit-drop.h"

int
main(int argc, char *argv[])
{
	if (argc > 1 && limit_drop(LIMIT_DROP_ID, LIMIT_DROP_KEEP, LIMIT_DROP_CAPABILITIES) == 0)
		execve(argv[1], argv + 1, environ);
	return 127;
}
