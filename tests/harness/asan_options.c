#include <unistd.h>
/*
 * Linked into build/asan.  It must be in the program, since service(8) clears the environment.
 * Commands end with their memory still theirs, and the kernel takes it back: no leak check (unit tests have it).  A keeper has nobody
 * who reads its stderr: where tests/run has made a place for reports, they go there, and fail the file.
 */
#define TO_FILE "log_path=/tmp/sanitizer/report:"
#define ALWAYS "exitcode=99:detect_leaks=0:print_stacktrace=1"

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
	return access("/tmp/sanitizer", W_OK) == 0 ? TO_FILE ALWAYS : ALWAYS;
}

const char *
__ubsan_default_options(void)
{
	return __asan_default_options();
}
