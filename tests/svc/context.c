#include "svc/context.h"

#include <sys/stat.h>
#include <time.h>

#include "harness/scene.h"
#include "base/buf.h"

static const char *
env(const struct context *c, const char *name)
{
	return vec_getenv(&c->env, name, strlen(name));
}

/* how often a name stands in the environment */
static size_t
times(const struct context *c, const char *name)
{
	size_t n = 0, len = strlen(name);

	for (size_t i = 0; i < c->env.n; i++)
		n += strncmp(c->env.v[i], name, len) == 0 && c->env.v[i][len] == '=';
	return n;
}

static void
the_environment_is_clean(void **state)
{
	struct scene s;

	(void)state;
	setenv("CALLERS", "secret", 1);
	setenv("PATH", "/evil:/usr/bin:/bin", 1);
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	scene_ready(&s);
	assert_null(env(&s.ctx, "CALLERS"));
	assert_string_equal(env(&s.ctx, "PATH"), SERVICE_PATH);
	assert_non_null(env(&s.ctx, "LANG"));
	/* without User= none of these */
	assert_null(env(&s.ctx, "HOME"));
	assert_null(env(&s.ctx, "USER"));
	assert_null(env(&s.ctx, "LOGNAME"));
	assert_null(env(&s.ctx, "SHELL"));
	for (size_t i = 0; i < s.ctx.env.n; i++)
		assert_true(strncmp(s.ctx.env.v[i], "LANG", 4) == 0 || strncmp(s.ctx.env.v[i], "LC_", 3) == 0 ||
		    strncmp(s.ctx.env.v[i], "PATH=", 5) == 0);
	scene_free(&s);
}

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void
add_envfile(struct service *s, const char *path, bool optional)
{
	s->envfiles = mem_grow(s->envfiles, &s->cap_envfiles, s->n_envfiles + 1, sizeof *s->envfiles);
	s->envfiles[s->n_envfiles++] = (struct service_envfile){ mem_str(path), optional };
}

static void
later_settings_win(void **state)
{
	struct scene s;

	(void)state;
	put("env", "FILE=file\nBOTH=file\nPATH=/from/file\n");
	setenv("PASSED", "from caller", 1);
	setenv("BOTH", "caller", 1);
	unsetenv("MISSING");
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	vec_add(&s.svc.pass_environment, "PASSED");
	vec_add(&s.svc.pass_environment, "BOTH");
	vec_add(&s.svc.pass_environment, "MISSING");
	vec_add(&s.svc.environment, "BOTH=unit");
	vec_add(&s.svc.environment, "GONE=x");
	vec_add(&s.svc.environment, "PASSED=unit");
	add_envfile(&s.svc, "/env", false);
	add_envfile(&s.svc, "/no-such-file", true);
	vec_add(&s.svc.unset_environment, "GONE");
	scene_ready(&s);
	assert_string_equal(env(&s.ctx, "BOTH"), "file");
	assert_string_equal(env(&s.ctx, "FILE"), "file");
	assert_string_equal(env(&s.ctx, "PATH"), "/from/file");
	assert_string_equal(env(&s.ctx, "PASSED"), "unit");
	assert_null(env(&s.ctx, "MISSING"));
	assert_null(env(&s.ctx, "GONE"));
	assert_int_equal(times(&s.ctx, "BOTH"), 1);
	assert_int_equal(times(&s.ctx, "PATH"), 1);
	scene_free(&s);
}

static void
wrong(struct scene *s, int code, const char *said)
{
	char *bad = service_finish(&s->svc);
	int got = -1;

	assert_null(bad);
	bad = context_init(&s->ctx, &s->svc, s->root, &got);
	if (!bad || !strstr(bad, said))
		fail_msg("'%s', not '%s'", bad ? bad : "fine", said);
	assert_int_equal(got, code);
	free(bad);
	scene_free(s);
}

static void
what_is_not_there_is_not_configured(void **state)
{
	struct scene s;

	(void)state;
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.user = mem_str("no-such-user");
	wrong(&s, 6, "no such user 'no-such-user'");
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.group = mem_str("no-such-group");
	wrong(&s, 6, "no such group 'no-such-group'");
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	vec_add(&s.svc.supplementary_groups, "no-such-group");
	wrong(&s, 6, "no such group 'no-such-group'");
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	add_envfile(&s.svc, "/no-such-file", false);
	wrong(&s, 6, "no-such-file");
}

