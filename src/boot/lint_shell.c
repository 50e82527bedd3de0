#include "boot/lint_shell.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

/* how many bytes of a word are looked at for the end of something */
enum { LOOK = 1024 };

static const char *
at(const struct lint *l, size_t i)
{
	return l->lex.s + l->lex.v[i].at;
}

/* A construct at a token, `more` bytes into it; the message is "WHAT: WRITE". */
static void
found(struct lint *l, size_t i, size_t more, const char *what, const char *write)
{
	const struct lex_token *t = &l->lex.v[i];

	/* on from the last one, where that was in the same word */
	if (l->place.at < t->at || l->place.at > t->at + more) {
		l->place.at = t->at;
		l->place.line = t->line;
		l->place.column = t->column;
	}
	for (; l->place.at < t->at + more; l->place.at++) {
		l->place.column++;
		if (l->lex.s[l->place.at] == '\n') {
			l->place.line++;
			l->place.column = 1;
		}
	}
	lint_add(l, LINT_BASHISM, l->place.line, l->place.column, "%s; write %s", what, write);
}

/* --- commands --- */
static const struct {
	const char *name, *write, *fix;
} builtins[] = {
	{ "source", ". FILE", "." },
	{ "let", "x=$((EXPRESSION))", NULL },
	{ "declare", "plain assignments", NULL },
	{ "typeset", "local, or plain assignments", NULL },
	{ "pushd", "(cd DIR && ...)", NULL },
	{ "popd", "(cd DIR && ...)", NULL },
	{ "shopt", "nothing: an sh has no such options", NULL },
	{ "disown", "nothing: a script has no job control", NULL },
	{ "mapfile", "while read -r", NULL },
	{ "readarray", "while read -r", NULL },
	{ "[[", "[ ... ], or case for patterns", NULL },
	{ "((", "$((...)), or [ ... -gt ... ]", NULL },
	{ "select", "a loop with read -r", NULL },
	{ "coproc", "a FIFO", NULL },
	{ "builtin", "the command alone", NULL },
	{ "caller", "nothing: sh does not know who called", NULL },
	{ "compgen", "command -v, or a loop over PATTERN", NULL },
	{ "dirs", "$PWD", NULL },
};

static size_t
argument_count(const struct lint *l, size_t i)
{
	size_t n = 0;

	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k))
		n++;
	return n;
}

static void
check_name(struct lint *l, size_t i)
{
	for (size_t k = 0; k < sizeof builtins / sizeof *builtins; k++)
		if (lex_is(&l->lex, i, builtins[k].name) && !lex_function(&l->lex, at(l, i), l->lex.v[i].n)) {
			found(l, i, 0, builtins[k].name, builtins[k].write);
			/* other shells hand it no arguments */
			if (builtins[k].fix && argument_count(l, i) == 1)
				lint_fixable(l, l->lex.v[i].at, l->lex.v[i].n, builtins[k].fix);
		}
}

/* Is the argument the last one, the ] aside? */
static bool
is_last(const struct lint *l, size_t i, size_t k)
{
	k = lex_arg(&l->lex, i, k);
	return k == l->lex.n || lex_is(&l->lex, k, "]");
}

/* In [ ]: the operators, and the files and variables that only others ask for. */
static void
check_test(struct lint *l, size_t i)
{
	size_t first = lex_arg(&l->lex, i, i), second = first < l->lex.n ? lex_arg(&l->lex, i, first) : l->lex.n;

	if (first < l->lex.n && lex_is(&l->lex, first, "!")) {
		first = second;
		second = first < l->lex.n ? lex_arg(&l->lex, i, first) : l->lex.n;
	}
	if (second < l->lex.n && !lex_is(&l->lex, second, "]") && lex_is(&l->lex, first, "-v"))
		found(l, first, 0, "[ -v NAME ]", "[ \"${NAME+set}\" ]");
	else if (second < l->lex.n && lex_is(&l->lex, first, "-a") && is_last(l, i, second))
		found(l, first, 0, "[ -a FILE ]", "[ -e FILE ]");
	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k)) {
		if (lex_is(&l->lex, k, "==")) {
			found(l, k, 0, "== in [ ]", "=");
			lint_fixable(l, l->lex.v[k].at, 2, "=");
		} else if (lex_is(&l->lex, k, "=~")) {
			found(l, k, 0, "=~ in [ ]", "case, or expr STRING : PATTERN");
		}
	}
}

