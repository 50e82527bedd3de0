#include "boot/deploy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/linediff.h"
#include "base/mem.h"
#include "base/str.h"
#include "boot/install.h"
#include "os/file.h"

enum { SCRIPT_MAX = 8 * 1024 * 1024, DIGITS = 16 };

static const char digest_mark[] = "# initgen digest: ", made_mark[] = "# initgen made: ";

/* --- the stamp --- */

/* The line that starts with the mark, or NULL. */
static const char *
find_line(const char *text, const char *mark)
{
	size_t n = strlen(mark);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (*p == '\n')
			return NULL;
		if (strncmp(p, mark, n) == 0)
			return p;
	}
	return NULL;
}

/* FNV-1a, of all but the digest itself: it tells edits, not attacks. */
static uint64_t
digest(const char *text, const char *skip)
{
	uint64_t h = 14695981039346656037u;

	for (; *text; text++)
		if (!skip || text < skip || text >= skip + DIGITS)
			h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h;
}

void
deploy_stamp(struct buf *script, const struct vec *made)
{
	const char *end = str_find(script->s, "\n\n");
	size_t head = end ? (size_t)(end - script->s) + 1 : script->len;
	struct buf out = BUF_INIT;
	char hex[DIGITS + 1];
	size_t at;

	buf_add(&out, script->s, head);
	for (size_t i = 0; i < made->n; i++)
		buf_fmt(&out, "%s%s\n", made_mark, made->v[i]);
	buf_str(&out, digest_mark);
	at = out.len;
	buf_str(&out, "0000000000000000\n");
	buf_add(&out, script->s + head, script->len - head);
	fmt_to(hex, sizeof hex, "%016" PRIx64, digest(out.s, out.s + at));
	memcpy(out.s + at, hex, DIGITS);
	buf_free(script);
	*script = out;
}

enum deploy_state
deploy_state_of(const char *text)
{
	const char *line = find_line(text, digest_mark), *hex;
	char want[DIGITS + 1];

	if (!line)
		return DEPLOY_FOREIGN;
	hex = line + strlen(digest_mark);
	if (strlen(hex) < DIGITS)
		return DEPLOY_EDITED;
	fmt_to(want, sizeof want, "%016" PRIx64, digest(text, hex));
	return strncmp(want, hex, DIGITS) == 0 ? DEPLOY_SAME : DEPLOY_EDITED;
}

void
deploy_made(struct vec *out, const char *text)
{
	const char *line = text;

	while ((line = find_line(line, made_mark))) {
		line += strlen(made_mark);
		vec_take(out, mem_strn(line, strcspn(line, "\n")));
		line += strcspn(line, "\n");
	}
}

/* --- files --- */

static enum deploy_result
failed(struct diag *d, const char *path, const char *verb)
{
	diag_add(d, DIAG_ERROR, path, 0, 0, "unable to %s: %s", verb, strerror(errno));
	return DEPLOY_FAILED;
}

/* What is in the file that deploy_install() makes for the service to read. */
static char *
default_text(const char *name)
{
	return mem_fmt("# Environment of the service %s: NAME=VALUE lines.\n", name);
}

/* Make those default files that are not there, and note them among what was made. */
static enum deploy_result
make_defaults(const struct deploy *p, struct vec *made, struct diag *d)
{
	char *text = default_text(p->name);
	enum deploy_result r = DEPLOY_OK;

	for (size_t i = 0; i < p->defaults.n && r == DEPLOY_OK; i++) {
		char *path = file_under(p->root, p->defaults.v[i]);
		char *folder = mem_strn(path, (size_t)(str_base(path) - path));

		if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			;
		else if (file_mkdirs(folder) != 0 || file_replace(AT_FDCWD, path, text, strlen(text), 0644) != 0)
			r = failed(d, path, "write");
		else if (!vec_has(made, p->defaults.v[i]))
			vec_add(made, p->defaults.v[i]);
		free(path);
		free(folder);
	}
	free(text);
	return r;
}

static bool
is_default(const char *path, const char *name)
{
	char *text = default_text(name);
	struct buf b = BUF_INIT;
	bool same = file_read(AT_FDCWD, path, O_NOFOLLOW, SCRIPT_MAX, &b, NULL) == 0 && str_same(b.s, text);

	free(text);
	buf_free(&b);
	return same;
}

