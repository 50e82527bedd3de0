#ifndef SVC_OUTPUT_H
#define SVC_OUTPUT_H
#include <stddef.h>
#include <sys/types.h>
/*
 * What a service writes to its standard output and error: cut into lines and passed on to the system log; "<3>" and kin at
 * the start of a line set its level (sd-daemon(3)).  The last bytes are kept,
 * to show why a start failed.  Needs no memory after output_init().
 */
enum { OUTPUT_LINE = 1024, OUTPUT_TAIL = 1000 };

struct output {
	int read_fd, write_fd;	/* the pipe; write_fd is what children get */
	int log_fd;		/* to the log, -1: not connected */
	const char *tag;	/* borrowed */
	int priority;
	size_t n;		/* bytes in line */
	char line[OUTPUT_LINE];
	size_t tail_n, fresh;	/* bytes in tail; where those begin that output_forget() has not passed */
	char tail[OUTPUT_TAIL];	/* whole lines, each with its newline */
};

/* Make the pipe.  0, or -1 with errno. */
int output_init(struct output *, const char *tag, int priority);
/* Take what is there.  pid goes into the tag. */
void output_read(struct output *, pid_t pid);
/* Log the line that has no end yet; drop what is kept for failures. */
void output_flush(struct output *, pid_t pid);
/* What was written so far is nobody's last words any more. */
void output_forget(struct output *);
/* The last whole lines as one string, good until the next call. */
const char *output_tail(struct output *);
/* The last whole line that was written, cut to size, without what a terminal would obey (base/utf8.h); "" if none. */
void output_last_line(const struct output *, char *out, size_t size);
/* A message of our own to the same log. */
void output_say(struct output *, int priority, const char *tag, const char *text);
void output_close(struct output *);

#endif
