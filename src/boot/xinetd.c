#include "boot/xinetd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sort.h"
#include "base/str.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/root.h"

#define PLACE "/etc/xinetd.d"

enum { LONGEST = 1 << 20 };

static bool
is_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && !str_ends(name, "~") && !str_ends(name, ".rpmnew") &&
	    !str_ends(name, ".rpmsave") && !str_ends(name, ".rpmorig");
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
take_name(const char *name, unsigned char type, void *arg)
{
	if (is_name(name) && type != DT_DIR)
		vec_add(arg, name);
	return 0;
}

int
xinetd_list(int root, struct vec *names)
{
	int fd = root_open(root, PLACE, O_RDONLY | O_DIRECTORY), r, saved;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = dir_each(fd, take_name, names);
	saved = errno;
	close(fd);
	if (names->n > 0)
		sort_items(names->v, names->n, sizeof *names->v, compare);
	errno = saved;
	return r;
}

/* The value of a line "disable = VALUE" in place: where it starts and its length; NULL for any other line. */
static const char *
disable_value(const char *line, size_t n, size_t *len)
{
	size_t i = 0;

	while (i < n && strchr(" \t", line[i]))
		i++;
	if (n - i < 7 || memcmp(line + i, "disable", 7) != 0)
		return NULL;
	for (i += 7; i < n && strchr(" \t", line[i]); i++)
		;
	if (i == n || line[i] != '=')
		return NULL;
	for (i++; i < n && strchr(" \t", line[i]); i++)
		;
	for (*len = 0; i + *len < n && !strchr(" \t\r", line[i + *len]); ++*len)
		;
	return line + i;
}

static int
read_service(int root, const char *name, int *dir, struct buf *text, struct stat *st)
{
	int r, saved;

	if (!is_name(name)) {
		errno = ENOENT;
		return -1;
	}
	*dir = root_open(root, PLACE, O_RDONLY | O_DIRECTORY);
	if (*dir < 0)
		return -1;
	buf_str(text, "");
	r = file_read(*dir, name, O_NOFOLLOW, LONGEST, text, st);
	if (r == 0 && strlen(text->s) != text->len) {
		/* no text: what is behind the zero byte would be lost */
		errno = EINVAL;
		r = -1;
	}
	saved = errno;
	if (r != 0)
		close(*dir);
	errno = saved;
	return r;
}

int
xinetd_is_on(int root, const char *name)
{
	struct buf text = BUF_INIT;
	struct stat st;
	int dir, on = 1;

	if (read_service(root, name, &dir, &text, &st) != 0) {
		buf_free(&text);
		return -1;
	}
	close(dir);
	for (const char *p = text.s; *p; p += *p == '\n') {
		size_t n = strcspn(p, "\n"), len;
		const char *value = disable_value(p, n, &len);

		if (value)
			on = !(len == 3 && memcmp(value, "yes", 3) == 0);
		p += n;
	}
	buf_free(&text);
	return on;
}

/* The text with its disable lines changed; where there is none, one before the closing brace.  False when there is no brace either. */
static bool
rewrite(struct buf *out, const char *text, const char *word)
{
	bool done = false;

	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n"), len, rest = n + (p[n] == '\n');
		const char *value = disable_value(p, n, &len);

		if (value) {
			buf_add(out, p, (size_t)(value - p));
			buf_str(out, word);
			buf_add(out, value + len, rest - (size_t)(value - p) - len);
			done = true;
		} else {
			if (!done && p[strspn(p, " \t")] == '}') {
				buf_fmt(out, "\tdisable = %s\n", word);
				done = true;
			}
			buf_add(out, p, rest);
		}
		p += rest;
	}
	return done;
}

int
xinetd_switch(int root, const char *name, bool on)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct stat st;
	int dir, r;

	r = read_service(root, name, &dir, &text, &st);
	if (r == 0) {
		buf_str(&out, "");
		if (!rewrite(&out, text.s, on ? "no" : "yes")) {
			errno = EINVAL;
			r = on ? 0 : -1;
		} else if (out.len != text.len || memcmp(out.s, text.s, out.len) != 0) {
			r = file_replace(dir, name, out.s, out.len, st.st_mode & 07777);
		}
		fd_drop(dir);
	}
	buf_free(&text);
	buf_free(&out);
	return r;
}
