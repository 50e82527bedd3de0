#ifndef SVC_USERENV_H
#define SVC_USERENV_H
#include "base/vec.h"
#include "os/cred.h"
/*
 * What a service's environment has without being told: as systemd.exec(5) says, and nothing of whoever starts it.
 */

/* The system's language, of /etc/locale.conf and /etc/default/locale; C.UTF-8 where they say none. */
void userenv_language(struct vec *env);
/*
 * USER, LOGNAME, HOME and SHELL, as far as they say something: not a home that is the root directory, nor a shell that lets nobody in.
 * dynamic: the user is made for the service and has neither; nor has nobody, whom systemd does not look up.
 */
void userenv_user(struct vec *env, const struct cred *, bool dynamic);

#endif
