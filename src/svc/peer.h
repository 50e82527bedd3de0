#ifndef SVC_PEER_H
#define SVC_PEER_H
#include <stdbool.h>

#include "svc/service.h"
/*
 * Other services of this host, by their init scripts, ours or not.  All functions are for the real root: a service below another root has no peers.
 */

/*
 * The name of the service whose script that is: the last part of the path, of a link in a runlevel folder (rc3.d/S20foo) that of its target.  Cut to size.
 */
void peer_name_of_script(const char *path, char *out, size_t size);
/* "NAME.service" as the name of an init script, "NAME"; NULL for a unit of another kind.  The caller frees it. */
char *peer_name(const char *unit);
/* The path of that script, NULL if there is none.  The caller frees it. */
char *peer_script(const char *name);
/* Is it run by svrun? */
bool peer_is_native(const char *script);
/* Does it run: by its record when it is native, else by what its "status" says? */
bool peer_runs(const char *name, const char *script);
/*
 * Run SCRIPT ACTION for a service, with our streams, and wait for it.  Its exit status, or -1 with errno; ELOOP: it is on whose behalf this service is
 * being handled, or the service itself, so it is at it already.
 */
int peer_call(const struct service *, const char *name, const char *script, const char *action);
/* Leave a process behind that runs SCRIPT ACTION, with the assignments extra (NULL-terminated) in its environment.  0, or -1 with errno. */
int peer_leave(const char *script, const char *action, char *const extra[]);

#endif
