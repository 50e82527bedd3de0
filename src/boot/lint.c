#include "boot/lint.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/mem.h"
#include "base/sort.h"
#include "base/str.h"
#include "boot/lexer.h"
#include "boot/lint_body.h"
#include "boot/lint_header.h"
#include "boot/lint_shell.h"
#include "boot/lint_ssd.h"

static const struct lint_rule rules[LINT_CODES] = {
	[LINT_NO_HEADER] = { "no-header", DIAG_ERROR,
	    "nothing says what the script needs and in which runlevels it belongs: installers put it at 20, before or after anything",
	    "a block from \"### BEGIN INIT INFO\" to \"### END INIT INFO\"; on Red Hat \"# chkconfig: LEVELS START STOP\" will do" },
	[LINT_HEADER_SYNTAX] = { "header-syntax", DIAG_WARN, "installers of links skip it, or read it each in their own way",
	    "\"# Key: value\" in one line; only Description goes on, in lines that start with # and two blanks" },
	[LINT_HEADER_END] = { "header-end", DIAG_ERROR, "the block does not end: none of it is used", "### END INIT INFO" },
	[LINT_KEY_MISSING] = { "key-missing", DIAG_WARN, "insserv warns and takes a default", "the key, with an empty value if nothing is needed" },
	[LINT_KEY_UNKNOWN] = { "key-unknown", DIAG_WARN, "nobody reads it", "a key of the LSB, or X- in front of one of your own" },
	[LINT_KEY_TWICE] = { "key-twice", DIAG_WARN, "some tools take the first, some the last, some both", "one line" },
	[LINT_KEY_CASE] = { "key-case", DIAG_WARN, "insserv takes any case, others read the key as the LSB spells it or not at all",
	    "the LSB's spelling" },
	[LINT_FACILITY_UNKNOWN] = { "facility-unknown", DIAG_WARN, "no insserv.conf defines it: the dependency is never met, or passed over",
	    "one of $local_fs $network $named $remote_fs $syslog $portmap $time, or the name of a script without the $" },
	[LINT_PROVIDES_FACILITY] = { "provides-facility", DIAG_WARN, "only insserv.conf can say what makes up a $facility; insserv ignores it here",
	    "a name without the $" },
	[LINT_NEEDS_ITSELF] = { "needs-itself", DIAG_ERROR, "a loop: nothing can come before itself", "the line without that name" },
	[LINT_LEVEL_BOTH] = { "level-both", DIAG_ERROR, "the same runlevel is to start and to stop it", "each runlevel in one of the two lines only" },
	[LINT_LEVEL_CONTRADICTION] = { "level-contradiction", DIAG_WARN,
	    "Red Hat's chkconfig takes Default-Start, tools that know no LSB take the chkconfig line: it starts in different runlevels", "the same levels in both" },
	[LINT_NO_INTERPRETER] = { "no-interpreter", DIAG_ERROR, "the kernel cannot execute it: whether it runs depends on who calls it", "#!/bin/sh as the first line" },
	[LINT_CARRIAGE_RETURN] = { "carriage-return", DIAG_ERROR, "lines end in CR LF: the kernel looks for an interpreter whose name ends in CR",
	    "lines that end in LF" },
	[LINT_NOT_EXECUTABLE] = { "not-executable", DIAG_WARN, "service, rc and invoke-rc.d pass it over", "chmod 755" },
	[LINT_BASHISM] = { "bashism", DIAG_ERROR, "the first line promises any sh, and dash, busybox and others do not have it", NULL },
	[LINT_FUNCTION_NAME] = { "function-name", DIAG_ERROR, "dash, busybox and bash --posix refuse the definition, and with it the script",
	    "letters, digits and _" },
	[LINT_ACTION_MISSING] = { "action-missing", DIAG_WARN, "the LSB asks for start, stop, restart, force-reload and status, and tools call them",
	    "an arm of the case for it" },
	[LINT_ACTION_UNKNOWN] = { "action-unknown", DIAG_WARN, "an action that there is not looks as if it had been done", "*) usage to standard error; exit 2 (or 3) ;;" },
	[LINT_STATUS_LOST] = { "status-lost", DIAG_WARN, "the script ends with \"exit 0\" or \":\" after it, whatever came of it",
	    "exit $? at the end of the arm, or nothing behind the case" },
	[LINT_SOURCE_UNTESTED] = { "source-untested", DIAG_WARN, "a POSIX shell ends, in the middle of the script, when the file is not there",
	    "[ ! -r FILE ] || . FILE" },
	[LINT_FUNCTION_FOREIGN] = { "function-foreign", DIAG_ERROR, "the libraries that it reads do not have that function: \"not found\", 127", NULL },
	[LINT_OPTION_ORDER] = { "option-order", DIAG_ERROR, "Red Hat's function takes its options in one order only, and an option for the program's name otherwise",
	    "-p PIDFILE, -l LOCKFILE, -b BINARY, -d DELAY, then the program, then the signal" },
	[LINT_PIDFILE_WRITABLE] = { "pidfile-writable", DIAG_ERROR, "everybody may make a file of that name there first, and say whom root is to kill",
	    "a pidfile in /run, or in a directory there that belongs to the daemon" },
	[LINT_PIDFILE_ALONE] = { "pidfile-alone", DIAG_WARN, "when the daemon died and its number was given to another process, that one is signalled, or taken for it",
	    "--exec PROGRAM beside --pidfile (--name for a script)" },
	[LINT_PIDFILE_LEFT] = { "pidfile-left", DIAG_WARN, "start-stop-daemon made the pidfile and nobody removes it: status then says 1, dead, and not 3, stopped",
	    "--remove-pidfile with --stop, or rm -f PIDFILE after it" },
	[LINT_KILL_PIDFILE] = { "kill-pidfile", DIAG_WARN, "whatever process has that number now is signalled", "start-stop-daemon --stop --pidfile FILE --exec PROGRAM, or killproc -p FILE PROGRAM" },
	[LINT_KILL_BY_NAME] = { "kill-by-name", DIAG_WARN, "every process of that name is signalled: other users', and those in containers",
	    "start-stop-daemon --stop --pidfile FILE --exec PROGRAM, or killproc" },
	[LINT_LOCK_MISSING] = { "lock-missing", DIAG_WARN, "rc stops only what has a file in /var/lock/subsys: it is not stopped at shutdown",
	    "[ $RETVAL -eq 0 ] && touch /var/lock/subsys/NAME after daemon" },
	[LINT_LOCK_LEFT] = { "lock-left", DIAG_WARN, "status says \"dead but subsys locked\" after a stop", "rm -f /var/lock/subsys/NAME after killproc" },
	[LINT_LOCK_NAME] = { "lock-name", DIAG_WARN, "rc looks for the lock file by the script's name, and does not stop it at shutdown", "the script's name" },
	[LINT_SSD_DIALECT] = { "ssd-dialect", DIAG_WARN, "other start-stop-daemons read the letter in another way, or not at all", NULL },
	[LINT_SSD_NAME] = { "ssd-name", DIAG_ERROR, "the kernel keeps 15 bytes of a process's name: this never matches", "the first 15 bytes, or --exec" },
	[LINT_SSD_RELATIVE] = { "ssd-relative", DIAG_WARN, "it is looked for in the directory of --chdir, / by default", "the whole path" },
	[LINT_SSD_FOREGROUND] = { "ssd-foreground", DIAG_WARN,
	    "--make-pidfile without --background: the script waits for the daemon, or the daemon forks and the pidfile has a dead number",
	    "--background beside it, or the pidfile that the daemon writes" },
	[LINT_SSD_NO_RETRY] = { "ssd-no-retry", DIAG_WARN, "stop is done while the daemon still runs: a start right after it finds the old one in its way", "--retry TERM/30/KILL/5" },
	[LINT_SSD_SIGNAL] = { "ssd-signal", DIAG_WARN, "dpkg's start-stop-daemon knows signals without SIG only, and in upper case", "the name without SIG" },
	[LINT_SSD_OPTION] = { "ssd-option", DIAG_ERROR, "start-stop-daemon prints its usage, and does nothing", "an option that start-stop-daemon(8) has" },
	[LINT_RUN_BROKEN] = { "run-broken", DIAG_ERROR, "the kernel cannot execute it", "a first line with an interpreter that is there; leave the script as it is, and processes for others" },
	[LINT_RUN_USAGE] = { "run-usage", DIAG_WARN, "the LSB has 2 (bad arguments) or 3 (no such action); who calls it takes anything else for the outcome of an action",
	    "*) echo \"Usage: $0 {start|stop|...}\" >&2; exit 3 ;;" },
	[LINT_RUN_FAILS] = { "run-fails", DIAG_WARN,
	    "it does not come up in a copy of this system, where there is no other network than the loopback, and no right to devices and mounts: what follows a start was not tried",
	    "what its output asks for; exit 5 if the program is not installed, 6 if it is not configured" },
	[LINT_RUN_CODE] = { "run-code", DIAG_ERROR, "tools and other scripts go by the exit code", "the LSB's: 0 when it is then as was asked for, also when it was so before" },
	[LINT_RUN_STATUS] = { "run-status", DIAG_ERROR, "monitors, cluster managers and configuration management go by what status says",
	    "0 running, 1 dead with a pidfile, 2 dead with a lock file, 3 not running, 4 unknown" },
	[LINT_RUN_NOTHING] = { "run-nothing", DIAG_WARN, "who called it believes that it runs", "exit 1 if it failed, 5 if the program is not installed, 6 if it is not configured" },
	[LINT_RUN_LATE] = { "run-late", DIAG_ERROR, "the boot, or the shutdown, waits for it", "a time limit; a daemon in the background, without our standard streams" },
	[LINT_RUN_TWICE] = { "run-twice", DIAG_ERROR, "two daemons work on the same files and sockets, and stop ends one of them",
	    "a look whether it runs: start-stop-daemon --start --exec, or pidofproc, with the pidfile" },
	[LINT_RUN_RESTART] = { "run-restart", DIAG_WARN, "a new version or configuration is not used", "stop, wait for the end, start" },
	[LINT_RUN_EARLY] = { "run-early", DIAG_WARN, "what comes next, a start or the unmounting of file systems, finds it half way",
	    "start: wait for the pidfile; stop: --retry TERM/30/KILL/5" },
	[LINT_RUN_LEFT] = { "run-left", DIAG_ERROR, "who called it believes that it is stopped", "signal the right process, wait for its end, and fail if it does not come" },
	[LINT_RUN_FILES] = { "run-files", DIAG_WARN, "status says dead (1 or 2) and not stopped (3); the number in a pidfile may soon be another process's",
	    "rm -f FILE at the end of stop" },
	[LINT_RUN_KILLS] = { "run-kills", DIAG_ERROR, "processes of others are killed with its own", "signal the service's own processes: by its pidfile, program and user" },
	[LINT_RUN_SKIPPED] = { "run-skipped", DIAG_NOTE, "its actions could not be tried", NULL },
};

