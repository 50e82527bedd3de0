#include "gen/cmdline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/header.h"
#include "svc/words.h"

/* a %-specifier in it would be expanded */
static void
add_plain(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '%')
			buf_ch(out, '%');
		buf_ch(out, *s);
	}
}

static void
add_key(struct buf *out, const char *key, const char *value)
{
	if (!value)
		return;
	buf_fmt(out, "%s=", key);
	add_plain(out, value);
	buf_ch(out, '\n');
}

static void
add_env(struct buf *out, const char *assignment)
{
	buf_str(out, "Environment=\"");
	for (const char *p = assignment; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_ch(out, '\\');
		if (*p == '%')
			buf_ch(out, '%');
		buf_ch(out, *p);
	}
	buf_str(out, "\"\n");
}

static char *
bad_value(const struct cmdline *c)
{
	const char *const values[] = {
		c->exec, c->name, c->description, c->user, c->group, c->pid_file, c->type, c->directory, c->reload, c->default_file
	};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (values[i] && strpbrk(values[i], "\n\r"))
			return mem_str("a value has more than one line");
	for (size_t i = 0; i < c->env.n; i++)
		if (strpbrk(c->env.v[i], "\n\r") || !words_is_assignment(c->env.v[i]))
			return mem_fmt("not NAME=VALUE: %s", c->env.v[i]);
	for (size_t i = 0; i < c->after.n; i++)
		if (strpbrk(c->after.v[i], "\n\r \t"))
			return mem_fmt("not the name of a service: %s", c->after.v[i]);
	return NULL;
}

static bool
is_unit(const char *name)
{
	return str_ends(name, ".service") || str_ends(name, ".target") || str_ends(name, ".socket") || str_ends(name, ".mount");
}

char *
cmdline_unit(struct buf *out, const struct cmdline *c)
{
	char *bad = bad_value(c);

	if (bad)
		return bad;
	buf_str(out, "[Unit]\n");
	add_key(out, "Description", c->description);
	for (size_t i = 0; i < c->after.n; i++)
		buf_fmt(out, "After=%s%s\n", c->after.v[i], is_unit(c->after.v[i]) ? "" : ".service");
	buf_str(out, "\n[Service]\n");
	add_key(out, "Type", c->type);
	add_key(out, "PIDFile", c->pid_file);
	add_key(out, "User", c->user);
	add_key(out, "Group", c->group);
	add_key(out, "WorkingDirectory", c->directory);
	for (size_t i = 0; i < c->env.n; i++)
		add_env(out, c->env.v[i]);
	if (c->default_file)
		buf_fmt(out, "EnvironmentFile=-%s\n", c->default_file);
	buf_fmt(out, "ExecStart=%s\n", c->exec);
	if (c->reload)
		buf_fmt(out, "ExecReload=%s\n", c->reload);
	buf_str(out, "\n[Install]\nWantedBy=multi-user.target\n");
	return NULL;
}

char *
cmdline_name(const char *exec)
{
	const char *p = exec + strspn(exec, " \t-+!:@");
	char *word = NULL, *name;

	if (words_next(&p, &word, WORDS_UNQUOTE | WORDS_RELAX) != 1)
		return mem_str("");
	name = header_name(str_base(word));
	free(word);
	return name;
}
