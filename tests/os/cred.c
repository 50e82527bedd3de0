#include "os/cred.h"

#include <fcntl.h>
#include <grp.h>

#include "harness/live.h"

enum { MANY_GROUPS = 300 };

/* users and groups of our own; only in a throw-away root */
static int
write_users(void **state)
{
	FILE *f;

	(void)state;
	if (!live_in_throwaway())
		return 0;
	f = fopen("/etc/passwd", "a");
	fputs("plain:x:4201:4201:Plain:/var/plain:/bin/false\n"
	    "rootgroup:x:4202:0::/nonexistent:\n"
	    "busy:x:4203:4203::/:/bin/sh\n"
	    "nouid:x:4294967295:4201::/:/bin/sh\n"
	    "7day:x:4205:4201::/:/bin/sh\n"
	    "overflow:x:65535:4201::/:/bin/sh\n"
	    "4299:x:4206:4201::/:/bin/sh\n", f);
	fclose(f);
	f = fopen("/etc/group", "a");
	fputs("plain:x:4201:\nbusy:x:4203:\nextra:x:4210:plain,rootgroup\nmore:x:4211:plain\nnogid:x:4294967295:\n", f);
	for (int i = 0; i < MANY_GROUPS; i++)
		fprintf(f, "many%d:x:%d:busy\n", i, 5000 + i);
	fclose(f);
	return 0;
}

static bool
in_groups(const struct cred *c, gid_t gid)
{
	for (size_t i = 0; i < c->n_groups; i++)
		if (c->groups[i] == gid)
			return true;
	return false;
}

static void
resolves_a_user(void **state)
{
	struct cred c;

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_null(cred_lookup(&c, "plain", NULL, NULL));
	assert_true(c.set_uid && c.set_gid && c.set_groups);
	assert_int_equal(c.uid, 4201);
	assert_int_equal(c.gid, 4201);
	assert_int_equal(c.n_groups, 3);
	assert_true(in_groups(&c, 4201) && in_groups(&c, 4210) && in_groups(&c, 4211));
	assert_string_equal(c.user, "plain");
	assert_string_equal(c.home, "/var/plain");
	assert_string_equal(c.shell, "/bin/false");
	cred_free(&c);
	assert_null(c.user);
	/* the number of a user is the user */
	assert_null(cred_lookup(&c, "4201", NULL, NULL));
	assert_string_equal(c.user, "plain");
	assert_int_equal(c.n_groups, 3);
	cred_free(&c);
	/* a name that starts with a digit is a name */
	assert_null(cred_lookup(&c, "7day", NULL, NULL));
	assert_int_equal(c.uid, 4205);
	cred_free(&c);
}

static void
a_user_of_roots_group_gets_no_others(void **state)
{
	struct cred c;

	(void)state;
	if (!live_in_throwaway())
		skip();
	/* as systemd has it: with gid 0 no memberships are looked up */
	assert_null(cred_lookup(&c, "rootgroup", NULL, NULL));
	assert_int_equal(c.uid, 4202);
	assert_int_equal(c.gid, 0);
	assert_true(c.set_groups);
	assert_int_equal(c.n_groups, 0);
	cred_free(&c);
	assert_null(cred_lookup(&c, "root", NULL, NULL));
	assert_int_equal(c.uid, 0);
	assert_true(c.set_uid && c.set_groups);
	assert_int_equal(c.n_groups, 0);
	cred_free(&c);
}

static void
adds_groups_to_what_the_user_has(void **state)
{
	char *const extra[] = { (char *)(uintptr_t)"many7", (char *)(uintptr_t)"4210", (char *)(uintptr_t)"9999", NULL };
	struct cred c;

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_null(cred_lookup(&c, "plain", "busy", extra));
	assert_int_equal(c.gid, 4203);
	assert_true(in_groups(&c, 5007) && in_groups(&c, 9999) && in_groups(&c, 4210) && in_groups(&c, 4203));
	assert_int_equal(c.n_groups, 5);
	cred_free(&c);
	assert_null(cred_lookup(&c, NULL, NULL, extra));
	assert_false(c.set_uid || c.set_gid);
	assert_true(c.set_groups);
	assert_int_equal(c.n_groups, 3);
	cred_free(&c);
	assert_null(cred_lookup(&c, NULL, NULL, NULL));
	assert_true(c.set_groups);
	assert_int_equal(c.n_groups, 0);
	cred_free(&c);
}

static void
a_user_may_be_in_many_groups(void **state)
{
	struct cred c;

	(void)state;
	if (!live_in_throwaway())
		skip();
	assert_null(cred_lookup(&c, "busy", NULL, NULL));
	assert_int_equal(c.n_groups, MANY_GROUPS + 1);
	assert_true(in_groups(&c, 5000 + MANY_GROUPS - 1));
	cred_free(&c);
}