/* -NAME options before the first operand, all letters of which are in `good`, but for those behind a letter that takes a word */
static size_t
bad_option(struct lint *l, size_t i, const char *good)
{
	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k)) {
		const char *s = at(l, k);
		size_t n = l->lex.v[k].n;

		if (n < 2 || s[0] != '-' || !isalpha((unsigned char)s[1]))
			return l->lex.n;
		for (size_t c = 1; c < n; c++)
			if (!strchr(good, s[c]))
				return k;
	}
	return l->lex.n;
}

static bool
is_signal_word(const struct lint *l, size_t k, size_t skip)
{
	return l->lex.v[k].n > skip + 3 && memcmp(at(l, k) + skip, "SIG", 3) == 0 && isupper((unsigned char)at(l, k)[skip + 3]);
}

static void
strip_sig(struct lint *l, size_t k, size_t skip)
{
	found(l, k, skip, "SIG in front of a signal's name", "the name without it");
	lint_fixable(l, l->lex.v[k].at + skip, 3, "");
}

static void
check_trap(struct lint *l, size_t i)
{
	bool action = true;

	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k)) {
		if (action) {
			action = false;
			continue;
		}
		if (is_signal_word(l, k, 0))
			strip_sig(l, k, 0);
		else if (lex_is(&l->lex, k, "ERR") || lex_is(&l->lex, k, "DEBUG") || lex_is(&l->lex, k, "RETURN"))
			found(l, k, 0, "trap of what is no signal", "set -e and trap ... EXIT");
	}
}

static void
check_kill(struct lint *l, size_t i)
{
	size_t k = lex_arg(&l->lex, i, i), next;

	if (k == l->lex.n)
		return;
	next = lex_arg(&l->lex, i, k);
	if (at(l, k)[0] == '-' && is_signal_word(l, k, 1))
		strip_sig(l, k, 1);
	else if (lex_is(&l->lex, k, "-s") && next < l->lex.n && is_signal_word(l, next, 0))
		strip_sig(l, next, 0);
}

static bool
has_operand(const struct lint *l, size_t i)
{
	for (size_t k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k))
		if (at(l, k)[0] != '-')
			return true;
	return false;
}

/* Does the format have that directive? */
static bool
formats(const struct lint *l, size_t i, char letter)
{
	const char *s = at(l, i);

	for (size_t k = 0; k + 1 < l->lex.v[i].n; k++)
		if (s[k] == '%' && s[++k] == letter)
			return true;
	return false;
}

