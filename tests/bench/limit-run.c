/* The least that a program which runs another must do: exec. */
#include <unistd.h>

int
main(int argc, char *argv[])
{
	if (argc > 1)
		execve(argv[1], argv + 1, environ);
	return 127;
}
