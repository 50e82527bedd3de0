#include "svc/specifier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "os/file.h"
#include "os/host.h"
#include "svc/envfile.h"

enum { OS_RELEASE_MAX = 64 * 1024, RESULT_MAX = 1024 * 1024 };

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *hit = c ? strchr(digits, c | 0x20) : NULL;

	return hit ? (int)(hit - digits) : -1;
}

char *
specifier_unescape(const char *s)
{
	struct buf b = BUF_INIT;

	for (; *s; s++) {
		int byte;

		if (*s != '\\') {
			buf_ch(&b, *s == '-' ? '/' : *s);
			continue;
		}
		byte = s[1] == 'x' && hex(s[2]) >= 0 && hex(s[3]) >= 0 ? hex(s[2]) * 16 + hex(s[3]) : 0;
		if (byte == 0) {
			buf_free(&b);
			errno = EINVAL;
			return NULL;
		}
		buf_ch(&b, (char)byte);
		s += 3;
	}
	return buf_take(&b);
}

/* A path that was made a unit name: "" and "-" are the root. */
static char *
unescape_path(const char *s)
{
	size_t n = strlen(s);
	char *plain, *path;

	if (n == 0 || strcmp(s, "-") == 0)
		return mem_str("/");
	errno = EINVAL;
	plain = s[0] == '-' || s[n - 1] == '-' ? NULL : specifier_unescape(s);
	if (!plain)
		return NULL;
	path = mem_fmt("/%s/", plain);
	free(plain);
	n = strlen(path);
	if (str_find(path, "//") || str_find(path, "/./") || str_find(path, "/../")) {
		free(path);
		errno = EINVAL;
		return NULL;
	}
	path[n - 1] = '\0';
	return path;
}

static char *
prefix_of(const char *name)
{
	return mem_strn(name, strcspn(name, "@"));
}

static const char *
instance_of(const char *name)
{
	const char *at = strchr(name, '@');

	return at ? at + 1 : "";
}

static char *
last_part(const char *name)
{
	char *prefix = prefix_of(name), *dash = strrchr(prefix, '-'), *part;

	part = mem_str(dash ? dash + 1 : prefix);
	free(prefix);
	return part;
}

static char *
unescaped(char *s)
{
	char *plain = specifier_unescape(s);

	free(s);
	return plain;
}

/* A field of a file in the form of os-release(5); "" when it or the file is not there. */
static char *
field(const struct specifier *x, const char *file, const char *name)
{
	char *path = file_under(x->root, file);
	struct buf b = BUF_INIT;
	struct vec env = VEC_INIT;
	const char *value = NULL;
	char *copy;

	if (file_read(AT_FDCWD, path, 0, OS_RELEASE_MAX, &b, NULL) == 0 && b.s && envfile_parse(&env, b.s, b.len) == 0)
		value = vec_getenv(&env, name, strlen(name));
	copy = mem_str(value ? value : "");
	vec_free(&env);
	buf_free(&b);
	free(path);
	return copy;
}

static char *
os_field(const struct specifier *x, const char *name)
{
	char *value = field(x, "/etc/os-release", name);

	if (*value)
		return value;
	free(value);
	return field(x, "/usr/lib/os-release", name);
}

static char *
host_part(const struct specifier *x, char c)
{
	char *s = NULL;

	if (c == 'q')
		s = field(x, "/etc/machine-info", "PRETTY_HOSTNAME");
	if (s && *s)
		return s;
	free(s);
	s = host_name();
	if (c == 'l')
		s[strcspn(s, ".")] = '\0';
	return s;
}

static char *
folder_of(const char *file)
{
	size_t n = (size_t)(str_base(file) - file);

	return n > 1 ? mem_strn(file, n - 1) : mem_str(n ? "/" : "");
}

/* Those that depend on the unit. */
static char *
of_unit(const struct specifier *x, char c)
{
	switch (c) {
	case 'n': return mem_fmt("%s.service", x->name);
	case 'N': return mem_str(x->name);
	case 'p': return prefix_of(x->name);
	case 'P': return unescaped(prefix_of(x->name));
	case 'i': return mem_str(instance_of(x->name));
	case 'I': return specifier_unescape(instance_of(x->name));
	case 'j': return last_part(x->name);
	case 'J': return unescaped(last_part(x->name));
	case 'f': return unescape_path(*instance_of(x->name) ? instance_of(x->name) : x->name);
	case 'y': return mem_str(x->file ? x->file : "");
	case 'Y': return folder_of(x->file ? x->file : "");
	case 'd': return mem_fmt("/run/credentials/%s.service", x->name);
	default: return NULL;
	}
}

/* Those that depend on the host. */
static char *
of_host(const struct specifier *x, char c)
{
	switch (c) {
	case 'H': case 'l': case 'q': return host_part(x, c);
	case 'a': return mem_str(host_arch());
	case 'b': return host_boot_id();
	case 'm': return host_machine_id(x->root);
	case 'v': return host_kernel();
	case 'o': return os_field(x, "ID");
	case 'w': return os_field(x, "VERSION_ID");
	case 'W': return os_field(x, "VARIANT_ID");
	case 'A': return os_field(x, "IMAGE_VERSION");
	case 'M': return os_field(x, "IMAGE_ID");
	case 'B': return os_field(x, "BUILD_ID");
	default: return NULL;
	}
}

static const char *
fixed(char c)
{
	switch (c) {
	case '%': return "%";
	case 't': return "/run";
	case 'S': return "/var/lib";
	case 'C': return "/var/cache";
	case 'L': return "/var/log";
	case 'E': return "/etc";
	case 'T': return "/tmp";
	case 'V': return "/var/tmp";
	case 'u': case 'g': return "root";
	case 'U': case 'G': return "0";
	case 'h': return "/root";
	case 's': return "/bin/sh";
	default: return NULL;
	}
}

static bool
may_be_one(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%';
}

static char *
reason(char c)
{
	if (strchr("crR", c))
		return mem_fmt("%%%c is a control group of systemd's, which this system does not have", c);
	if (strchr("nNpPiIjJfyYdHlqabmvowWAMB", c))
		return mem_fmt("%%%c has no value here: %s", c, strerror(errno));
	return mem_fmt("unknown specifier %%%c", c);
}

static int
add_one(const struct specifier *x, char c, struct buf *out)
{
	const char *s = fixed(c);
	char *own;

	if (s) {
		buf_str(out, s);
		return 0;
	}
	own = of_unit(x, c);
	if (!own)
		own = of_host(x, c);
	if (!own)
		return -1;
	buf_str(out, own);
	free(own);
	return 0;
}

char *
specifier_expand(const struct specifier *x, const char *text, char **why)
{
	struct buf b = BUF_INIT;

	for (; *text; text++) {
		size_t n = strcspn(text, "%");

		buf_add(&b, text, n);
		text += n;
		if (!*text)
			break;
		if (!may_be_one(text[1]))
			buf_ch(&b, '%');
		else if (add_one(x, *++text, &b) != 0 || b.len > RESULT_MAX) {
			*why = b.len > RESULT_MAX ? mem_str("the result is too long") : reason(*text);
			buf_free(&b);
			return NULL;
		}
	}
	return buf_take(&b);
}
