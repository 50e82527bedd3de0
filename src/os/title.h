#ifndef OS_TITLE_H
#define OS_TITLE_H
/*
 * What ps(1) shows of this process: overwrites the argument strings in place, as far as they reach, and the name in /proc/PID/comm
 * (15 bytes).  argv is unusable afterwards.
 */
void title_set(int argc, char *argv[], const char *comm, const char *text);

#endif