static void
check_options(struct lint *l, size_t i)
{
	size_t k;

	if (lex_is(&l->lex, i, "echo")) {
		k = bad_option(l, i, "n");
		if (k < l->lex.n && strspn(at(l, k) + 1, "neE") == l->lex.v[k].n - 1)
			found(l, k, 0, "echo -e", "printf '%b' or printf FORMAT");
	} else if (lex_is(&l->lex, i, "read")) {
		if ((k = bad_option(l, i, "r")) < l->lex.n)
			found(l, k, 0, "read with other options than -r", "read -r");
		else if (!has_operand(l, i))
			found(l, i, 0, "read without a name", "read -r REPLY");
	} else if (lex_is(&l->lex, i, "printf")) {
		k = lex_arg(&l->lex, i, i);
		if (k < l->lex.n && lex_is(&l->lex, k, "-v"))
			found(l, k, 0, "printf -v", "x=$(printf ...)");
		else if (k < l->lex.n && formats(l, k, 'q'))
			found(l, k, 0, "%q of printf", "sed that puts quotes around it");
	} else if (lex_is(&l->lex, i, "export") || lex_is(&l->lex, i, "local")) {
		k = lex_arg(&l->lex, i, i);
		if (k < l->lex.n && at(l, k)[0] == '-' && !lex_is(&l->lex, k, "-p") && !lex_is(&l->lex, k, "-"))
			found(l, k, 0, "options of export or local", "the names alone");
	} else if (lex_is(&l->lex, i, "exec")) {
		k = lex_arg(&l->lex, i, i);
		if (k < l->lex.n && (lex_is(&l->lex, k, "-a") || lex_is(&l->lex, k, "-l") || lex_is(&l->lex, k, "-c")))
			found(l, k, 0, "options of exec", "start-stop-daemon --startas, or env -i");
		else if (k < l->lex.n && at(l, k)[0] == '{' && at(l, k)[l->lex.v[k].n - 1] == '}')
			found(l, k, 0, "{NAME} in front of a redirection", "a number from 3 to 9");
	} else if (lex_is(&l->lex, i, "exit") || lex_is(&l->lex, i, "return")) {
		k = lex_arg(&l->lex, i, i);
		if (k < l->lex.n && at(l, k)[0] == '-' && isdigit((unsigned char)at(l, k)[1]))
			found(l, k, 0, "a negative exit code", "one from 0 to 255");
	} else if (lex_is(&l->lex, i, "set")) {
		for (k = lex_arg(&l->lex, i, i); k < l->lex.n; k = lex_arg(&l->lex, i, k))
			if (lex_is(&l->lex, k, "pipefail"))
				found(l, k, 0, "set -o pipefail", "the pipe in parts");
	}
}

static void
check_command(struct lint *l, size_t i)
{
	check_name(l, i);
	if (lex_is(&l->lex, i, "[") || lex_is(&l->lex, i, "test"))
		check_test(l, i);
	else if (lex_is(&l->lex, i, "trap"))
		check_trap(l, i);
	else if (lex_is(&l->lex, i, "kill"))
		check_kill(l, i);
	else
		check_options(l, i);
}

/* --- words --- */
static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* what bash sets by itself; who reads BASH or BASH_VERSION asks which shell it is */
static const char *const names[] = { "RANDOM", "UID", "EUID", "SECONDS", "BASH_SOURCE", "BASHPID", "BASH_LINENO", "FUNCNAME", "PIPESTATUS", "HOSTTYPE",
	"HOSTNAME", "MACHTYPE", "OSTYPE", "GROUPS", "DIRSTACK", "SHELLOPTS", "EPOCHSECONDS", "EPOCHREALTIME" };

/* The bit of the name among those; 0 for others. */
static unsigned
name_bit(const char *s, size_t n)
{
	for (size_t v = 0; v < sizeof names / sizeof *names; v++)
		if (strlen(names[v]) == n && memcmp(s, names[v], n) == 0)
			return 1u << v;
	return 0;
}

/* Those that the script itself gives a value, or reads. */
static void
note_names(struct lint *l)
{
	for (size_t i = 0; i < l->lex.n; i++) {
		const struct lex_token *t = &l->lex.v[i];
		size_t n = 0;

		if (t->role != LEX_ASSIGN && t->role != LEX_ARG)
			continue;
		while (n < t->n && is_name(at(l, i)[n]))
			n++;
		if (t->role == LEX_ASSIGN || n == t->n)
			l->own_names |= name_bit(at(l, i), n);
	}
}

static void
check_variable(struct lint *l, size_t i, size_t k, size_t n)
{
	unsigned bit = name_bit(at(l, i) + k, n);
	char what[32] = "$";

	if (!bit || (l->own_names & bit))
		return;
	strncat(what, at(l, i) + k, n);
	found(l, i, k, what, "id -u, date, $0 and the like: no other shell sets it");
}