const struct lint_rule *
lint_rule(enum lint_code code)
{
	return &rules[code];
}

static struct lint_finding *
grow(struct lint *l, enum lint_code code, int line, int column, const char *fmt, va_list ap)
{
	char text[256];

	fmt_va(text, sizeof text, fmt, ap);
	/* what the script has in it is for a terminal */
	for (char *p = text; *p; p++)
		if (iscntrl((unsigned char)*p))
			*p = '?';
	l->v = mem_grow(l->v, &l->cap, l->n + 1, sizeof *l->v);
	l->v[l->n] = (struct lint_finding){ .code = code, .number = l->n, .line = line, .column = column, .text = mem_str(text) };
	return &l->v[l->n++];
}

void
lint_add(struct lint *l, enum lint_code code, int line, int column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	grow(l, code, line, column, fmt, ap);
	va_end(ap);
}

void
lint_at(struct lint *l, enum lint_code code, size_t token, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	grow(l, code, l->lex.v[token].line, l->lex.v[token].column, fmt, ap);
	va_end(ap);
}

void
lint_output(struct lint *l, const char *output)
{
	struct lint_finding *f = &l->v[l->n - 1];

	free(f->output);
	f->output = *output ? mem_str(output) : NULL;
}

void
lint_fixable(struct lint *l, size_t at, size_t n, const char *with)
{
	struct lint_finding *f = &l->v[l->n - 1];

	free(f->with);
	*f = (struct lint_finding){ f->code, f->number, f->line, f->column, f->text, f->output, true, at, n, mem_str(with) };
}

