#ifndef COLD_H
#define COLD_H
#include <stdbool.h>
/*
 * Constants that only commands read for which nobody waits.  In a static program they are deflated: src/cold.sh links it so, by the Makefile's COLD.
 * Before cold_open() they are zeroes.
 */

/* Is what it points to among them, and not there yet? */
bool cold_holds(const void *);
/* Have them there: once, or it does nothing. */
void cold_open(void);

#endif
