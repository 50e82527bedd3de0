#include "boot/lint_ssd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/lint_body.h"

enum { COMM = 15 };

/* dpkg's options, by their letters */
static const struct option {
	char letter;
	const char *name;
	bool arg;
} options[] = {
	{ 'S', "start", false }, { 'K', "stop", false }, { 'T', "status", false }, { 'H', "help", false }, { 'V', "version", false },
	{ 'x', "exec", true }, { 'p', "pidfile", true }, { 'n', "name", true }, { 'u', "user", true }, { 'c', "chuid", true },
	{ 'g', "group", true }, { 's', "signal", true }, { 'R', "retry", true }, { 'a', "startas", true }, { 't', "test", false },
	{ 'o', "oknodo", false }, { 'q', "quiet", false }, { 'v', "verbose", false }, { 'b', "background", false },
	{ 'm', "make-pidfile", false }, { 'C', "no-close", false }, { 'r', "chroot", true }, { 'd', "chdir", true },
	{ 'N', "nicelevel", true }, { 'P', "procsched", true }, { 'I', "iosched", true }, { 'k', "umask", true }, { 'O', "output", true },
	{ '1', "remove-pidfile", false }, { '2', "ppid", true }, { '3', "pid", true }, { '4', "notify-await", false },
	{ '5', "notify-timeout", true },
};

/* what dpkg's does not have, but OpenRC's or busybox's, or ours */
static const char *const others[] = { "capabilities", "secbits", "no-new-privs", "oom-score-adj", "notify", "scheduler", "scheduler-priority", "env",
	"stdin", "stdout", "stderr", "stdout-logger", "stderr-logger", "wait", "progress", "stop-group", "ionice", "interpreted", "dialect",
	"all-namespaces", "pidof", "nocolor", "verbose" };

/* A call: which token each option's value is in (the option itself if it has none), by letter; SIZE_MAX: not given. */
struct call {
	size_t token, given[128];
	size_t skip[128];	/* bytes of that token before the value: "--pidfile=" */
	bool letter[128];	/* given by its letter */
	bool unsure;		/* options come out of a variable, too */
	bool waits;		/* ends with & */
};

struct calls {
	struct lint *l;
	const struct lex *x;
	struct call *v;		/* owned */
	size_t n, cap;
	bool loops, restarts;	/* the script waits for something; has an action restart */
};

static const char *
at(const struct lex *x, size_t i)
{
	return x->s + x->v[i].at;
}

static bool
given(const struct call *c, char letter)
{
	return c->given[(int)letter] != SIZE_MAX;
}

static void
give(struct call *c, char letter, size_t token, size_t skip, bool by_letter)
{
	c->given[(int)letter] = token;
	c->skip[(int)letter] = skip;
	c->letter[(int)letter] = by_letter;
}

/* The value of an option, if it is known; the caller frees it. */
static char *
value(const struct calls *s, const struct call *c, char letter)
{
	struct buf b = BUF_INIT;
	size_t skip = c->skip[(int)letter];

	if (given(c, letter) && lex_expand(s->x, c->given[(int)letter], &b) && b.len >= skip) {
		char *r = mem_str(b.s ? b.s + skip : "");

		buf_free(&b);
		return r;
	}
	buf_free(&b);
	return NULL;
}

/* Can it be an option of somebody's, or is it not to be known here? */
static bool
is_other(const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)word[i]) && word[i] != '-' && word[i] != '_')
			return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(others[i], word, n) == 0)
			return true;
	return false;
}

/* --word or --word=value at token k: the token to go on from */
static size_t
take_long(const struct calls *s, struct call *c, size_t k)
{
	const char *word = at(s->x, k) + 2, *equals = memchr(word, '=', s->x->v[k].n - 2);
	size_t n = equals ? (size_t)(equals - word) : s->x->v[k].n - 2, best = SIZE_MAX;

	for (size_t o = 0; o < sizeof options / sizeof *options; o++)
		if (strncmp(options[o].name, word, n) == 0 && (best == SIZE_MAX || strlen(options[o].name) == n))
			best = o;
	if (best == SIZE_MAX || n == 0) {
		c->unsure = true;
		if (!is_other(word, n))
			lint_at(s->l, LINT_SSD_OPTION, k, "no such option: --%.*s", n < 60 ? (int)n : 60, word);
		return k;
	}
	if (options[best].arg && !equals) {
		size_t next = lex_arg(s->x, c->token, k);

		if (next < s->x->n)
			give(c, options[best].letter, next, 0, false);
		return next;
	}
	give(c, options[best].letter, k, equals ? n + 3 : 0, false);
	return k;
}