/* what some editors put in front of a text in UTF-8 */
#define BOM "\xef\xbb\xbf"

/* The base name of the program of the first line, and of env's when it is env; "" when there is no such line. */
static void
interpreter(const char *text, size_t n, char out[32])
{
	size_t len = strcspn(text, "\n");
	char line[256];
	struct vec words = VEC_INIT;

	out[0] = '\0';
	len = len < n ? len : n;
	if (len < 3 || text[0] != '#' || text[1] != '!')
		return;
	len = len < sizeof line ? len : sizeof line - 1;
	memcpy(line, text, len);
	line[len] = '\0';
	str_split(&words, line + 2, STR_BLANK);
	if (words.n > 0)
		fmt_to(out, 32, "%s", str_base(words.v[words.n > 1 && str_same(str_base(words.v[0]), "env") ? 1 : 0]));
	vec_free(&words);
}

static void
know_shell(struct lint *l, size_t n)
{
	static const char *const posix[] = { "", "sh", "dash", "ash", "posh", "init-d-script", "busybox" };
	static const char *const bash[] = { "bash", "ksh", "mksh", "zsh", "ksh93" };
	static const char *const own[] = { "init-d-script", "svrun", "openrc-run", "runscript", "rc.common" };
	char name[32];

	bool marked = n >= 3 && memcmp(l->text, BOM, 3) == 0;
	size_t line = strcspn(l->text, "\n");

	interpreter(l->text + 3 * marked, n - 3 * marked, name);
	l->shell = LINT_OTHER_LANGUAGE;
	/* no shell reads on behind a NUL in the first line; a program needs no first line */
	l->binary = line < n && l->text[line] == '\0';
	if (l->binary)
		return;
	for (size_t i = 0; i < sizeof posix / sizeof *posix; i++)
		if (strcmp(name, posix[i]) == 0)
			l->shell = LINT_POSIX;
	for (size_t i = 0; i < sizeof bash / sizeof *bash; i++)
		if (strcmp(name, bash[i]) == 0)
			l->shell = LINT_BASH;
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (strcmp(name, own[i]) == 0)
			l->interpreted = true;
}

