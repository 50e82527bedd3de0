#include "svc/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "harness/live.h"
#include "base/buf.h"
#include "os/file.h"

static const char dir[] = "/run/credentials/unit.service";

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void
assert_file(const char *path, const char *text, uid_t uid)
{
	struct buf b = BUF_INIT;
	struct stat st;

	assert_int_equal(file_read(AT_FDCWD, path, 0, 4096, &b, &st), 0);
	assert_string_equal(b.len ? b.s : "", text);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_uid, uid);
	buf_free(&b);
}

static void
names(void **state)
{
	static const char *const good[] = { "a", "a.b", "...", "tls-key_1" }, *const bad[] = { "", ".", "..", "a/b", "a b", "a:b", "\x01", "\xff" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(credentials_is_name(good[i], strlen(good[i])));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(credentials_is_name(bad[i], strlen(bad[i])));
}

static void
are_the_owners_alone(void **state)
{
	struct confine c;
	struct statvfs fs;
	struct stat st;

	(void)state;
	if (!live_in_throwaway())
		skip();
	confine_init(&c);
	assert_false(credentials_wanted(&c));
	put("/srv/secret", "from a file");
	vec_add(&c.load_credentials, "file:/srv/secret");
	vec_add(&c.load_credentials, "missing-in-the-stores");
	vec_add(&c.load_credentials, "default:/no/such/file");
	vec_add(&c.set_credentials, "default:first");
	vec_add(&c.set_credentials, "default:va:lue ");
	vec_add(&c.set_credentials, "file:not this one");
	assert_true(credentials_wanted(&c));
	/* twice: what a start that was killed left is no hindrance */
	for (int i = 0; i < 2; i++)
		assert_null(credentials_open(&c, NULL, dir, 4711, 4712));
	assert_int_equal(stat(dir, &st), 0);
	assert_true(st.st_uid == 4711 && st.st_gid == 4712 && (st.st_mode & 07777) == 0500);
	assert_file("/run/credentials/unit.service/file", "from a file", 4711);
	assert_file("/run/credentials/unit.service/default", "va:lue ", 4711);
	assert_int_equal(stat("/run/credentials/unit.service/missing-in-the-stores", &st), -1);
	assert_int_equal(statvfs(dir, &fs), 0);
	assert_true(fs.f_flag & ST_RDONLY);
	assert_int_equal(open("/run/credentials/unit.service/new", O_CREAT | O_WRONLY, 0600), -1);
	credentials_close(dir);
	assert_int_equal(stat(dir, &st), -1);
	confine_free(&c);
}

static void
what_is_wrong_leaves_nothing(void **state)
{
	static const char *const bad[] = { "x:/no/such/file", "x:/srv", "x:/srv/fifo", "x:/srv/large" };
	struct confine c;
	struct stat st;

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_int_equal(mkfifo("/srv/fifo", 0666), 0);
	put("/srv/large", "");
	assert_int_equal(truncate("/srv/large", 2 << 20), 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		char *why;

		confine_init(&c);
		vec_add(&c.load_credentials, bad[i]);
		why = credentials_open(&c, NULL, dir, 4711, 4712);
		if (!why)
			fail_msg("%s", bad[i]);
		assert_non_null(strstr(why, "credential x"));
		free(why);
		assert_int_equal(stat(dir, &st), -1);
		confine_free(&c);
	}
	/* a link in its place is removed, and not followed */
	confine_init(&c);
	vec_add(&c.set_credentials, "a:b");
	assert_int_equal(mkdir("/run/credentials", 0755), 0);
	assert_int_equal(symlink("/etc", dir), 0);
	assert_null(credentials_open(&c, NULL, dir, 0, 0));
	assert_int_equal(stat("/etc/a", &st), -1);
	credentials_close(dir);
	confine_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(names), T(are_the_owners_alone), T(what_is_wrong_leaves_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