/* -abc at token k */
static size_t
take_letters(const struct calls *s, struct call *c, size_t k)
{
	for (size_t i = 1; i < s->x->v[k].n; i++) {
		char letter = at(s->x, k)[i];
		const struct option *o = NULL;

		for (size_t n = 0; n < sizeof options / sizeof *options; n++)
			if (options[n].letter == letter && isalpha((unsigned char)letter))
				o = &options[n];
		if (!o) {
			c->unsure = true;
			return k;
		}
		if (o->arg && i + 1 == s->x->v[k].n) {
			size_t next = lex_arg(s->x, c->token, k);

			if (next < s->x->n)
				give(c, letter, next, 0, true);
			return next;
		}
		give(c, letter, k, o->arg ? i + 1 : 0, true);
		if (o->arg)
			return k;
	}
	return k;
}

static void
read_call(struct calls *s, size_t token)
{
	struct call c = { .token = token };
	const struct lex *x = s->x;
	size_t k;

	for (size_t i = 0; i < 128; i++)
		c.given[i] = SIZE_MAX;
	for (k = lex_arg(x, token, token); k < x->n; k = lex_arg(x, token, k)) {
		const char *w = at(x, k);

		if (lex_is(x, k, "--"))
			break;
		if (x->v[k].n > 2 && w[0] == '-' && w[1] == '-')
			k = take_long(s, &c, k);
		else if (x->v[k].n > 1 && w[0] == '-' && isalpha((unsigned char)w[1]))
			k = take_letters(s, &c, k);
		else
			c.unsure = true;
		if (k >= x->n)
			break;
	}
	for (k = token; k < x->n && x->v[k].kind != LEX_SEP && x->v[k].kind != LEX_ARM_END; k = lex_next(x, k))
		;
	c.waits = k < x->n && lex_is(x, k, "&");
	s->v = mem_grow(s->v, &s->cap, s->n + 1, sizeof *s->v);
	s->v[s->n++] = c;
}

/* Is the command start-stop-daemon, with or without its directory? */
static bool
is_ssd(const struct lex *x, size_t i)
{
	struct buf b = BUF_INIT;
	bool r;

	if (x->v[i].role != LEX_COMMAND)
		return false;
	r = lex_expand(x, i, &b) && b.s && strcmp(str_base(b.s), "start-stop-daemon") == 0;
	buf_free(&b);
	return r;
}

/* --- one call --- */
/* Have both options the same value, known or at least written alike? */
static bool
is_same(const struct calls *s, const struct call *c, char one, char other)
{
	char *a = value(s, c, one), *b = value(s, c, other);
	bool same = a && b && strcmp(a, b) == 0;

	if (!a && !b && given(c, one) && given(c, other)) {
		size_t i = c->given[(int)one], k = c->given[(int)other], from = c->skip[(int)one], start = c->skip[(int)other];

		same = s->x->v[i].n - from == s->x->v[k].n - start && memcmp(at(s->x, i) + from, at(s->x, k) + start, s->x->v[i].n - from) == 0;
	}
	free(a);
	free(b);
	return same;
}