static void
check_file(struct lint *l, mode_t mode)
{
	const char *cr = memchr(l->text, '\r', l->size);

	if (l->binary)
		return;
	if (l->size >= 3 && memcmp(l->text, BOM, 3) == 0) {
		lint_add(l, LINT_NO_INTERPRETER, 1, 1, "the file begins with a byte order mark");
		lint_fixable(l, 0, 3, l->size > 4 && memcmp(l->text + 3, "#!", 2) == 0 ? "" : "#!/bin/sh\n");
	} else if (l->size < 3 || l->text[0] != '#' || l->text[1] != '!') {
		lint_add(l, LINT_NO_INTERPRETER, 1, 1, "the first line names no interpreter");
		lint_fixable(l, 0, 0, "#!/bin/sh\n");
	}
	if (cr && cr + 1 < l->text + l->size && cr[1] == '\n') {
		int line = 1;

		for (const char *p = l->text; p < cr; p++)
			line += *p == '\n';
		lint_add(l, LINT_CARRIAGE_RETURN, line, 0, "a carriage return at the end of the line");
		/* one finding, but each of them goes: lint_fix() knows */
		lint_fixable(l, (size_t)(cr - l->text), 1, "");
	}
	if (mode != 0 && !(mode & 0111))
		lint_add(l, LINT_NOT_EXECUTABLE, 0, 0, "nobody may execute it");
}

static int
by_place(const void *a, const void *b)
{
	const struct lint_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	if (x->code != y->code)
		return (int)x->code - (int)y->code;
	return x->number < y->number ? -1 : x->number > y->number;
}

void
lint_read(struct lint *l, const char *name, const char *text, size_t n, mode_t mode, const struct facilities *facilities)
{
	*l = (struct lint){ .name = name, .text = text, .size = n };
	know_shell(l, n);
	check_file(l, mode);
	lint_header(l, facilities);
	if (l->shell != LINT_OTHER_LANGUAGE) {
		lexer_read(&l->lex, text, n);
		if (l->shell == LINT_POSIX)
			lint_shell(l);
		lint_body(l);
		lint_ssd(l);
	}
	lint_sort(l);
}

void
lint_sort(struct lint *l)
{
	if (l->n > 0)
		sort_items(l->v, l->n, sizeof *l->v, by_place);
}

static int
by_offset(const void *a, const void *b)
{
	const struct lint_finding *const *x = a, *const *y = b;

	return (*x)->at < (*y)->at ? -1 : (*x)->at > (*y)->at;
}

/* Append bytes, without the carriage returns at the ends of lines when those are to go. */
static void
copy(struct buf *out, const char *s, size_t n, bool cr_goes)
{
	for (size_t i = 0; i < n; i++)
		if (!(cr_goes && s[i] == '\r' && s[i + 1] == '\n'))
			buf_ch(out, s[i]);
}

void
lint_fix(const struct lint *l, struct buf *out)
{
	const struct lint_finding **f = mem_alloc((l->n + 1) * sizeof *f);
	size_t n = 0, done = 0;
	bool cr_goes = false;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].code == LINT_CARRIAGE_RETURN)
			cr_goes = true;
		else if (l->v[i].fixable)
			f[n++] = &l->v[i];
	sort_items(f, n, sizeof *f, by_offset);
	for (size_t i = 0; i < n; i++) {
		if (f[i]->at < done)
			continue;
		copy(out, l->text + done, f[i]->at - done, cr_goes);
		buf_str(out, f[i]->with);
		done = f[i]->at + f[i]->n;
	}
	copy(out, l->text + done, l->size - done, cr_goes);
	free(f);
}

void
lint_free(struct lint *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].text);
		free(l->v[i].output);
		free(l->v[i].with);
	}
	free(l->v);
	header_free(&l->header);
	lex_free(&l->lex);
	*l = (struct lint){ .n = 0 };
}
