#ifndef BOOT_FACILITY_H
#define BOOT_FACILITY_H
#include "base/diag.h"
#include "base/map.h"
#include "boot/rcdir.h"
/*
 * System facilities, "$network": which services make them up, as insserv.conf(5) says.  A tree without such a file gets a
 * built-in list of the usual ones.  "$all" is no facility of this kind.
 */
struct facility_member {
	int name;	/* index into names[] */
	bool optional;	/* "+name": counts only where it is installed */
};

struct facility {
	struct facility_member *v;	/* owned; services only: facilities among them are replaced by their members */
	size_t n, cap;
	int state;			/* how far the replacing has come; for facility.c */
};

struct facilities {
	char **names;		/* of facilities and members alike; owned, as is each */
	size_t n_names, cap_names;
	struct facility *v;	/* by index of its name; owned */
	size_t cap;
	struct map by_name;	/* name to index into names and v */
	int interactive;	/* the facility "<interactive>", or -1 */
};
#define FACILITIES_INIT { .by_name = MAP_INIT, .interactive = -1 }

/*
 * Read the file at conf, seen from the tree's root, and all files of the directory conf + ".d", in the order of their names.
 * Later definitions of a facility add to it.  0, or -1 when conf itself cannot be read; an additional file that cannot be had is told and
 * passed over, unless the machine cannot read at all.  Defects, loops too, go to diag.
 */
int facility_load(struct facilities *, const struct rcdir *, const char *conf, struct diag *);
/* The facility "$name"; NULL if there is none of that name. */
const struct facility *facility_find(const struct facilities *, const char *name);
/* The name of a member. */
const char *facility_member_name(const struct facilities *, const struct facility_member *);
/* Is the service in the list <interactive>? */
bool facility_is_interactive(const struct facilities *, const char *service);
void facility_free(struct facilities *);

#endif