static void
check_letters(struct calls *s, const struct call *c)
{
	static const struct {
		char letter, with;
		const char *text;
	} rows[] = {
		{ 'u', 'S', "-u is the owner to look for in dpkg's and busybox's, the user to run as in OpenRC's; write --chuid USER to run as" },
		{ 'a', 'x', "-a beside -x is the program in dpkg's, only argv[0] in busybox's and OpenRC's; write a script that starts it" },
		{ 'P', 'S', "-P is --procsched in dpkg's, --progress in OpenRC's; write --procsched" },
		{ 't', 'S', "-t with --start tries only in dpkg's and OpenRC's, busybox's starts the daemon; write --status, or a test of the pidfile" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* a trial starts nothing; two words for one program are no difference */
		if ((rows[i].letter == 'u' && given(c, 't')) || (rows[i].letter == 'a' && is_same(s, c, 'a', 'x')))
			continue;
		if (given(c, rows[i].letter) && given(c, rows[i].with) && (c->letter[(int)rows[i].letter] || rows[i].letter == 't' || rows[i].letter == 'a'))
			lint_at(s->l, LINT_SSD_DIALECT, c->given[(int)rows[i].letter], "%s", rows[i].text);
	}
}

static void
check_words(struct calls *s, const struct call *c)
{
	char *name = value(s, c, 'n'), *exec = value(s, c, 'x'), *startas = value(s, c, 'a'), *sig = value(s, c, 's');
	size_t i;

	if (name && strlen(name) > COMM)
		lint_at(s->l, LINT_SSD_NAME, c->given['n'], "--name %.60s is longer than 15 bytes", name);
	if (exec && exec[0] && exec[0] != '/')
		lint_at(s->l, LINT_SSD_RELATIVE, c->given['x'], "--exec %.60s is no whole path", exec);
	if (startas && startas[0] && startas[0] != '/' && !c->letter['a'])
		lint_at(s->l, LINT_SSD_RELATIVE, c->given['a'], "--startas %.60s is no whole path", startas);
	if (sig && str_starts(sig, "SIG")) {
		i = c->given['s'];
		lint_at(s->l, LINT_SSD_SIGNAL, i, "--signal %.20s", sig);
		if (s->x->v[i].n == c->skip['s'] + strlen(sig))
			lint_fixable(s->l, s->x->v[i].at + c->skip['s'], 3, "");
	}
	if (given(c, 'p') && lint_body_is_public(s->l, c->given['p'], c->skip['p']) && at(s->x, c->given['p'])[c->skip['p']] == '/')
		lint_at(s->l, LINT_PIDFILE_WRITABLE, c->given['p'], "a pidfile where everybody may write");
	free(name);
	free(exec);
	free(startas);
	free(sig);
}

static bool
mentions(const struct lex *x, const char *name)
{
	for (size_t i = 0; i < x->n; i++)
		if ((x->v[i].role == LEX_COMMAND || x->v[i].role == LEX_KEYWORD) && lex_is(x, i, name))
			return true;
	return false;
}

static bool
restarts(const struct lex *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].role == LEX_PATTERN && lex_is(x, i, "restart"))
			return true;
	return false;
}

static void
check_stop(struct calls *s, const struct call *c)
{
	if (!given(c, 'R') && !given(c, 's') && !given(c, 't') && !s->loops && s->restarts)
		lint_at(s->l, LINT_SSD_NO_RETRY, c->token, "--stop without --retry");
}

static void
check_match(struct calls *s, const struct call *c)
{
	if (given(c, 'p') && !given(c, 'x') && !given(c, 'n') && !given(c, 'u'))
		lint_at(s->l, LINT_PIDFILE_ALONE, c->given['p'], "the pidfile alone says which process is meant");
}

static void
check_call(struct calls *s, const struct call *c)
{
	check_letters(s, c);
	check_words(s, c);
	if (c->unsure)
		return;
	if (given(c, 'S') && given(c, 'm') && !given(c, 'b') && !c->waits)
		lint_at(s->l, LINT_SSD_FOREGROUND, c->token, "--make-pidfile without --background");
	if (given(c, 'K'))
		check_stop(s, c);
	if (given(c, 'K') || given(c, 'T'))
		check_match(s, c);
}

/* --- the pidfile that it made --- */
static bool
is_removed(const struct calls *s, const char *file)
{
	const struct lex *x = s->x;

	for (size_t i = 0; i < x->n; i++) {
		if (x->v[i].role != LEX_COMMAND || (!lex_is(x, i, "rm") && !lex_is(x, i, "/bin/rm") && !lex_is(x, i, "unlink")))
			continue;
		for (size_t k = lex_arg(x, i, i); k < x->n; k = lex_arg(x, i, k)) {
			struct buf b = BUF_INIT;
			bool other = at(x, k)[0] == '-' || (lex_expand(x, k, &b) && b.s && strcmp(b.s, file) != 0);

			buf_free(&b);
			/* what a word means that is not known may be the file */
			if (!other)
				return true;
		}
	}
	return false;
}

static void
check_left(struct calls *s)
{
	const struct call *made = NULL;
	char *file;

	for (size_t i = 0; i < s->n; i++) {
		if (given(&s->v[i], '1') || (given(&s->v[i], 'K') && s->v[i].unsure))
			return;
		if (given(&s->v[i], 'm'))
			made = &s->v[i];
	}
	file = made ? value(s, made, 'p') : NULL;
	if (file && !is_removed(s, file))
		lint_at(s->l, LINT_PIDFILE_LEFT, made->token, "nobody removes %.100s", file);
	free(file);
}

void
lint_ssd(struct lint *l)
{
	struct calls s = { .l = l, .x = &l->lex, .restarts = restarts(&l->lex) };

	s.loops = mentions(s.x, "sleep") || mentions(s.x, "while") || mentions(s.x, "until") || mentions(s.x, "for");
	for (size_t i = 0; i < l->lex.n; i++)
		if (is_ssd(&l->lex, i))
			read_call(&s, i);
	for (size_t i = 0; i < s.n; i++)
		check_call(&s, &s.v[i]);
	check_left(&s);
	free(s.v);
}
