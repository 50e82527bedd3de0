#include "os/title.h"

#include <fcntl.h>

#include "harness/live.h"

/* the arguments of this very program, as the kernel gave them */
static int argc_of_main;
static char **argv_of_main;

static size_t
command_line(char *out, size_t size)
{
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t n = read(fd, out, size - 1);

	REQUIRE(n >= 0);
	out[n] = '\0';
	close(fd);
	return (size_t)n;
}

static void
set_title(void *arg)
{
	const char *text = arg;
	char before[4096], now[4096], comm[32] = "";
	size_t room = command_line(before, sizeof before), kept = strlen(text) < room - 1 ? strlen(text) : room - 1;
	int fd;

	title_set(argc_of_main, argv_of_main, "a-name-of-more-than-15", text);
	REQUIRE(command_line(now, sizeof now) == room || strlen(now) == kept);
	REQUIRE(strncmp(now, text, kept) == 0 && now[kept] == '\0');
	for (size_t i = kept; i < room; i++)
		REQUIRE(now[i] == '\0');
	fd = open("/proc/self/comm", O_RDONLY);
	REQUIRE(read(fd, comm, sizeof comm - 1) == 16);
	REQUIRE(strcmp(comm, "a-name-of-more-\n") == 0);
	/* what stands behind the arguments is not ours */
	REQUIRE(getenv("TITLE_TEST") && strcmp(getenv("TITLE_TEST"), "untouched") == 0);
}

static void
ps_shows_it(void **state)
{
	(void)state;
	live_in_child(set_title, (void *)(uintptr_t)"x");
	live_in_child(set_title, (void *)(uintptr_t)"");
	live_in_child(set_title, (void *)(uintptr_t)"svkeeper a-service-with-a-name-that-does-not-go-into-the-room-of-so-short-a-command-line-as-"
	    "this-one-has-whatever-the-directory-that-it-was-built-in-is-called-which-may-be-long-too-so-here-are-some-more-words");
}

int
main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = { T(ps_shows_it) };

	if (argc == 1) {
		setenv("TITLE_TEST", "untouched", 1);
		execv("/proc/self/exe", (char *[]){ argv[0], (char *)(uintptr_t)"one", (char *)(uintptr_t)"", (char *)(uintptr_t)"three", NULL });
		return 1;
	}
	argc_of_main = argc;
	argv_of_main = argv;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
