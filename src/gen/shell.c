#include "gen/shell.h"

#include <string.h>

#include "base/str.h"
#include "svc/words.h"

#define SAFE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,@%+-"

static void
quote_n(struct buf *out, const char *s, size_t n)
{
	buf_ch(out, '\'');
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\'')
			buf_str(out, "'\\''");
		else
			buf_ch(out, s[i]);
	buf_ch(out, '\'');
}

void
shell_quote(struct buf *out, const char *s)
{
	if (*s && s[strspn(s, SAFE)] == '\0')
		buf_str(out, s);
	else
		quote_n(out, s, strlen(s));
}

void
shell_set(struct buf *out, const char *key, const char *value)
{
	if (!value)
		value = "";
	buf_fmt(out, "%s=", key);
	quote_n(out, value, strlen(value));
	buf_ch(out, '\n');
}

bool
shell_splits(const struct service_command *c, const char *word)
{
	return !c->literal && word[0] == '$' && word[1] != '{' && word[1] != '$';
}

/* Append the text before a variable or the end as one quoted piece, if there is any. */
static void
plain(struct buf *out, struct buf *text)
{
	if (text->len > 0)
		shell_quote(out, text->s);
	buf_clear(text);
}

/* ${NAME} is the value, $$ a dollar sign; what is neither stays, as in words_expand() */
static void
braced_word(struct buf *out, const char *word)
{
	struct buf text = BUF_INIT;
	size_t begin = out->len;

	while (*word) {
		size_t n = strcspn(word, "$"), name;

		buf_add(&text, word, n);
		word += n;
		if (!*word)
			break;
		name = word[1] == '{' ? strcspn(word + 2, "}:") : 0;
		if (word[1] == '{' && !word[2 + name]) {
			buf_str(&text, word);
			break;
		}
		if (word[1] == '{' && word[2 + name] == '}') {
			plain(out, &text);
			if (words_is_name(word + 2, name))
				buf_fmt(out, "\"${env_%.*s-}\"", (int)name, word + 2);
			word += name + 3;
		} else {
			buf_ch(&text, '$');
			word += word[1] == '$' ? 2 : 1;
		}
	}
	plain(out, &text);
	if (out->len == begin)
		buf_str(out, "''");
	buf_free(&text);
}

void
shell_argv(struct buf *out, const struct service_command *c)
{
	bool open = false, first = true;

	for (size_t i = 0; i < c->argv.n; i++) {
		const char *word = i == 0 ? c->path : c->argv.v[i];

		if (i > 0 && shell_splits(c, word)) {
			if (open)
				buf_ch(out, '\n');
			open = false;
			if (words_is_name(word + 1, strlen(word + 1)))
				buf_fmt(out, "\tsplit \"${env_%s-}\"\n\teval \"set -- \\\"\\$@\\\" $words\"\n", word + 1);
			continue;
		}
		if (!open)
			buf_str(out, first ? "\tset --" : "\tset -- \"$@\"");
		open = true;
		first = false;
		buf_ch(out, ' ');
		if (i == 0 || c->literal)
			shell_quote(out, word);
		else
			braced_word(out, word);
	}
	if (open)
		buf_ch(out, '\n');
}

void
shell_comment(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_ch(out, (unsigned char)*text < ' ' || *text == 127 ? ' ' : *text);
}