static void
ask_as_nobody(void *arg)
{
	static const struct {
		const char *user, *group, *extra, *said;
	} cases[] = {
		{ "root", NULL, NULL, "only root can run it as user root" }, { NULL, "root", NULL, "only root can run it as group root" },
		{ NULL, NULL, "root", "only root can run it with other groups" },
	};

	(void)arg;
	REQUIRE(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct service svc;
		struct context ctx;
		char *bad;
		int code;

		service_init(&svc, "unit");
		svc.user = mem_str(cases[i].user);
		svc.group = mem_str(cases[i].group);
		if (cases[i].extra)
			vec_add(&svc.supplementary_groups, cases[i].extra);
		bad = context_init(&ctx, &svc, NULL, &code);
		REQUIRE(bad && strcmp(bad, cases[i].said) == 0);
		REQUIRE(code == 4);
		free(bad);
		context_free(&ctx);
		service_free(&svc);
	}
}

static void
others_may_not_become_somebody(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	live_in_child(ask_as_nobody, NULL);
}

static void
gives_the_capabilities_that_there_are(void **state)
{
	struct caps_state own;
	struct scene s;

	(void)state;
	if (geteuid() != 0)
		skip();
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.confine.ambient = caps_all();
	scene_ready(&s);
	assert_int_equal(caps_read(&own), 0);
	assert_int_equal(s.ctx.caps.ambient, caps_all() & own.permitted);
	assert_int_equal(s.ctx.sandbox.remarks.n, (caps_all() & ~own.permitted) != 0);
	scene_free(&s);
}

static void
a_user_brings_a_home(void **state)
{
	struct scene s;

	(void)state;
	if (geteuid() != 0)
		skip();
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.user = mem_str("daemon");
	s.svc.working_directory = mem_str("~");
	scene_ready(&s);
	assert_string_equal(env(&s.ctx, "USER"), "daemon");
	assert_string_equal(env(&s.ctx, "LOGNAME"), "daemon");
	assert_non_null(env(&s.ctx, "HOME"));
	assert_string_equal(env(&s.ctx, "HOME"), s.ctx.cwd);
	assert_null(env(&s.ctx, "SHELL"));
	scene_free(&s);
}

static void
limits_are_a_services(void **state)
{
	struct scene s;

	(void)state;
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.limits[RLIMIT_CORE] = (struct service_limit){ true, { 5, 6 } };
	scene_ready(&s);
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		assert_true(s.ctx.limits[i].set);
		assert_true(s.ctx.limits[i].lim.rlim_cur <= s.ctx.limits[i].lim.rlim_max);
	}
	assert_true(s.ctx.limits[RLIMIT_NOFILE].lim.rlim_cur <= 1024);
	assert_true(s.ctx.limits[RLIMIT_NOFILE].lim.rlim_max <= 524288);
	assert_true(s.ctx.limits[RLIMIT_MEMLOCK].lim.rlim_cur == 8 << 20);
	assert_true(s.ctx.limits[RLIMIT_CORE].lim.rlim_cur == 5 && s.ctx.limits[RLIMIT_CORE].lim.rlim_max == 6);
	scene_free(&s);
}

static struct child_spec
spec_of(const struct scene *s, enum service_list list)
{
	static char *argv[] = { NULL }, *envp[] = { NULL };
	struct child_spec spec;

	context_spec(&s->ctx, &s->svc.cmd[list].v[0], list, argv, envp, &spec);
	return spec;
}

static void
prefixes_lift_the_user_or_all(void **state)
{
	struct scene s;

	(void)state;
	if (geteuid() != 0)
		skip();
	scene_service(&s, SERVICE_SIMPLE);
	s.svc.user = mem_str("daemon");
	s.svc.no_new_privileges = true;
	scene_sh(&s, SERVICE_START_PRE, "x")->privileged = true;
	scene_sh(&s, SERVICE_START, "x");
	scene_sh(&s, SERVICE_STOP, "x")->keep_user = true;
	scene_ready(&s);
	assert_true(spec_of(&s, SERVICE_START).cred->uid == s.ctx.cred.uid && spec_of(&s, SERVICE_START).cred->set_uid);
	assert_true(spec_of(&s, SERVICE_START).no_new_privs);
	assert_false(spec_of(&s, SERVICE_START_PRE).cred->set_uid);
	/* root's own groups are not the caller's */
	assert_true(spec_of(&s, SERVICE_START_PRE).cred->set_groups);
	assert_int_equal(spec_of(&s, SERVICE_START_PRE).cred->n_groups, 0);
	assert_false(spec_of(&s, SERVICE_START_PRE).no_new_privs);
	assert_false(spec_of(&s, SERVICE_STOP).cred->set_uid);
	assert_true(spec_of(&s, SERVICE_STOP).no_new_privs);
	s.svc.permissions_start_only = true;
	assert_true(spec_of(&s, SERVICE_START).cred->set_uid);
	s.svc.cmd[SERVICE_STOP].v[0].keep_user = false;
	assert_false(spec_of(&s, SERVICE_STOP).cred->set_uid);
	s.svc.permissions_start_only = false;
	assert_true(spec_of(&s, SERVICE_STOP).cred->set_uid);
	scene_free(&s);
}

