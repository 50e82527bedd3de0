#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "svc/pidfile.h"

enum { NOBODY = 65534 };

static int
enter(void **state)
{
	char dir[] = "/tmp/pidfile.XXXXXX";

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(chmod(".", 0755), 0);
	*state = strdup(dir);
	return 0;
}

static int
leave(void **state)
{
	char cmd[96];

	assert_int_equal(chdir("/"), 0);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", (char *)*state);
	assert_int_equal(system(cmd), 0);
	free(*state);
	return 0;
}

static void
put(const char *text, size_t n, mode_t mode)
{
	int fd = open("f", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
refuses_what_is_no_pid(void **state)
{
	static const struct {
		const char *text;
		enum pidfile_state state;
		pid_t pid;
	} cases[] = {
		{ "42\n", PIDFILE_OK, 42 }, { "42", PIDFILE_OK, 42 }, { "  42 \n", PIDFILE_OK, 42 }, { "42 43\n", PIDFILE_OK, 42 },
		{ "42\n/var/lib/postgresql\n5432\n", PIDFILE_OK, 42 }, { "4194304\n", PIDFILE_OK, 4194304 },
		{ "00042\n", PIDFILE_OK, 42 }, { "2", PIDFILE_OK, 2 },
		{ "-1\n", PIDFILE_GARBAGE, 0 }, { "0\n", PIDFILE_GARBAGE, 0 }, { "1\n", PIDFILE_GARBAGE, 0 },
		{ "+42\n", PIDFILE_GARBAGE, 0 }, { "4194305\n", PIDFILE_GARBAGE, 0 }, { "4294967297\n", PIDFILE_GARBAGE, 0 },
		{ "18446744073709551618\n", PIDFILE_GARBAGE, 0 }, { "123abc\n", PIDFILE_GARBAGE, 0 }, { "abc", PIDFILE_GARBAGE, 0 },
		{ "0x2a\n", PIDFILE_GARBAGE, 0 }, { "42.\n", PIDFILE_GARBAGE, 0 }, { "\n42\r\n", PIDFILE_OK, 42 },
		{ "99999999999999999999999999999999999999999999\n", PIDFILE_GARBAGE, 0 },
		{ "", PIDFILE_EMPTY, 0 }, { "\n", PIDFILE_EMPTY, 0 }, { " \t\n", PIDFILE_EMPTY, 0 },
	};
	struct pidfile p;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put(cases[i].text, strlen(cases[i].text), 0644);
		if (pidfile_read("f", PIDFILE_ROOT, &p) != cases[i].state || p.pid != cases[i].pid)
			fail_msg("'%s' gave pid %ld", cases[i].text, (long)p.pid);
	}
	put("42\0\n", 4, 0644);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_GARBAGE);
	put("42\n\0\0", 5, 0644);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(p.pid, 42);
}

static void
says_what_is_not_there(void **state)
{
	struct pidfile p;

	(void)state;
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_MISSING);
	assert_int_equal(pidfile_read("/dev/null", PIDFILE_ROOT, &p), PIDFILE_EMPTY);
	assert_int_equal(p.risk, 0);
	assert_int_equal(pidfile_read(".", PIDFILE_ROOT, &p), PIDFILE_UNREADABLE);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(mkfifo("f", 0644), 0);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_UNREADABLE);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(pidfile_read("loop", PIDFILE_ROOT, &p), PIDFILE_UNREADABLE);
	assert_int_equal(errno, ELOOP);
}