/* [^...] from byte k of the word on, up to the byte `end` */
static void
check_bracket(struct lint *l, size_t i, size_t k, size_t n, char end)
{
	const char *s = at(l, i);

	n = n - k > LOOK ? k + LOOK : n;
	for (; k + 1 < n && s[k] != end; k++)
		if (s[k] == '\\' || s[k] == '\'' || s[k] == '"' || s[k] == '$' || s[k] == '`')
			return;
		else if (s[k] == '[' && s[k + 1] == '^') {
			if (!memchr(s + k, ']', n - k))
				return;
			found(l, i, k, "[^...] in a pattern", "[!...]");
			lint_fixable(l, l->lex.v[i].at + k + 1, 1, "!");
		}
}

/* $((...)) at byte k of the word */
static void
check_arithmetic(struct lint *l, size_t i, size_t k, size_t n)
{
	const char *s = at(l, i);
	int depth = 0;

	n = n - k > LOOK ? k + LOOK : n;
	for (size_t e = k + 1; e + 1 < n; e++) {
		depth += s[e] == '(' ? 1 : s[e] == ')' ? -1 : 0;
		if (depth == 0)
			return;
		if ((s[e] == '+' || s[e] == '-') && s[e + 1] == s[e] && (is_name(s[e - 1]) || (e + 2 < n && (isalpha((unsigned char)s[e + 2]) || s[e + 2] == '_')))) {
			found(l, i, e, s[e] == '+' ? "++ in $((...))" : "-- in $((...))", "x=$((x + 1)), x=$((x - 1))");
			return;
		}
		if (s[e] == '*' && s[e + 1] == '*') {
			found(l, i, e, "** in $((...))", "a product");
			return;
		}
	}
}

/* ${...} at byte k of the word; the bytes after the brace are looked at */
static void
check_braces(struct lint *l, size_t i, size_t k, size_t n)
{
	const char *s = at(l, i);
	size_t from = k + 2, e = from;

	if (from < n && s[from] == '!' && from + 1 < n && is_name(s[from + 1])) {
		found(l, i, k, "${!NAME}", "eval \"x=\\$$NAME\"");
		return;
	}
	if (from < n && s[from] == '#' && from + 1 < n && is_name(s[from + 1]))
		from = ++e;
	while (e < n && is_name(s[e]))
		e++;
	if (e == from && e < n && (s[e] == '@' || s[e] == '*'))
		e++;
	if (e >= n || e == from)
		return;
	/* with a value for when it is not set it does no harm */
	if (!strchr("-=?+", s[e]) && !(s[e] == ':' && e + 1 < n && strchr("-=?+", s[e + 1])))
		check_variable(l, i, from, e - from);
	if (s[e] == '#' || s[e] == '%')
		check_bracket(l, i, e, n, '}');
	if (s[e] == '/')
		found(l, i, k, "${NAME/PATTERN/TEXT}", "sed, or ${NAME#...} and ${NAME%...}");
	else if (s[e] == ':' && e + 1 < n && !strchr("-=?+", s[e + 1]))
		found(l, i, k, "${NAME:OFFSET:LENGTH}", "${NAME#?}, ${NAME%?}, expr substr or cut");
	else if (s[e] == '^' || s[e] == ',')
		found(l, i, k, "${NAME^^}, ${NAME,,}", "tr a-z A-Z");
	else if (s[e] == '[')
		found(l, i, k, "an array", "set -- and \"$@\", or several variables");
	else if (s[e] == '@')
		found(l, i, k, "${NAME@...}", "printf or sed");
}

static void
check_dollar(struct lint *l, size_t i, size_t k, size_t n, bool quoted)
{
	const char *s = at(l, i);
	size_t e = k + 1;

	if (e >= n)
		return;
	if (!quoted && s[e] == '"') {
		found(l, i, k, "$\"...\"", "\"...\"");
		lint_fixable(l, l->lex.v[i].at + k, 1, "");
	} else if (!quoted && s[e] == '\'') {
		found(l, i, k, "$'...'", "$(printf ...)");
	} else if (s[e] == '[') {
		found(l, i, k, "$[...]", "$((...))");
	} else if (s[e] == '{') {
		check_braces(l, i, k, n);
	} else if (s[e] == '(' && e + 1 < n && s[e + 1] == '(') {
		check_arithmetic(l, i, k, n);
	} else if (isalpha((unsigned char)s[e])) {
		while (e < n && is_name(s[e]))
			e++;
		check_variable(l, i, k + 1, e - k - 1);
	}
}