static void
wrong(const char *user, const char *group, const char *said)
{
	struct cred c;
	char *bad = cred_lookup(&c, user, group, NULL);

	if (!bad || strcmp(bad, said) != 0)
		fail_msg("user %s group %s: '%s', not '%s'", user, group, bad ? bad : "fine", said);
	assert_null(c.user);
	free(bad);
}

static void
refuses_what_is_nobody(void **state)
{
	(void)state;
	wrong("no-such-user", NULL, "no such user 'no-such-user'");
	wrong("", NULL, "no such user ''");
	wrong("0day", NULL, "no such user '0day'");
	wrong("-1", NULL, "no such user '-1'");
	wrong("+0", NULL, "no such user '+0'");
	wrong("0x0", NULL, "no such user '0x0'");
	wrong(" 0", NULL, "no such user ' 0'");
	wrong("65535", NULL, "user id 65535 is out of range");
	wrong("4294967295", NULL, "user id 4294967295 is out of range");
	wrong("4294967296", NULL, "user id 4294967296 is out of range");
	wrong("99999999999999999999999", NULL, "user id 99999999999999999999999 is out of range");
	wrong("4242424", NULL, "user id 4242424 has no passwd entry and no group was given");
	wrong(NULL, "no-such-group", "no such group 'no-such-group'");
	wrong(NULL, "4294967295", "no such group '4294967295'");
	wrong(NULL, "65535", "no such group '65535'");
	/* these ids would be "leave it as it is" to the kernel: root would stay root */
	if (!live_in_throwaway())
		return;
	wrong("nouid", NULL, "user 'nouid' has an id that is no id");
	wrong("overflow", NULL, "user 'overflow' has an id that is no id");
	wrong("plain", "nogid", "no such group 'nogid'");
}

static void
all_digits_are_a_number(void **state)
{
	struct cred c;

	(void)state;
	if (!live_in_throwaway())
		skip();
	/* there is a user who is called 4299 */
	assert_null(cred_lookup(&c, "4299", "4201", NULL));
	assert_int_equal(c.uid, 4299);
	assert_string_equal(c.user, "4299");
	assert_null(c.home);
	assert_int_equal(c.n_groups, 0);
	cred_free(&c);
}

static void
single_ids_say_what_is_missing(void **state)
{
	uid_t uid = 77;
	gid_t gid = 77;
	static const char *const bad[] = { "65535", "4294967295", "18446744073709551616", "nobody-at-all", "" };

	(void)state;
	assert_int_equal(cred_uid("root", &uid), 0);
	assert_int_equal(uid, 0);
	assert_int_equal(cred_uid("1234567", &uid), 0);
	assert_int_equal(uid, 1234567);
	assert_int_equal(cred_gid("root", &gid), 0);
	assert_int_equal(gid, 0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		errno = 0;
		assert_int_equal(cred_uid(bad[i], &uid), -1);
		assert_int_equal(errno, ENOENT);
		errno = 0;
		assert_int_equal(cred_gid(bad[i], &gid), -1);
		assert_int_equal(errno, ENOENT);
	}
	assert_int_equal(uid, 1234567);
}

struct becoming {
	const char *user, *group;
};

static void
become(void *arg)
{
	const struct becoming *b = arg;
	struct cred c;
	uid_t r, e, s;

	REQUIRE(setgroups(1, (gid_t[]){ 0 }) == 0);
	REQUIRE(!cred_lookup(&c, b->user, b->group, NULL));
	REQUIRE(cred_apply_groups(&c) == 0);
	REQUIRE(cred_apply_uid(&c) == 0);
	REQUIRE(cred_verify(&c) == 0 && cred_verify_groups(&c) == 0);
	REQUIRE(getresuid(&r, &e, &s) == 0 && r == c.uid && e == c.uid && s == c.uid);
	REQUIRE(getgroups(0, NULL) == (int)c.n_groups);
	REQUIRE(c.uid == 0 || setresuid((uid_t)-1, 0, (uid_t)-1) == -1);
	REQUIRE(c.uid == 0 || setgid(0) == -1);
	cred_free(&c);
}

static void
becomes_whom_it_should(void **state)
{
	static const struct becoming whom[] = { { "plain", NULL }, { "busy", NULL }, { "7777", "7777" }, { "root", NULL } };

	(void)state;
	if (!live_in_throwaway())
		skip();
	for (size_t i = 0; i < COUNT(whom); i++)
		live_in_child(become, (void *)(uintptr_t)&whom[i]);
}

