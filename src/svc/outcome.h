#ifndef SVC_OUTCOME_H
#define SVC_OUTCOME_H
#include <stdbool.h>

#include "svc/control.h"
/*
 * How a service, or one action on it, went: in the words of SERVICE_RESULT (systemd.exec(5)), as an LSB exit status, and in a sentence.
 */
struct outcome {
	const char *result;	/* "success", "exit-code", "signal", "core-dump", "timeout", "watchdog", "exec", ...; static */
	int code;		/* LSB exit status for who asked */
	int status;		/* of the main process, as wait(2) gives it; -1: it has not ended */
	char text[CONTROL_TEXT];
};
#define OUTCOME_INIT { "success", 0, -1, "" }

bool outcome_failed(const struct outcome *);
/* Note a failure; the first one is the reason and stays, what comes of it does not count. */
void outcome_fail(struct outcome *, const char *result, int code, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The word for an end that was not as it should be; status as wait(2) gives it. */
const char *outcome_word(int status);
/* The wait(2) status of a process that exited with that code. */
int outcome_exited(int code);

#endif
