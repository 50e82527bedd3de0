#include "svc/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "os/file.h"
#include "svc/dropin.h"
#include "svc/unitkeys.h"
#include "svc/unitother.h"
#include "svc/unitset.h"

/* Our place in one text, and what was seen so far in all of them. */
struct reader {
	struct unitvalue_ctx x;
	unsigned section;	/* UNITVALUE_ bit; 0: none, or one that is passed over */
	bool section_seen;	/* there was a section line in this file */
	bool bom;
	const char *p, *end;
	int line;		/* number of the line at p */
	size_t *floors;		/* by row of unitother: ignored directives before that one were taken back; NULL while there was none */
	unsigned short *rows;	/* by ignored directive: its row + 1 */
	size_t cap_rows;
	const char *only;	/* of one section, or NULL */
	unit_line_fn *each;	/* instead of reading the assignments, if not NULL */
	void *each_data;
};

static const char *const section_names[] = {
	[UNITVALUE_UNIT] = "Unit", [UNITVALUE_SERVICE] = "Service", [UNITVALUE_INSTALL] = "Install"
};

/* --- lines --- */

static bool
is_eol(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

/* One line end: any of \n \r \0, and what differs from it right behind counts as the same one ("\r\n"). */
static void
skip_eol(struct reader *r)
{
	bool seen[UCHAR_MAX + 1] = { false };

	while (r->p < r->end && is_eol(*r->p) && !seen[(unsigned char)*r->p] && !seen[0]) {
		if (*r->p == '\0')
			diag_add(r->x.d, DIAG_WARN, r->x.file, r->line, 0, "NUL byte in the text, taken as the end of the line");
		seen[(unsigned char)*r->p++] = true;
	}
	r->line++;
}

static bool
is_comment(const char *s, size_t n)
{
	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	return n > 0 && (*s == '#' || *s == ';');
}

static bool
is_continued(const char *s, size_t n)
{
	size_t slashes = 0;

	while (slashes < n && s[n - 1 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

static int
too_long(struct reader *r)
{
	diag_add(r->x.d, DIAG_ERROR, r->x.file, r->line, 0, "the line is longer than %d bytes", UNIT_LINE_MAX);
	return -1;
}

/*
 * The next line with those that continue it, comments between them left out.  1; 0 at the end; -1 after an error.
 * x.line is where it starts.
 */
static int
next_line(struct reader *r, struct buf *out)
{
	bool more = false;

	buf_clear(out);
	while (r->p < r->end) {
		const char *s = r->p;
		size_t n;

		while (r->p < r->end && !is_eol(*r->p))
			r->p++;
		n = (size_t)(r->p - s);
		if (n + out->len > UNIT_LINE_MAX)
			return too_long(r);
		if (!more)
			r->x.line = r->line;
		skip_eol(r);
		if (is_comment(s, n))
			continue;
		if (!r->bom && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
			r->bom = true;
			s += 3;
			n -= 3;
		}
		more = is_continued(s, n);
		buf_add(out, s, n - more);
		if (!more)
			return 1;
		buf_ch(out, ' ');
	}
	return more;
}

/* --- what a line says --- */

static void
complain(struct reader *r, enum diag_level level, const char *fmt, const char *what)
{
	char *shown = unitvalue_shown(what);

	diag_add(r->x.d, level, r->x.file, r->x.line, 0, fmt, shown);
	free(shown);
}

static int
section_line(struct reader *r, char *s)
{
	static const struct {
		const char *name;
		unsigned bit;
	} sections[] = { { "Unit", UNITVALUE_UNIT }, { "Service", UNITVALUE_SERVICE }, { "Install", UNITVALUE_INSTALL } };
	size_t n = strlen(s);

	if (s[n - 1] != ']') {
		complain(r, DIAG_ERROR, "bad section line \"%s\"", s);
		return -1;
	}
	s[n - 1] = '\0';
	s++;
	r->section = 0;
	r->section_seen = true;
	if (r->only) {
		r->section = strcmp(r->only, s) == 0 ? UNITVALUE_UNIT : 0;
		return 0;
	}
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		if (strcmp(sections[i].name, s) == 0)
			r->section = sections[i].bit;
	if (r->section == UNITVALUE_INSTALL && !r->each)
		r->x.s->has_install = true;
	/* what starts the service is read by svc/trigger */
	if (!r->section && !str_starts(s, "X-") && strcmp(s, "Socket") != 0 && strcmp(s, "Timer") != 0)
		complain(r, DIAG_WARN, "unknown section [%s], ignored with all in it", s);
	return 0;
}

static void
remember_row(struct reader *r, size_t row)
{
	size_t n = r->x.s->n_ignored;

	r->rows = mem_grow(r->rows, &r->cap_rows, n, sizeof *r->rows);
	r->rows[n - 1] = (unsigned short)row;
}

static void
other_key(struct reader *r, const struct unitother_key *k, const char *value)
{
	bool protects = k->flags & UNITOTHER_PROTECT;
	size_t n, row = (size_t)(k - unitother_all(&n));
	const char *why;

	if (k->flags & UNITOTHER_NOTE) {
		diag_add(r->x.d, DIAG_NOTE, r->x.file, r->x.line, 0, "%s= only means something to systemd", k->key);
		return;
	}
	if (!r->floors)
		r->floors = mem_alloc(n * sizeof *r->floors);
	if (!(k->flags & UNITOTHER_LIST) || !*value)
		r->floors[row] = r->x.s->n_ignored;
	if (unitother_is_harmless(k, value))
		return;
	why = unitother_why(k);
	if (why)
		unitvalue_lack(&r->x, k->key, value, false, "%s", why);
	else {
		unitvalue_ignore(&r->x, k->key, value, protects);
		unitvalue_warn(&r->x, k->key, protects ? "not honoured: the service runs without this protection" : "not honoured");
	}
	remember_row(r, row + 1);
}

static void
unknown_key(struct reader *r, const char *key, const char *value)
{
	char *shown = unitvalue_shown(key);

	diag_add(r->x.d, DIAG_WARN, r->x.file, r->x.line, 0, "unknown directive %s= in section [%s], ignored", shown, section_names[r->section]);
	unitvalue_ignore(&r->x, shown, value, false);
	r->x.s->ignored[r->x.s->n_ignored - 1].why = mem_str(UNITOTHER_UNKNOWN);
	free(shown);
}

/* Of units that a directive names, those of a kind that it does nothing about; what is lost then. */
static const char *
unmet(const char *key, const char *unit)
{
	static const struct {
		const char *key;
		const char *fine;	/* suffixes, blanks between them: honoured, or without a meaning here */
		const char *text;
	} rows[] = {
		{ "OnFailure", ".service", "it is not started when the service fails" },
		{ "OnSuccess", ".service", "it is not started when the service ends" },
		{ "Conflicts", ".service .target", "it is not stopped" },
		{ "Requisite", ".service .target", "the start does not look whether it is there" },
		{ "BindsTo", ".service .target .socket .device", "the service does not stop with it" },
		{ "PartOf", ".service .target .socket .slice", "the service does not stop or restart with it" },
		{ "ReloadPropagatedFrom", ".service .target", "the service is not reloaded with it" },
		{ "PropagateReloadFrom", ".service .target", "the service is not reloaded with it" },
		{ "PropagatesReloadTo", ".service .target", "it is not reloaded with the service" },
		{ "PropagateReloadTo", ".service .target", "it is not reloaded with the service" },
		{ "StopPropagatedFrom", ".service .target", "the service does not stop with it" },
		{ "PropagatesStopTo", ".service .target", "it does not stop with the service" },
		{ "WantedBy", ".service .target", "its start does not start the service" },
		{ "RequiredBy", ".service .target", "its start does not start the service" },
	};
	const char *dot = strrchr(unit, '.');

	for (size_t i = 0; dot && i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].key, key) == 0) {
			const char *at = str_find(rows[i].fine, dot);

			return at && strchr(" ", at[strlen(dot)]) ? NULL : rows[i].text;
		}
	return NULL;
}

static void
find_unmet(struct reader *r, const char *key, const char *value)
{
	struct vec units = VEC_INIT;
	const char *why = NULL;

	str_split(&units, value, STR_BLANK);
	for (size_t i = 0; i < units.n && !why; i++)
		if ((why = unmet(key, units.v[i])))
			unitvalue_lack(&r->x, key, value, units.n > 1 || r->section == UNITVALUE_INSTALL, "%.100s: %s", units.v[i], why);
	vec_free(&units);
}

static void
assignment(struct reader *r, const char *key, const char *value)
{
	const struct unitvalue_key *k = unitkeys_find(r->section, key);
	const struct unitother_key *o;

	if (k) {
		k->fn(&r->x, k, value);
		if (r->section != UNITVALUE_SERVICE)
			find_unmet(r, key, value);
	} else if ((o = unitother_find(r->section, key)))
		other_key(r, o, value);
	else if (r->section == UNITVALUE_UNIT && (str_starts(key, "Condition") || str_starts(key, "Assert")) &&
	    unitset_condition(&r->x, key, value))
		return;
	else if (!str_starts(key, "X-"))
		unknown_key(r, key, value);
}

static char *
strip(char *s)
{
	size_t n;

	s += strspn(s, " \t\n\r");
	for (n = strlen(s); n > 0 && strchr(" \t\n\r", s[n - 1]); n--)
		;
	s[n] = '\0';
	return s;
}

static int
one_line(struct reader *r, char *s)
{
	char *eq;

	s = strip(s);
	if (!*s)
		return 0;
	if (!utf8_valid(s, strlen(s))) {
		diag_add(r->x.d, DIAG_WARN, r->x.file, r->x.line, 0, "the line is not UTF-8 text, ignored");
		return 0;
	}
	if (*s == '[')
		return section_line(r, s);
	if (!r->section) {
		if (!r->section_seen)
			complain(r, DIAG_WARN, "\"%s\" stands outside of any section, ignored", s);
		return 0;
	}
	eq = strchr(s, '=');
	if (!eq || eq == s) {
		complain(r, DIAG_WARN, eq ? "no name before the = of \"%s\", ignored" : "no = in \"%s\", ignored", s);
		return 0;
	}
	*eq = '\0';
	if (r->each)
		r->each(r->each_data, r->only ? r->only : section_names[r->section], strip(s), strip(eq + 1), r->x.file, r->x.line);
	else
		assignment(r, strip(s), strip(eq + 1));
	return 0;
}

static int
read_source(struct reader *r, const struct unit_source *src)
{
	struct buf line = BUF_INIT;
	int got, bad = 0;

	r->x.file = src->path;
	r->p = src->text.s;
	r->end = r->p + src->text.len;
	r->line = 1;
	r->section = 0;
	r->section_seen = r->bom = false;
	while (!bad && (got = next_line(r, &line)) != 0)
		bad = got < 0 || (line.s && one_line(r, line.s) != 0);
	buf_free(&line);
	return bad ? -1 : 0;
}

/* --- the whole --- */

/* Drop the conditions and ignored directives that a later empty assignment took back. */
static void
drop_reset(struct reader *r)
{
	struct service *s = r->x.s;
	size_t kept = 0;

	for (size_t i = 0; i < s->n_conditions; i++)
		if (i < r->x.condition_floor[s->conditions[i].is_assert])
			service_condition_clear(&s->conditions[i]);
		else
			s->conditions[kept++] = s->conditions[i];
	s->n_conditions = kept;
	kept = 0;
	for (size_t i = 0; i < s->n_ignored; i++)
		if (!s->ignored[i].key || (i < r->cap_rows && r->rows[i] > 0 && i < r->floors[r->rows[i] - 1]))
			service_ignored_clear(&s->ignored[i]);
		else
			s->ignored[kept++] = s->ignored[i];
	s->n_ignored = kept;
}

char *
unit_name_of(const char *path)
{
	const char *base = str_base(path);
	size_t n = strlen(base);

	return mem_strn(base, str_ends(base, ".service") ? n - 8 : n);
}

/* systemd starts without a label of a security module that is not there: nothing but the unit's own X-MissingFeature= is to say otherwise */
static void
label_policies(struct confine *c)
{
	struct vec all = VEC_INIT;

	if (!c->apparmor && !c->selinux)
		return;
	vec_add(&all, "apparmor:warn");
	vec_add(&all, "selinux:warn");
	vec_addv(&all, vec_argv(&c->policies));
	vec_free(&c->policies);
	c->policies = all;
}

int
unit_parse(struct service *out, const struct unit_sources *src, const char *name, const char *root, struct diag *d)
{
	const char *file = src->n ? src->v[0].path : "";
	char *plain = unit_name_of(name ? name : file), *why;
	struct reader r = { .x = { .s = out, .d = d } };
	size_t errors = d->errors;

	service_init(out, plain);
	free(plain);
	out->file = mem_str(file);
	r.x.spec = (struct specifier){ out->name, out->file, root };
	if (!*out->name || *out->name == '@')
		diag_add(d, DIAG_ERROR, file, 0, 0, "the service has no name");
	for (size_t i = 0; i < src->n; i++)
		if (read_source(&r, &src->v[i]) != 0)
			break;
	drop_reset(&r);
	label_policies(&out->confine);
	free(r.floors);
	free(r.rows);
	if (!src->nameless)
		tmpfiles_read(&out->tmpfiles, root, out->name);
	why = service_finish(out);
	if (why && d->errors == errors)
		diag_add(d, DIAG_ERROR, file, 0, 0, "%s", why);
	free(why);
	return d->errors == errors ? 0 : -1;
}

void
unit_each_in(const struct unit_sources *src, const char *section, unit_line_fn *fn, void *data)
{
	struct diag unused = DIAG_INIT;
	struct reader r = { .x = { .d = &unused }, .only = section, .each = fn, .each_data = data };

	for (size_t i = 0; i < src->n; i++)
		if (read_source(&r, &src->v[i]) != 0)
			break;
	diag_free(&unused);
}

void
unit_each(const struct unit_sources *src, unit_line_fn *fn, void *data)
{
	unit_each_in(src, NULL, fn, data);
}

static void
add_source(struct unit_sources *src, const char *path, struct buf *text)
{
	src->v = mem_grow(src->v, &src->cap, src->n + 1, sizeof *src->v);
	src->v[src->n++] = (struct unit_source){ mem_str(path), *text };
	*text = (struct buf)BUF_INIT;
}

/* 1: masked */
static int
load(struct unit_sources *src, const char *path, struct diag *d)
{
	struct buf text = BUF_INIT;
	struct stat st = { 0 };
	int saved;

	if (file_read(AT_FDCWD, path, 0, UNIT_FILE_MAX, &text, &st) == 0) {
		if (st.st_mode & S_IWOTH)
			diag_add(d, DIAG_WARN, path, 0, 0, "anyone may write to this file");
		if (text.len == 0)
			return 1;
		add_source(src, path, &text);
		return 0;
	}
	saved = errno;
	buf_free(&text);
	if (saved == EINVAL && S_ISCHR(st.st_mode))
		return 1;
	diag_add(d, DIAG_ERROR, path, 0, 0, saved == EINVAL ? "unable to read: not a regular file" : "unable to read: %s", strerror(saved));
	return -1;
}

int
unit_load(struct unit_sources *src, const char *path, struct diag *d)
{
	int r = load(src, path, d);

	if (r > 0)
		diag_add(d, DIAG_ERROR, path, 0, 0, "the unit is masked: it is empty, or a link to /dev/null");
	return r ? -1 : 0;
}

int
unit_load_dropins(struct unit_sources *src, const struct vec *paths, struct diag *d)
{
	for (size_t i = 0; i < paths->n; i++)
		if (load(src, paths->v[i], d) < 0)
			return -1;
	return 0;
}

void
unit_sources_free(struct unit_sources *src)
{
	for (size_t i = 0; i < src->n; i++) {
		free(src->v[i].path);
		buf_free(&src->v[i].text);
	}
	free(src->v);
	*src = (struct unit_sources){ 0 };
}

int
unit_read(struct service *out, const char *path, const char *name, const char *root, struct diag *d)
{
	struct unit_sources src = { 0 };
	struct vec dropins = VEC_INIT;
	char *plain = unit_name_of(name ? name : path);
	size_t errors = d->errors;

	dropin_native(&dropins, root, plain);
	if (unit_load(&src, path, d) == 0)
		unit_load_dropins(&src, &dropins, d);
	if (src.n > 0)
		unit_parse(out, &src, plain, root, d);
	else
		service_init(out, plain);
	unit_sources_free(&src);
	vec_free(&dropins);
	free(plain);
	return d->errors == errors ? 0 : -1;
}

int
unit_read_text(struct service *out, const char *text, size_t n, const char *file, const char *name, const char *root, struct diag *d)
{
	struct unit_sources src = { 0 };
	struct buf copy = BUF_INIT;
	int r;

	buf_add(&copy, text, n);
	add_source(&src, file, &copy);
	r = unit_parse(out, &src, name, root, d);
	unit_sources_free(&src);
	return r;
}
