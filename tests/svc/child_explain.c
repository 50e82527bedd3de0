#include "svc/child_explain.h"

#include <linux/capability.h>

#include "harness/unit.h"

static void
says_each_step(void **state)
{
	struct child_limit limits[RLIM_NLIMITS] = { [RLIMIT_NOFILE] = { true, { 10, RLIM_INFINITY } } };
	char *argv[] = { strdup("prog"), strdup("a b"), NULL }, *envp[] = { strdup("A=1"), NULL };
	gid_t groups[] = { 5, 6 };
	struct cred cred = { .uid = 7, .gid = 8, .groups = groups, .n_groups = 2, .set_uid = true, .set_gid = true, .set_groups = true };
	struct caps caps = { .dropped = ~(1ULL << CAP_KILL), .exact = true };
	struct child_spec s = CHILD_SPEC_INIT;
	struct buf b = BUF_INIT;

	(void)state;
	s.argv = argv;
	s.path = "prog";
	s.envp = envp;
	s.limits = limits;
	s.cred = &cred;
	s.caps = &caps;
	s.chdir = "/d";
	s.no_new_privs = true;
	child_explain(&s, &b);
	assert_string_equal(b.s, "limit NOFILE: 10:infinity\ngroups: 5 6\ngroup: 8\nbounding set: cap_kill\nuser: 7\ninheritable set: none\n"
	    "ambient set: none\ndirectory: /d\nnew privileges: never\ncheck: ids, groups, capability sets, and that there is no way back\n"
	    "descriptors: closed but for 0 1 2\nenvironment: A=1\nexecute: prog 'a b'\n");
	buf_free(&b);
	/* numbers that are bits */
	s.set_umask = s.set_ioprio = s.set_securebits = true;
	s.umask = 022;
	s.ioprio = 0x6000;
	s.coredump_filter = 0x33;
	s.securebits = 0x2f;
	child_explain(&s, &b);
	assert_non_null(strstr(b.s, "umask: 0022\ncore dump filter: 0x33\nI/O priority: 0x6000\nlimit NOFILE"));
	assert_non_null(strstr(b.s, "\nsecure bits: 0x2f\ndirectory: /d\n"));
	buf_free(&b);
	child_explain_caps(UINT64_MAX, &b);
	assert_string_equal(b.s, "all");
	buf_free(&b);
	free(argv[0]);
	free(argv[1]);
	free(envp[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(says_each_step) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