static void
tells_who_could_have_forged_it(void **state)
{
	struct pidfile p;

	(void)state;
	if (geteuid() != 0)
		skip();
	put("42\n", 3, 0646);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(p.risk, PIDFILE_RISK_WORLD);
	put("42\n", 3, 0664);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(chown("f", 0, NOBODY), 0);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(p.risk, PIDFILE_RISK_OWNER);
	put("42\n", 3, 0644);
	assert_int_equal(chown("f", NOBODY, NOBODY), 0);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(p.pid, 42);
	assert_int_equal(p.owner, NOBODY);
	assert_int_equal(p.risk, PIDFILE_RISK_OWNER);
	assert_int_equal(pidfile_read("f", 12345, &p), PIDFILE_INSECURE);
	assert_int_equal(pidfile_read("f", NOBODY, &p), PIDFILE_OK);
	assert_int_equal(chown("f", 0, 0), 0);
	assert_int_equal(link("f", "g"), 0);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(p.risk, PIDFILE_RISK_LINK);
	assert_int_equal(unlink("g"), 0);
	assert_int_equal(symlink("f", "own"), 0);
	assert_int_equal(pidfile_read("own", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(lchown("own", NOBODY, NOBODY), 0);
	assert_int_equal(pidfile_read("own", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(pidfile_read("own", NOBODY, &p), PIDFILE_OK);
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(rename("f", "d/f"), 0);
	assert_int_equal(chown("d", NOBODY, 0), 0);
	assert_int_equal(pidfile_read("d/f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(p.risk, PIDFILE_RISK_PLACE);
	assert_int_equal(chown("d", 0, 0), 0);
	assert_int_equal(chmod("d", 0777), 0);
	assert_int_equal(pidfile_read("d/f", PIDFILE_ROOT, &p), PIDFILE_INSECURE);
	assert_int_equal(chmod("d", 01777), 0);
	assert_int_equal(pidfile_read("d/f", PIDFILE_ROOT, &p), PIDFILE_OK);
}

static void
writes_whole_files_only(void **state)
{
	struct pidfile p;
	struct stat st;
	mode_t old;

	(void)state;
	old = umask(077);
	assert_int_equal(pidfile_write("f", 4194304, 0), 0);
	umask(old);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(p.pid, 4194304);
	assert_int_equal(p.start, 0);
	assert_int_equal(pidfile_write("/dev/null", 42, 0), 0);
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	put("precious", 8, 0644);
	assert_int_equal(symlink("f", "l"), 0);
	assert_int_equal(pidfile_write("l", 42, 0), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_size, 8);
	assert_int_equal(pidfile_write("no/such/dir", 42, 0), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(mkdir("d", 0755), 0);
	assert_int_equal(pidfile_write("d", 42, 0), -1);
	assert_int_equal(errno, EISDIR);
	/* nothing temporary stays */
	assert_int_equal(system("test \"$(ls -A | tr '\\n' ' ')\" = 'd f l '"), 0);
}

static void
keeps_the_start_time(void **state)
{
	struct pidfile p;

	(void)state;
	assert_int_equal(pidfile_write("f", 42, 123456789012345), 0);
	if (setxattr("f", "trusted.initwright.probe", "1", 1, 0) != 0)
		skip();
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(p.start, 123456789012345);
	/* the daemon writes its own pid into the same file */
	put("43\n", 3, 0644);
	assert_int_equal(pidfile_read("f", PIDFILE_ROOT, &p), PIDFILE_OK);
	assert_int_equal(p.pid, 43);
	assert_int_equal(p.start, 0);
}

static void
removes_its_own_only(void **state)
{
	(void)state;
	assert_int_equal(pidfile_remove("f", 42), 0);
	put("42\n", 3, 0644);
	assert_int_equal(pidfile_remove("f", 43), 0);
	assert_int_equal(access("f", F_OK), 0);
	assert_int_equal(pidfile_remove("f", 42), 0);
	assert_int_equal(access("f", F_OK), -1);
	put("43\n", 3, 0644);
	assert_int_equal(pidfile_remove("f", 0), 0);
	assert_int_equal(access("f", F_OK), -1);
	assert_int_equal(pidfile_remove("/dev/null", 0), 0);
	assert_int_equal(access("/dev/null", F_OK), 0);
}

static void
holder_child(int ready, int hold, int kind)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open("f", O_RDWR);
	char c;

	if (kind == 'p' ? fcntl(fd, F_SETLK, &l) : flock(fd, LOCK_EX))
		_exit(1);
	(void)!write(ready, "x", 1);
	(void)!read(hold, &c, 1);
	_exit(0);
}

static void
sees_locks(void **state)
{
	int ready[2], hold[2];
	pid_t pid, holder;
	char c;

	(void)state;
	put("42\n", 3, 0644);
	assert_int_equal(pidfile_locked("f", &holder), 0);
	for (const char *kind = "pf"; *kind; kind++) {
		assert_int_equal(pipe(ready), 0);
		assert_int_equal(pipe(hold), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			holder_child(ready[1], hold[0], *kind);
		assert_int_equal(read(ready[0], &c, 1), 1);
		assert_int_equal(pidfile_locked("f", &holder), 1);
		assert_int_equal(holder, *kind == 'p' ? pid : 0);
		assert_int_equal(write(hold[1], "x", 1), 1);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(pidfile_locked("f", &holder), 0);
		close(ready[0]), close(ready[1]), close(hold[0]), close(hold[1]);
	}
	assert_int_equal(pidfile_locked("missing", &holder), -1);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)
	const struct CMUnitTest tests[] = {
		T(refuses_what_is_no_pid), T(says_what_is_not_there), T(tells_who_could_have_forged_it), T(writes_whole_files_only),
		T(keeps_the_start_time), T(removes_its_own_only), T(sees_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