static void
try_ways_back(void *arg)
{
	gid_t two[] = { 4210, 0 }, one[] = { 4210 };
	struct cred c = { .uid = 4201, .gid = 4201, .groups = one, .n_groups = 1, .set_uid = true, .set_gid = true, .set_groups = true };

	REQUIRE(setgroups(1, two) == 0);
	REQUIRE(setresgid(4201, 4201, 4201) == 0);
	switch (*(int *)arg) {
	case 0:	/* the saved id is root's */
		REQUIRE(setresuid(4201, 4201, 0) == 0);
		break;
	case 1:	/* the real one */
		REQUIRE(setresuid(0, 4201, 4201) == 0);
		break;
	case 2:	/* another group than asked */
		REQUIRE(setgroups(1, two + 1) == 0 && setresuid(4201, 4201, 4201) == 0);
		break;
	case 3:	/* one more */
		REQUIRE(setgroups(2, two) == 0 && setresuid(4201, 4201, 4201) == 0);
		break;
	case 4:	/* the saved gid */
		REQUIRE(setresgid(4201, 4201, 0) == 0 && setresuid(4201, 4201, 4201) == 0);
		break;
	default: /* nothing happened at all */
		break;
	}
	errno = 0;
	REQUIRE(cred_verify(&c) == -1 || cred_verify_groups(&c) == -1);
	REQUIRE(errno == EPERM);
}

static void
sees_each_way_back(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	for (int i = 0; i < 6; i++)
		live_in_child(try_ways_back, &i);
}

static void
ask_as_nobody(void *arg)
{
	char *const extra[] = { (char *)(uintptr_t)"root", NULL };
	struct cred c;

	(void)arg;
	REQUIRE(setgroups(0, NULL) == 0 && setresgid(4201, 4201, 4201) == 0 && setresuid(4201, 4201, 4201) == 0);
	/* nothing to do: we are that user */
	REQUIRE(!cred_lookup(&c, "4201", "4201", NULL));
	REQUIRE(!c.set_uid && !c.set_gid && !c.set_groups);
	REQUIRE(cred_apply_groups(&c) == 0 && cred_apply_uid(&c) == 0 && cred_verify(&c) == 0);
	cred_free(&c);
	REQUIRE(!cred_lookup(&c, NULL, NULL, NULL));
	REQUIRE(!c.set_uid && !c.set_gid && !c.set_groups);
	cred_free(&c);
	REQUIRE(!cred_lookup(&c, "root", NULL, NULL));
	REQUIRE(c.set_uid && cred_apply_uid(&c) == -1 && errno == EPERM);
	REQUIRE(cred_verify(&c) == -1 && errno == EPERM);
	cred_free(&c);
	/* a group that we are not in is not passed over */
	REQUIRE(!cred_lookup(&c, NULL, NULL, extra));
	REQUIRE(c.set_groups && cred_apply_groups(&c) == -1);
	cred_free(&c);
}

static void
other_callers_change_nothing(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	live_in_child(ask_as_nobody, NULL);
}

/* each of a long list counts, and so does how often it is in it */
static void
ask_with_long_lists(void *arg)
{
	static const size_t lengths[] = { 1, 2, 128, 129, 257, 65536 };

	(void)arg;
	for (size_t k = 0; k < COUNT(lengths); k++) {
		size_t n = lengths[k], places[] = { 0, n / 2, n - 1 };
		gid_t *groups = malloc(n * sizeof *groups);
		struct cred c = CRED_INIT;

		c.set_groups = true;
		c.groups = groups;
		c.n_groups = n;
		/* in no order */
		for (size_t i = 0; i < n; i++)
			groups[i] = 100000 + (gid_t)(i * 40503 % 65536);
		REQUIRE(cred_apply_groups(&c) == 0 && cred_verify_groups(&c) == 0);
		for (size_t i = 0; i < COUNT(places); i++) {
			gid_t was = groups[places[i]];

			groups[places[i]] = 99999;
			REQUIRE(cred_verify_groups(&c) == -1 && errno == EPERM);
			groups[places[i]] = n > 1 ? groups[(places[i] + 1) % n] : 5;
			REQUIRE(cred_verify_groups(&c) == -1 && errno == EPERM);
			groups[places[i]] = was;
		}
		c.n_groups = n - 1;
		REQUIRE(cred_verify_groups(&c) == -1 && errno == EPERM);
		c.n_groups = n;
		REQUIRE(cred_verify_groups(&c) == 0);
		free(groups);
	}
}

static void
compares_all_groups(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	live_in_child(ask_with_long_lists, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(resolves_a_user), T(a_user_of_roots_group_gets_no_others), T(adds_groups_to_what_the_user_has),
		T(a_user_may_be_in_many_groups), T(refuses_what_is_nobody), T(all_digits_are_a_number),
		T(single_ids_say_what_is_missing), T(becomes_whom_it_should), T(sees_each_way_back), T(other_callers_change_nothing), T(compares_all_groups),
	};

	return cmocka_run_group_tests(tests, write_users, NULL);
}
