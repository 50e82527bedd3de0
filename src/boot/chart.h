#ifndef BOOT_CHART_H
#define BOOT_CHART_H
#include "boot/timeline.h"
/* Pictures of what ran when: for a terminal, as SVG, and as a list. */

/* Append the run as bars of text in so many columns; '#' is the critical path, '-' the rest, and what failed has its code behind it. */
void chart_text(struct buf *, const struct timeline *, int columns);
/* Append n runs, one below the other, as one SVG picture.  Red is the critical path, black what failed. */
void chart_svg(struct buf *, const struct timeline *, size_t n);
/* Append "1.234s NAME ACTION" for each script of n runs, the longest first. */
void chart_blame(struct buf *, const struct timeline *, size_t n);

#endif
