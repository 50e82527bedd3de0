#ifndef SVC_BUSNAME_H
#define SVC_BUSNAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/*
 * Hears when a name on the message bus gets an owner, which is how a service of Type=dbus says that it is ready: as much of a client as that
 * takes (D-Bus specification 0.40, "Message Protocol", "Authentication Protocol" and "Message Bus Messages").
 */
#define BUSNAME_SYSTEM "/run/dbus/system_bus_socket"

enum { BUSNAME_ROOM = 16384 };	/* bytes of one message; the bus sends us nothing that is longer */

struct busname {
	int fd;			/* to be polled for reading; -1: none */
	const char *name;	/* borrowed */
	bool authenticated;
	bool owned;		/* somebody has the name now */
	bool broken;		/* nothing more will be heard */
	size_t n;		/* bytes in room */
	unsigned char room[BUSNAME_ROOM];
};

/* Connect to the bus whose socket is path, and ask.  0, or -1 with errno. */
int busname_open(struct busname *, const char *path, const char *name);
/* Take what there is to read, after poll(2) or at any time. */
void busname_read(struct busname *);
void busname_close(struct busname *);

#endif
