#ifndef OS_SYSLOG_H
#define OS_SYSLOG_H
#include <stddef.h>
#include <sys/types.h>
/*
 * The system log by way of /dev/log, RFC 3164 section 4.1 as local syslog daemons read it.  Unlike syslog(3) it never blocks, keeps no
 * hidden state and can speak for any tag and pid.
 */

/* A socket to /dev/log.  -1 with errno when nobody listens; then try again later. */
int syslog_open(void);
/* One line of n bytes without newline; priority is LOG_facility|LOG_level.  0; -1 with errno: EAGAIN it is busy, else open it anew. */
int syslog_send(int fd, int priority, const char *tag, pid_t pid, const char *line, size_t n);

#endif
