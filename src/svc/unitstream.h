#ifndef SVC_UNITSTREAM_H
#define SVC_UNITSTREAM_H
#include "svc/unitvalue.h"
/*
 * The directives about standard streams and the log, systemd.exec(5) "Logging and standard input/output".
 */
unitvalue_fn unitstream_input;
unitvalue_fn unitstream_output;	/* arg 0: stdout, 1: stderr */
unitvalue_fn unitstream_facility;
unitvalue_fn unitstream_level;

#endif
