#include "harness/unit.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "os/sig.h"

static void
names_to_numbers(void **state)
{
	const struct {
		const char *name;
		int number;
	} rows[] = {
		{ "TERM", SIGTERM }, { "SIGTERM", SIGTERM }, { "sigterm", SIGTERM }, { "15", 15 }, { "1", SIGHUP }, { "SIGKILL", SIGKILL },
		{ "IOT", SIGABRT }, { "CLD", SIGCHLD }, { "POLL", SIGIO }, { "winch", SIGWINCH }, { "STKFLT", 16 },
		{ "RTMIN", SIGRTMIN }, { "SIGRTMIN+3", SIGRTMIN + 3 }, { "rtmax", SIGRTMAX }, { "RTMAX-1", SIGRTMAX - 1 }, { "64", 64 },
		{ "", -1 }, { "0", -1 }, { "65", -1 }, { "-1", -1 }, { "SIG", -1 }, { "SIGSIGTERM", -1 }, { "TERMS", -1 }, { "NULL", -1 },
		{ "RTMIN+99", -1 }, { "RTMIN+", -1 }, { "RTMIN3", -1 }, { "RTMAX+1", -1 }, { "RTMAX-64", -1 }, { "TERM ", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		errno = 0;
		assert_int_equal(sig_number(rows[i].name), rows[i].number);
		assert_int_equal(rows[i].number < 0 ? EINVAL : 0, rows[i].number < 0 ? errno : 0);
	}
}

static void
numbers_to_names_and_back(void **state)
{
	(void)state;
	assert_string_equal(sig_name(SIGABRT), "ABRT");
	assert_string_equal(sig_name(SIGIO), "IO");
	assert_string_equal(sig_name(SIGRTMIN), "RTMIN");
	assert_string_equal(sig_name(SIGRTMIN + 2), "RTMIN+2");
	assert_string_equal(sig_name(0), "?");
	assert_string_equal(sig_name(-1), "?");
	assert_string_equal(sig_name(1000), "?");
	for (int s = 1; s < 32; s++)
		assert_int_equal(sig_number(sig_name(s)), s);
	for (int s = SIGRTMIN; s <= SIGRTMAX; s++)
		assert_int_equal(sig_number(sig_name(s)), s);
}

static void
reset_all(void *data)
{
	sigset_t old, now;
	struct sigaction act;

	(void)data;
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGRTMIN + 1, SIG_IGN);
	sig_block_all(&old);
	sigprocmask(SIG_SETMASK, NULL, &now);
	if (!sigismember(&now, SIGTERM) || sigismember(&old, SIGTERM))
		_exit(1);
	sig_block_all(NULL);
	sig_reset();
	sigprocmask(SIG_SETMASK, NULL, &now);
	for (int s = 1; s <= SIGRTMAX; s++) {
		if (s >= 32 && s < SIGRTMIN)
			continue;
		if (sigaction(s, NULL, &act) != 0 || act.sa_handler != SIG_DFL || sigismember(&now, s))
			_exit(2);
	}
}

/* 32 and 33 belong to libc, which does not let them be set; a parent may have left them ignored */
static void
reset_hidden(void *data)
{
	const struct {
		void (*handler)(int);
		unsigned char rest[56];
	} ignore = { .handler = SIG_IGN };
	char line[128];
	FILE *f;

	(void)data;
	for (int s = 32; s < SIGRTMIN; s++)
		if (syscall(SYS_rt_sigaction, s, &ignore, NULL, (size_t)_NSIG / 8) != 0)
			_exit(1);
	sig_reset();
	f = fopen("/proc/self/status", "r");
	while (f && fgets(line, sizeof line, f))
		if (strncmp(line, "SigIgn:", 7) == 0)
			fputs(line, stdout);
}

static void
resets_everything(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(in_child(reset_all, NULL, out, sizeof out), 0);
	assert_int_equal(in_child(reset_hidden, NULL, out, sizeof out), 0);
	assert_string_equal(out, "SigIgn:\t0000000000000000\n");
}

static void
tells_of_a_dead_parent(void **state)
{
	int old, now;

	(void)state;
	assert_int_equal(prctl(PR_GET_PDEATHSIG, &old, 0, 0, 0), 0);
	assert_int_equal(sig_on_orphaning(SIGUSR2), 0);
	assert_int_equal(prctl(PR_GET_PDEATHSIG, &now, 0, 0, 0), 0);
	assert_int_equal(now, SIGUSR2);
	assert_int_equal(sig_on_orphaning(999), -1);
	assert_int_equal(sig_on_orphaning(old), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(names_to_numbers), T(numbers_to_names_and_back), T(resets_everything), T(tells_of_a_dead_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
