#ifndef SVC_NOTIFY_H
#define SVC_NOTIFY_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
/*
 * The receiving end of sd_notify(3): a datagram socket that anyone may write to (daemons drop root before they are ready), with the sender's
 * credentials checked by the kernel.  Descriptors that come along are closed at once, which is what a BARRIER=1 waits for.
 */

/* One message, as far as we know its words.  Strings are cut to their room and have no control characters. */
struct notify_message {
	pid_t sender;		/* as the kernel saw it, in our pid namespace; 0 if it is not in it */
	uid_t uid;
	bool ready, reloading, stopping, watchdog, watchdog_trigger;
	pid_t main_pid;		/* MAINPID=, 0 if none; not verified */
	int errnum;		/* ERRNO=, 0 if none */
	uint64_t extend_us;	/* EXTEND_TIMEOUT_USEC=, 0 if none */
	uint64_t watchdog_us;	/* WATCHDOG_USEC=, 0 if none */
	char status[256];	/* STATUS=; "" if none */
	bool has_status;
};

/* Bind the socket at path (an old one is replaced).  Descriptor (close-on-exec, non-blocking), or -1 with errno. */
int notify_bind(const char *path);
/*
 * As notify_bind(), at an abstract address that the kernel picks: nothing to clean up, and it is reached from inside a chroot.  address gets what
 * NOTIFY_SOCKET is to be, "@" first.
 */
int notify_bind_abstract(char *address, size_t size);
/* The next message.  1 and *out; 0 when there is none; -1 with errno. */
int notify_receive(int fd, struct notify_message *out);
/* Read the lines of one message into *out, sender and uid left alone; cuts the text up.  For notify_receive() and tests. */
void notify_parse(char *text, struct notify_message *out);

#endif
