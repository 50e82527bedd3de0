#ifndef OS_ERRNAME_H
#define OS_ERRNAME_H

/* The errno value of a name ("EPERM") or of a decimal from 1 to 4095; -1 when there is none. */
int errname_number(const char *name);
/* The name of an errno value; NULL when it has none here. */
const char *errname_of(int number);

#endif
