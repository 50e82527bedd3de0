#ifndef BASE_VERCMP_H
#define BASE_VERCMP_H
#include <stdbool.h>

/* Order two versions as "Version Format Specification" of the UAPI group has it: < 0, 0, > 0.  "~" is before the end, digits by value. */
int vercmp(const char *a, const char *b);

enum vercmp_op { VERCMP_NONE, VERCMP_LE, VERCMP_GE, VERCMP_NE, VERCMP_EQ, VERCMP_LT, VERCMP_GT };

/* Take a leading <= >= != == = < > off *s; VERCMP_NONE when there is none. */
enum vercmp_op vercmp_take_op(const char **s);
/* Does a result of a comparison fit the operator? */
bool vercmp_holds(enum vercmp_op, int order);

#endif