/* Those that are as they were made are ours, though whoever made them may have been killed before it could be remembered. */
static void
add_defaults(const struct deploy *p, struct vec *made)
{
	for (size_t i = 0; i < p->defaults.n; i++) {
		char *path = file_under(p->root, p->defaults.v[i]);

		if (!vec_has(made, p->defaults.v[i]) && is_default(path, p->name))
			vec_add(made, p->defaults.v[i]);
		free(path);
	}
}

/* Only what is as it was made: an empty directory, a default file that nobody wrote to. */
static void
remove_made(const struct deploy *p, const struct vec *made)
{
	for (size_t i = made->n; i-- > 0;) {
		char *path = file_under(p->root, made->v[i]);

		if (is_default(path, p->name))
			unlink(path);
		else
			rmdir(path);
		free(path);
	}
}

/* The script that is there: 1 and its text, 0 for none, -1 with a remark. */
static int
read_script(const struct rcdir *dir, const char *name, struct buf *out, struct diag *d)
{
	if (file_read(dir->init, name, O_NOFOLLOW, SCRIPT_MAX, out, NULL) == 0) {
		buf_add(out, "", 0);
		return 1;
	}
	if (errno == ENOENT)
		return 0;
	failed(d, name, "read");
	return -1;
}

/* --- links --- */

static enum deploy_result
set_links(const struct deploy *p, bool wanted, struct diag *d)
{
	struct install_options options = { .root = p->root, .write = true };
	struct install in;
	struct buf loops = BUF_INIT;
	int r = install_open(&in, &options), script = -1;

	if (r == INSTALL_OK) {
		script = scripts_find(&in.scripts, p->name);
		if (script < 0)
			r = wanted ? INSTALL_FAILED : INSTALL_OK;
		else if (wanted)
			r = install_default(&in, script);
		else
			install_remove(&in, script);
	}
	if (r == INSTALL_OK && script >= 0)
		r = install_order(&in);
	if (r == INSTALL_OK && wanted && install_loops(&in, script, &loops) > 0 && !p->force) {
		diag_add(d, DIAG_ERROR, p->name, 0, 0, "%.*s", (int)loops.len - 1, loops.s);
		r = INSTALL_FAILED;
	}
	if (r == INSTALL_OK && script >= 0)
		r = install_apply(&in);
	for (size_t i = 0; i < in.why.n; i++)
		diag_add(d, DIAG_ERROR, in.why.v[i].file, in.why.v[i].line, 0, "%s", in.why.v[i].text);
	if (r != INSTALL_OK && d->errors == 0)
		diag_add(d, DIAG_ERROR, p->name, 0, 0, "unable to link the script");
	buf_free(&loops);
	install_close(&in);
	return r == INSTALL_OK ? DEPLOY_OK : DEPLOY_FAILED;
}

/* Where there are none, nothing has to be ordered anew: busybox systems have no runlevels. */
static bool
has_links(const char *root, const char *name)
{
	struct install_options options = { .root = root };
	struct install in;
	bool has = true;

	if (install_open_links(&in, &options) == INSTALL_OK) {
		int script = scripts_find(&in.scripts, name);

		has = script >= 0 && scripts_levels(in.scripts.v[script].now, 0) != 0;
	}
	install_close(&in);
	return has;
}

/* --- the two steps --- */

static enum deploy_result
judge(const struct deploy *p, const char *text, struct diag *d)
{
	enum deploy_state state = deploy_state_of(text);

	if (state == DEPLOY_SAME || p->force)
		return DEPLOY_OK;
	diag_add(d, DIAG_ERROR, p->name, 0, 0, state == DEPLOY_EDITED ? "the script was edited since it was installed" :
	    "there is a script of that name that was not installed by this program");
	return DEPLOY_REFUSED;
}

