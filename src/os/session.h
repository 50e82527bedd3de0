#ifndef OS_SESSION_H
#define OS_SESSION_H
#include <stdbool.h>
/*
 * Into a new session (setsid(2)) that this process leads.  The leader of a process group cannot do that: a copy of it (fork(2)) can, and goes on
 * here with false.  In the one that stays behind it returns true when the copy has ended, with what that left as exit status in *status.  When there
 * can be no copy it is false, and the session the old one.
 */
bool session_enter(int *status);

#endif
