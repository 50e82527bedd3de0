#ifndef GEN_SCRIPT_H
#define GEN_SCRIPT_H
#include "base/buf.h"
#include "base/diag.h"
#include "gen/lost.h"
#include "svc/service.h"
#include "svc/unit.h"
/*
 * A service as a POSIX sh script that needs nothing of ours: a header, settings, the parts of gen/body.sh that it needs, what is in the
 * idiom of the target, and functions with what the unit says.
 *
 * The script keeps a record of the main process (pid, when it began, its session) in /run/initgen/NAME.  So a pid that another
 * process has by now is never taken for the service, and what the service leaves behind in its session is ended with it.
 */

/* A target: gen/NAME.c has one.  Its shell code, gen/NAME.sh, has the parts "prologue" and "functions" (gen/parts.h). */
struct script_target {
	const char *name;
	bool switches;			/* it needs the part of the body that finds out how to become another user */
	bool without_all;		/* its headers must not have $all */
};

/*
 * Append the script.  name: what the header calls it; NULL: the service's own name.  lost: what the target cannot honour, to be
 * listed in the script's head.  0; -1 when no script can be made of it, an error is among the remarks then.
 */
int script_generate(struct buf *out, const struct script_target *, const struct service *, const struct unit_sources *,
    const struct lost *, const char *name, struct diag *);

#endif
