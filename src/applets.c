#include "applet.h"

#include <stddef.h>

/* build/applets.def has one X(symbol) for each command that the Makefile was asked for (APPLETS=), sorted by name */
#define X(sym) extern const struct applet sym##_applet;
#include "applets.def"
#undef X

#define X(sym) &sym##_applet,
const struct applet *const applets[] = {
#include "applets.def"
	NULL
};
#undef X

#define X(sym) #sym "\0"
const char applet_symbols[] =
#include "applets.def"
	"";
