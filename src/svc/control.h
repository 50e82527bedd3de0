#ifndef SVC_CONTROL_H
#define SVC_CONTROL_H
#include <stddef.h>
/*
 * How a command talks to a service's keeper: a SOCK_SEQPACKET socket in the service's run directory, one request and one reply a connection.
 * The reply is an LSB exit status and a line of text, empty when there is nothing to say.
 */
enum control_request {
	CONTROL_NONE = 0,
	CONTROL_STOP = 's', CONTROL_RELOAD = 'r',
	CONTROL_RESTART = 'p',	/* stop, to be started again at once */
	CONTROL_LOG = 'l',	/* the last lines that the service wrote */
	CONTROL_WAIT = 'w'	/* answer when the start that is going on has ended */
};
enum { CONTROL_TEXT = 1024, CONTROL_FDS = 64 };

/* For the keeper.  A listening socket at path: close-on-exec, non-blocking; -1 with errno. */
int control_listen(const char *path);
/* The next client of our own user or root: its descriptor, or -1 when there is none. */
int control_accept(int fd);
/* What it asks for, CONTROL_NONE when it is gone or talks nonsense; -1 when it has not said it yet. */
int control_request_of(int client);
/* Answer and close. */
void control_reply(int client, int code, const char *text);
/* The same, giving n descriptors (CONTROL_FDS at most) to who asked. */
void control_reply_with(int client, int code, const char *text, const int *fds, size_t n);

/*
 * For commands.  Ask and wait for the answer: its code, with text filled (CONTROL_TEXT bytes); -1 with errno when there is no
 * keeper, or it dies before it has answered (ECONNRESET).
 */
int control_ask(const char *path, enum control_request, char *text);
/* The same, and fds[CONTROL_FDS] gets the descriptors that come with the answer, close-on-exec; *n is how many. */
int control_ask_with(const char *path, enum control_request, char *text, int *fds, size_t *n);
/* Ask and wait for no answer.  0, or -1 with errno. */
int control_tell(const char *path, enum control_request);
/* Wait for a reply on a connected socket: as above.  Closes it. */
int control_hear(int fd, char *text);

#endif