/* {a,b} in a word that is not quoted */
static void
check_brace_list(struct lint *l, size_t i)
{
	const char *s = at(l, i);
	size_t n = l->lex.v[i].n, open = n;
	bool comma = false;

	for (size_t k = 0; k < n; k++) {
		if (s[k] == '\\' || s[k] == '\'' || s[k] == '"' || s[k] == '`' || s[k] == '$')
			return;
		if (s[k] == '{')
			open = k;
		if (open < n && k > open + 1 && (s[k] == ',' || (s[k] == '.' && s[k - 1] == '.')))
			comma = true;
		if (s[k] == '}' && open < n && comma) {
			found(l, i, open, "{A,B}", "each word by itself");
			return;
		}
	}
}

/* Words in it that stand in $( ) are tokens of their own. */
static void
check_word(struct lint *l, size_t i)
{
	const char *s = at(l, i);
	size_t n = l->lex.v[i].n, inner = i + 1;
	bool quoted = false;

	for (size_t k = 0; k < n; k++) {
		while (inner < l->lex.n && l->lex.v[inner].at < l->lex.v[i].at + k)
			inner++;
		if (inner < l->lex.n && l->lex.v[inner].at == l->lex.v[i].at + k && l->lex.v[inner].nest > l->lex.v[i].nest) {
			k += l->lex.v[inner].n > 0 ? l->lex.v[inner].n - 1 : 0;
			continue;
		}
		if (s[k] == '\\') {
			k++;
		} else if (s[k] == '"') {
			quoted = !quoted;
		} else if (s[k] == '\'' && !quoted) {
			while (++k < n && s[k] != '\'')
				;
		} else if (s[k] == '$' && k + 1 < n && strchr("$#?!-@*", s[k + 1]) && s[k + 1] != '\0') {
			k++;
		} else if (s[k] == '(' && !quoted && k > 0 && strchr("?*+@!", s[k - 1])) {
			found(l, i, k - 1, "an extended pattern", "case with several patterns");
			break;
		} else if (s[k] == '$') {
			check_dollar(l, i, k, n, quoted);
			if (!quoted && k + 1 < n && s[k + 1] == '\'')
				while (++k < n && s[k] != '\'')
					;
		}
	}
	if (l->lex.v[i].role == LEX_ARG)
		check_brace_list(l, i);
	else if (l->lex.v[i].role == LEX_PATTERN)
		check_bracket(l, i, 0, n, '\0');
}

static void
check_assignment(struct lint *l, size_t i)
{
	const char *s = at(l, i);
	size_t n = l->lex.v[i].n, e = 0;

	while (e < n && is_name(s[e]))
		e++;
	if (e < n && s[e] == '[')
		found(l, i, 0, "an array", "set -- and \"$@\", or several variables");
	else if (e < n && s[e] == '+')
		found(l, i, 0, "NAME+=TEXT", "NAME=$NAME...");
	else if (e + 1 < n && s[e + 1] == '(')
		found(l, i, 0, "an array", "set -- and \"$@\", or several variables");
}

/* The last finding, at the redirection i, becomes one of both streams. */
static void
redirect_both(struct lint *l, size_t i, const struct lex_token *to, const char *sign)
{
	char *with = mem_fmt("%s%.*s 2>&1", sign, (int)to->n, l->lex.s + to->at);

	lint_fixable(l, l->lex.v[i].at, to->at + to->n - l->lex.v[i].at, with);
	free(with);
}

