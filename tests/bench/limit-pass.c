/* The least that a program between the caller and a script must do: execute it. */
#include <unistd.h>

int
main(int argc, char *argv[])
{
	if (argc > 1)
		execv(argv[1], argv + 1);
	return 127;
}
