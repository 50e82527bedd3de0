#ifndef BASE_VERCMP_H
#define BASE_VERCMP_H
#include <stdbool.h>

/* Order two versions as systemd-analyze(1) compare-versions does: < 0, 0, > 0.  "~" comes before the end, digits count by value. */
int vercmp(const char *a, const char *b);

enum vercmp_op { VERCMP_NONE, VERCMP_LE, VERCMP_GE, VERCMP_NE, VERCMP_EQ, VERCMP_LT, VERCMP_GT };

/* Take a leading <= >= != == = < > off *s; VERCMP_NONE when there is none. */
enum vercmp_op vercmp_take_op(const char **s);
/* Does a result of a comparison fit the operator? */
bool vercmp_holds(enum vercmp_op, int order);

#endif
