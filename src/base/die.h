#ifndef BASE_DIE_H
#define BASE_DIE_H
/*
 * Every message of every command: "PROG: TEXT[: REASON]\n" on stderr, in one write(2), so that lines of
 * parallel services never mix.  TEXT reads "unable to VERB OBJECT"; the _errno forms append strerror(errno).
 * errno is preserved by all of them.  Only this module may end the process.
 */

/* The name that messages start with; set once by main() or applet_run(). */
extern const char *progname;

/* Print and go on. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warn_errno(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print, write what waits in base/out.h, and exit(status). */
_Noreturn void die(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void die_errno(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print, add "Try 'PROG --help' for more information.", exit(status). */
_Noreturn void usage_die(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Our own mistake: print file and line, abort(). */
_Noreturn void die_bug(const char *file, int line, const char *what);
#define BUG(what) die_bug(__FILE__, __LINE__, what)

#endif
