#ifndef SVC_CONDITION_H
#define SVC_CONDITION_H
#include <stdbool.h>

#include "svc/service.h"
/*
 * Condition...= and Assert...= of systemd.unit(5).  test is the key without its first word ("PathExists").
 */

/* Can that be tested here? */
bool condition_known(const char *test);
/* Is its value one absolute path? */
bool condition_takes_path(const char *test);

enum condition_result {
	CONDITION_MET,
	CONDITION_SKIP,		/* a Condition...= does not hold: the start is skipped, which is no failure */
	CONDITION_FAIL		/* an Assert...= does not hold: the start fails */
};

/*
 * Do the conditions and asserts of the service hold now?  All without a trigger sign must, and one of those with it, conditions and
 * asserts on their own.  root (NULL: /) is put before paths.  *failed: the one that decided, where the result is not CONDITION_MET.
 */
enum condition_result condition_check(const struct service *, const char *root, const struct service_condition **failed);
/* Does that one hold, its negation taken into account? */
bool condition_holds(const struct service_condition *, const char *root);

#endif
