#ifndef OS_SIG_H
#define OS_SIG_H
#include <signal.h>

/* The number of "TERM", "SIGTERM", "15", "RTMIN+3", any case; -1 with errno EINVAL if there is no such signal. */
int sig_number(const char *name);
/* "TERM" for 15; "RTMIN+2" for real-time signals; "?" for what is no signal.  The string is good until the next call. */
const char *sig_name(int sig);
/* In a child: every signal to its default action, nothing blocked. */
void sig_reset(void);
/* The two halves of that. */
void sig_defaults(void);
void sig_unblock_all(void);
/* Block all signals, keeping the old mask in *old where old is not NULL. */
void sig_block_all(sigset_t *old);

/* Have the signal sent to the calling process when its parent dies; a change of user takes it back.  0, or -1 with errno.  Async-signal-safe. */
int sig_on_orphaning(int sig);

#endif
