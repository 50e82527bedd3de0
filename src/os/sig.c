#include "os/sig.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"

static const struct {
	char name[7];
	unsigned char number;
} names[] = {
	{ "TERM", SIGTERM }, { "KILL", SIGKILL }, { "HUP", SIGHUP }, { "INT", SIGINT }, { "QUIT", SIGQUIT },
	{ "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "CONT", SIGCONT }, { "STOP", SIGSTOP }, { "ABRT", SIGABRT },
	{ "ALRM", SIGALRM }, { "BUS", SIGBUS }, { "CHLD", SIGCHLD }, { "FPE", SIGFPE }, { "ILL", SIGILL },
	{ "IO", SIGIO }, { "PIPE", SIGPIPE }, { "PROF", SIGPROF }, { "PWR", SIGPWR }, { "SEGV", SIGSEGV },
	{ "SYS", SIGSYS }, { "TRAP", SIGTRAP }, { "TSTP", SIGTSTP }, { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },
	{ "URG", SIGURG }, { "VTALRM", SIGVTALRM }, { "WINCH", SIGWINCH }, { "XCPU", SIGXCPU }, { "XFSZ", SIGXFSZ },
	{ "IOT", SIGABRT }, { "CLD", SIGCHLD }, { "POLL", SIGIO },
	{ "STKFLT", 16 },
};

static int
real_time(const char *s)
{
	uint64_t n = 0;

	if (strncasecmp(s, "RTMIN", 5) == 0) {
		if (s[5] == '+' ? num_u64(s + 6, 0, 64, &n) : s[5] ? -1 : 0)
			return -1;
		n += (uint64_t)SIGRTMIN;
	} else if (strncasecmp(s, "RTMAX", 5) == 0) {
		if (s[5] == '-' ? num_u64(s + 6, 0, 64, &n) : s[5] ? -1 : 0)
			return -1;
		n = (uint64_t)SIGRTMAX - n;
	} else {
		return -1;
	}
	return n >= (uint64_t)SIGRTMIN && n <= (uint64_t)SIGRTMAX ? (int)n : -1;
}

int
sig_number(const char *name)
{
	uint64_t n;
	int rt;

	if (num_u64(name, 1, (uint64_t)SIGRTMAX, &n) == 0)
		return (int)n;
	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcasecmp(name, names[i].name) == 0)
			return names[i].number;
	rt = real_time(name);
	if (rt < 0)
		errno = EINVAL;
	return rt;
}

const char *
sig_name(int sig)
{
	static char text[16];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == sig)
			return names[i].name;
	if (sig < SIGRTMIN || sig > SIGRTMAX)
		return "?";
	fmt_to(text, sizeof text, sig == SIGRTMIN ? "RTMIN" : "RTMIN+%d", sig - SIGRTMIN);
	return text;
}

/*
 * By system call: the libc keeps its own two or three real-time signals from us, and whoever started us may have left even those ignored.
 * A kernel's struct sigaction of zeroes is SIG_DFL on every architecture.
 */
void
sig_defaults(void)
{
	static const unsigned long zeroes[16];

	for (int s = 1; s < _NSIG; s++)
		if (s != SIGKILL && s != SIGSTOP)
			syscall(SYS_rt_sigaction, s, zeroes, NULL, _NSIG / 8);
}

void
sig_unblock_all(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
sig_reset(void)
{
	sig_defaults();
	sig_unblock_all();
}

void
sig_block_all(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, old);
}

int
sig_on_orphaning(int sig)
{
	return prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0);
}