static void
check_redirection(struct lint *l, size_t i)
{
	const char *s = at(l, i);
	size_t n = l->lex.v[i].n;
	const struct lex_token *to = i + 1 < l->lex.n && l->lex.v[i + 1].role == LEX_TARGET ? &l->lex.v[i + 1] : NULL;

	if (n == 1 && s[0] == '<' && to && i > 0 && l->lex.v[i - 1].nest < l->lex.v[i].nest && lex_next(&l->lex, i + 1) == l->lex.n) {
		found(l, i, 0, "$(< FILE)", "$(cat FILE)");
		lint_fixable(l, l->lex.v[i].at, 1, "cat <");
	} else if (to && (str_find_in(l->lex.s + to->at, to->n, "/dev/tcp/") || str_find_in(l->lex.s + to->at, to->n, "/dev/udp/"))) {
		found(l, i + 1, 0, "/dev/tcp/ or /dev/udp/ in a redirection", "nc, or a program of your own");
	} else if (n > 1 && (s[n - 1] == '(' || memchr(s, '(', n))) {
		found(l, i, 0, "<(...) or >(...)", "a pipe or a file");
	} else if (n >= 3 && memcmp(s, "<<<", 3) == 0) {
		found(l, i, 0, "<<< TEXT", "printf '%s\\n' TEXT |");
	} else if (to && ((n == 2 && memcmp(s, "&>", 2) == 0) ||
	    (n == 2 && memcmp(s, ">&", 2) == 0 && !isdigit((unsigned char)l->lex.s[to->at]) && !strchr("-$\"", l->lex.s[to->at])))) {
		found(l, i, 0, "&> FILE", ">FILE 2>&1");
		redirect_both(l, i, to, ">");
	} else if (to && n == 3 && memcmp(s, "&>>", 3) == 0) {
		found(l, i, 0, "&>> FILE", ">>FILE 2>&1");
		redirect_both(l, i, to, ">>");
	}
}

static void
check_function(struct lint *l, size_t i)
{
	const struct lex_token *t = &l->lex.v[i];
	bool keyword = i > 0 && lex_is(&l->lex, i - 1, "function");

	for (size_t k = 0; k < t->n; k++)
		if (!is_name(at(l, i)[k])) {
			lint_at(l, LINT_FUNCTION_NAME, i, "a function of the name %.*s", t->n < 60 ? (int)t->n : 60, at(l, i));
			break;
		}
	if (!keyword)
		return;
	found(l, i - 1, 0, "function NAME", "NAME()");
	/* with parentheses behind the name only the word goes */
	if (memchr(at(l, i) + t->n, '(', strcspn(at(l, i) + t->n, "{\n")))
		lint_fixable(l, l->lex.v[i - 1].at, t->at - l->lex.v[i - 1].at, "");
}

void
lint_shell(struct lint *l)
{
	note_names(l);
	for (size_t i = 0; i < l->lex.n; i++) {
		const struct lex_token *t = &l->lex.v[i];

		if (t->kind == LEX_REDIR) {
			check_redirection(l, i);
		} else if (t->kind == LEX_ARM_END && t->n != 2) {
			found(l, i, 0, ";;&", "the next arm's commands, as a function");
		} else if (t->kind == LEX_ARM_END && at(l, i)[1] == '&') {
			found(l, i, 0, ";&", "the next arm's commands, as a function");
		} else if (t->kind == LEX_SEP && t->n == 2 && memcmp(at(l, i), "|&", 2) == 0 && at(l, i)[2] != '&') {
			found(l, i, 0, "|&", "2>&1 |");
			lint_fixable(l, t->at, 2, "2>&1 |");
		} else if (t->kind == LEX_WORD) {
			if (t->role == LEX_FUNCTION)
				check_function(l, i);
			else if (t->role == LEX_COMMAND || (t->role == LEX_KEYWORD && (lex_is(&l->lex, i, "[[") || lex_is(&l->lex, i, "select"))))
				check_command(l, i);
			if (t->role == LEX_ASSIGN)
				check_assignment(l, i);
			if (t->role != LEX_FUNCTION && t->role != LEX_KEYWORD)
				check_word(l, i);
		}
	}
}