/* The new script and its links; back to the old text, or to none, if that fails. */
static enum deploy_result
put(const struct deploy *p, const struct rcdir *dir, const struct buf *script, const struct buf *old, struct diag *d)
{
	if (file_replace(dir->init, p->name, script->s, script->len, 0755) != 0)
		return failed(d, p->name, "write");
	if (!p->links || set_links(p, true, d) == DEPLOY_OK)
		return DEPLOY_OK;
	if (!old->s) {
		struct diag more = DIAG_INIT;

		set_links(p, false, &more);
		diag_free(&more);
		unlinkat(dir->init, p->name, 0);
	} else if (file_replace(dir->init, p->name, old->s, old->len, 0755) != 0)
		failed(d, p->name, "restore");
	return DEPLOY_FAILED;
}

enum deploy_result
deploy_install(const struct deploy *p, struct buf *script, struct diag *d)
{
	struct rcdir dir = RCDIR_INIT;
	struct buf old = BUF_INIT;
	struct vec fresh = VEC_INIT, made = VEC_INIT;
	enum deploy_result r = DEPLOY_FAILED;
	int there;

	vec_addv(&fresh, p->made.v);
	if (rcdir_open(&dir, p->root, RCDIR_DETECT, NULL, d) == 0 && (there = read_script(&dir, p->name, &old, d)) >= 0) {
		r = there ? judge(p, old.s, d) : DEPLOY_OK;
		if (r == DEPLOY_OK)
			r = make_defaults(p, &fresh, d);
		if (there)
			deploy_made(&made, old.s);
		for (size_t i = 0; i < fresh.n; i++)
			if (!vec_has(&made, fresh.v[i]))
				vec_add(&made, fresh.v[i]);
		add_defaults(p, &made);
		deploy_stamp(script, &made);
		if (r == DEPLOY_OK)
			r = put(p, &dir, script, &old, d);
	}
	if (r != DEPLOY_OK)
		remove_made(p, &fresh);
	vec_free(&fresh);
	vec_free(&made);
	buf_free(&old);
	rcdir_close(&dir);
	return r;
}

enum deploy_result
deploy_diff(const struct deploy *p, struct buf *script, struct buf *out, struct diag *d)
{
	struct rcdir dir = RCDIR_INIT;
	struct buf old = BUF_INIT;
	struct vec made = VEC_INIT;
	enum deploy_result r = DEPLOY_FAILED;
	int there;

	if (rcdir_open(&dir, p->root, RCDIR_DETECT, NULL, d) == 0 && (there = read_script(&dir, p->name, &old, d)) >= 0) {
		char *path = mem_fmt("%s/%s", dir.init_path, p->name);

		if (there)
			deploy_made(&made, old.s);
		for (size_t i = 0; i < p->defaults.n; i++) {
			char *full = file_under(p->root, p->defaults.v[i]);

			if (faccessat(AT_FDCWD, full, F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
				buf_fmt(out, "make %s\n", p->defaults.v[i]);
				if (!vec_has(&made, p->defaults.v[i]))
					vec_add(&made, p->defaults.v[i]);
			}
			free(full);
		}
		deploy_stamp(script, &made);
		linediff_unified(out, there ? old.s : "", there ? path : "/dev/null", script->s, path);
		free(path);
		r = DEPLOY_OK;
	}
	vec_free(&made);
	buf_free(&old);
	rcdir_close(&dir);
	return r;
}

enum deploy_result
deploy_remove(const struct deploy *p, struct diag *d)
{
	struct rcdir dir = RCDIR_INIT;
	struct buf text = BUF_INIT;
	struct vec made = VEC_INIT;
	enum deploy_result r = DEPLOY_FAILED;
	int there;

	if (rcdir_open(&dir, p->root, RCDIR_DETECT, NULL, d) == 0 && (there = read_script(&dir, p->name, &text, d)) >= 0) {
		r = there ? judge(p, text.s, d) : DEPLOY_MISSING;
		if (r == DEPLOY_OK && has_links(p->root, p->name))
			r = set_links(p, false, d);
		/* the script last: it remembers what is still to be removed */
		if (r == DEPLOY_OK) {
			deploy_made(&made, text.s);
			remove_made(p, &made);
		}
		if (r == DEPLOY_OK && unlinkat(dir.init, p->name, 0) != 0)
			r = failed(d, p->name, "remove");
	}
	vec_free(&made);
	buf_free(&text);
	rcdir_close(&dir);
	return r;
}