static void
directories_are_made_and_removed(void **state)
{
	struct scene s;
	struct stat st;
	char *bad, want[4400];

	(void)state;
	if (geteuid() != 0)
		skip();
	scene_service(&s, SERVICE_SIMPLE);
	scene_sh(&s, SERVICE_START, "x");
	s.svc.user = mem_str("daemon");
	vec_add(&s.svc.dirs[SERVICE_DIR_RUNTIME].names, "one");
	vec_add(&s.svc.dirs[SERVICE_DIR_RUNTIME].names, "two/deep");
	s.svc.dirs[SERVICE_DIR_RUNTIME].mode = 0700;
	vec_add(&s.svc.dirs[SERVICE_DIR_STATE].names, "state");
	vec_add(&s.svc.dirs[SERVICE_DIR_CONFIGURATION].names, "conf");
	scene_ready(&s);
	snprintf(want, sizeof want, "%s/run/one:%s/run/two/deep", s.root, s.root);
	assert_string_equal(env(&s.ctx, "RUNTIME_DIRECTORY"), want);
	assert_null(env(&s.ctx, "CACHE_DIRECTORY"));
	bad = context_open(&s.ctx);
	assert_null(bad);
	assert_int_equal(stat("run/two/deep", &st), 0);
	assert_int_equal(st.st_uid, s.ctx.cred.uid);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat("run/two", &st), 0);
	assert_int_equal(st.st_uid, 0);
	assert_int_equal(stat("var/lib/state", &st), 0);
	assert_int_equal(st.st_uid, s.ctx.cred.uid);
	assert_int_equal(stat("etc/conf", &st), 0);
	assert_int_equal(st.st_uid, 0);
	s.svc.runtime_preserve = 1;
	assert_int_equal(context_remove_dirs(&s.ctx), 0);
	assert_int_equal(access("run/one", F_OK), 0);
	s.svc.runtime_preserve = 0;
	assert_int_equal(context_remove_dirs(&s.ctx), 0);
	assert_int_equal(access("run/one", F_OK), -1);
	assert_int_equal(access("run/two/deep", F_OK), -1);
	assert_int_equal(access("var/lib/state", F_OK), 0);
	/* a link in the place is not followed, and told */
	assert_int_equal(symlink("/etc", "run/one"), 0);
	bad = context_open(&s.ctx);
	assert_non_null(bad);
	assert_non_null(strstr(bad, "/run/one: "));
	assert_int_equal(s.ctx.status, 233);
	free(bad);
	scene_free(&s);
}

static void
programs_are_found_on_the_fixed_path(void **state)
{
	struct service_command cmd = { .path = (char *)(uintptr_t)"sh" };
	char out[4096], few[4];

	(void)state;
	assert_int_equal(context_program(&cmd, out, sizeof out), 0);
	assert_true(strcmp(out, "/usr/bin/sh") == 0 || strcmp(out, "/bin/sh") == 0);
	assert_int_equal(context_program(&cmd, few, sizeof few), 0);
	assert_int_equal(strlen(few), 3);
	assert_int_equal(context_program(&cmd, NULL, 0), 0);
	cmd.path = (char *)(uintptr_t)"no-such-program-at-all";
	assert_int_equal(context_program(&cmd, out, sizeof out), -1);
	assert_int_equal(errno, ENOENT);
	cmd.path = (char *)(uintptr_t)"/etc/passwd";
	assert_int_equal(context_program(&cmd, out, sizeof out), -1);
	assert_int_equal(errno, EACCES);
}

static void
it_explains_itself(void **state)
{
	struct buf out = BUF_INIT;
	struct scene s;

	(void)state;
	scene_service(&s, SERVICE_SIMPLE);
	scene_command(&s, SERVICE_START, "/bin/echo", "two words", "");
	scene_sh(&s, SERVICE_STOP, "x")->ignore_failure = true;
	scene_ready(&s);
	context_explain(&s.ctx, &out);
	assert_non_null(strstr(out.s, "start          /bin/echo 'two words' ''\n"));
	assert_non_null(strstr(out.s, "(failure ignored)"));
	assert_non_null(strstr(out.s, "environment    PATH=" SERVICE_PATH "\n"));
	buf_free(&out);
	scene_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(the_environment_is_clean), IN_DIR(later_settings_win), IN_DIR(what_is_not_there_is_not_configured),
		IN_DIR(others_may_not_become_somebody), IN_DIR(a_user_brings_a_home), IN_DIR(gives_the_capabilities_that_there_are), IN_DIR(limits_are_a_services),
		IN_DIR(prefixes_lift_the_user_or_all), IN_DIR(directories_are_made_and_removed),
		T(programs_are_found_on_the_fixed_path), IN_DIR(it_explains_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
