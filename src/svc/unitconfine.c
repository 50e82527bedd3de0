#include "svc/unitconfine.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/size.h"
#include "base/str.h"
#include "os/caps.h"
#include "os/errname.h"
#include "os/syscalls.h"
#include "svc/addresses.h"
#include "svc/credentials.h"
#include "svc/devices.h"
#include "svc/feature.h"
#include "svc/words.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct vec
split(struct unitvalue_ctx *x, const char *key, const char *value)
{
	struct vec words = VEC_INIT;

	if (words_split(&words, value, WORDS_UNQUOTE) != 0)
		unitvalue_warn(x, key, "unbalanced quote, the rest of the line is ignored");
	return words;
}

struct name {
	const char *name;
	uint64_t bits;
};

static bool
find(const struct name *names, size_t n, const char *name, uint64_t *bits)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i].name, name) == 0) {
			*bits = names[i].bits;
			return true;
		}
	return false;
}

/* --- capabilities --- */

void
unitconfine_capabilities(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct confine *c = &x->s->confine;
	uint64_t *set = k->arg ? &c->ambient : &c->bounding, bits = 0;
	bool invert = *value == '~', fresh = !k->arg && !c->bounding_set;
	struct vec words = split(x, k->key, value + invert);

	for (size_t i = 0; i < words.n; i++) {
		int n = caps_number(words.v[i]);

		if (n < 0)
			unitvalue_bad(x, k->key, words.v[i]);
		else
			bits |= UINT64_C(1) << n;
	}
	if (!*value)
		*set = 0;
	else if (invert)
		*set = words.n == 0 ? UINT64_MAX : fresh ? ~bits : *set & ~bits;
	else
		*set = fresh ? bits : *set | bits;
	c->bounding_set |= !k->arg;
	vec_free(&words);
}

void
unitconfine_securebits(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const struct name names[] = {
		{ "keep-caps", SECBIT_KEEP_CAPS }, { "keep-caps-locked", SECBIT_KEEP_CAPS_LOCKED }, { "no-setuid-fixup", SECBIT_NO_SETUID_FIXUP },
		{ "no-setuid-fixup-locked", SECBIT_NO_SETUID_FIXUP_LOCKED }, { "noroot", SECBIT_NOROOT }, { "noroot-locked", SECBIT_NOROOT_LOCKED },
	};
	struct confine *c = &x->s->confine;
	struct vec words = split(x, k->key, value);
	uint64_t bits;

	c->securebits_set = *value != '\0';
	if (!*value)
		c->securebits = 0;
	for (size_t i = 0; i < words.n; i++)
		if (find(names, COUNT(names), words.v[i], &bits))
			c->securebits |= (unsigned)bits;
		else
			unitvalue_bad(x, k->key, words.v[i]);
	vec_free(&words);
}

/* one of the words of a list in the order of an enum: its number, or -1 with a remark */
static int
word(struct unitvalue_ctx *x, const char *key, const char *const *words, const char *value)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	unitvalue_bad(x, key, value);
	return -1;
}

void
unitconfine_keyring(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const words[] = { "inherit", "private", "shared", NULL };
	int v = *value ? word(x, k->key, words, value) : CONFINE_KEYRING_PRIVATE;

	if (v >= 0)
		x->s->confine.keyring = (enum confine_keyring)v;
}

/* --- the file system --- */

void
unitconfine_system(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const words[] = { "no", "yes", "full", "strict", NULL };
	int v = str_bool(value);

	v = v >= 0 ? v : *value ? word(x, k->key, words, value) : 0;
	if (v >= 0)
		x->s->confine.protect_system = (enum confine_system)v;
}

void
unitconfine_home(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const words[] = { "no", "yes", "read-only", "tmpfs", NULL };
	int v = str_bool(value);

	v = v >= 0 ? v : *value ? word(x, k->key, words, value) : 0;
	if (v >= 0)
		x->s->confine.protect_home = (enum confine_home)v;
}

void
unitconfine_api_vfs(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int v = str_bool(value);

	if (v < 0 && *value)
		unitvalue_bad(x, k->key, value);
	else
		x->s->confine.mount_api_vfs = v;
}

void
unitconfine_mount_flags(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const struct name names[] = {
		{ "", 0 }, { "shared", MS_SHARED }, { "slave", MS_SLAVE }, { "private", MS_PRIVATE }
	};
	uint64_t bits;

	if (find(names, COUNT(names), value, &bits))
		x->s->confine.mount_flags = (unsigned long)bits;
	else
		unitvalue_bad(x, k->key, value);
}

void
unitconfine_paths(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *list = &x->s->confine.paths[k->arg], words = split(x, k->key, value);

	if (!*value)
		vec_clear(list);
	for (size_t i = 0; i < words.n; i++) {
		size_t marks = strspn(words.v[i], "-+");
		char *path = unitvalue_abs_path(x, k->key, words.v[i] + marks, false);

		if (path)
			vec_take(list, mem_fmt("%.*s%s", (int)marks, words.v[i], path));
		free(path);
	}
	vec_free(&words);
}

/* the part of *s before its first ':' that no backslash precedes; NULL when nothing is left */
static char *
colon_part(char **s)
{
	char *part = *s, *out = part;

	if (!part)
		return NULL;
	for (char *in = part;; in++) {
		if (in[0] == '\\' && in[1] == ':')
			*out++ = *++in;
		else if (!*in || *in == ':') {
			*s = *in ? in + 1 : NULL;
			*out = '\0';
			return part;
		} else
			*out++ = *in;
	}
}

void
unitconfine_binds(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value);

	if (!*value)
		confine_clear_mounts(&x->s->confine, false, k->arg != 0);
	for (size_t i = 0; i < words.n; i++) {
		struct confine_mount m = { .optional = words.v[i][0] == '-', .read_only = k->arg != 0 };
		char *rest = words.v[i] + m.optional, *source = colon_part(&rest), *dest = colon_part(&rest);

		m.plain = rest && strcmp(rest, "norbind") == 0;
		if (rest && !m.plain && strcmp(rest, "rbind") != 0) {
			unitvalue_bad(x, k->key, rest);
			continue;
		}
		m.source = unitvalue_abs_path(x, k->key, source, false);
		m.dest = m.source ? unitvalue_abs_path(x, k->key, dest ? dest : source, false) : NULL;
		if (m.dest)
			confine_add_mount(&x->s->confine, &m);
		else
			free(m.source);
	}
	vec_free(&words);
}

void
unitconfine_tmpfs(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec words = split(x, k->key, value);

	if (!*value)
		confine_clear_mounts(&x->s->confine, true, false);
	for (size_t i = 0; i < words.n; i++) {
		char *rest = words.v[i], *path = colon_part(&rest);
		struct confine_mount m = { .dest = unitvalue_abs_path(x, k->key, path, false), .options = mem_str(rest) };

		if (m.dest)
			confine_add_mount(&x->s->confine, &m);
		else
			free(m.options);
	}
	vec_free(&words);
}

/* --- system calls --- */

static void
add_call(struct unitvalue_ctx *x, const struct unitvalue_key *k, struct confine_calls *list, const char *text, bool deny)
{
	struct syscalls_set none = { { 0 } };
	char *name = mem_str(text), *colon = strchr(name, ':');

	if (colon)
		*colon = '\0';
	if (colon && strcmp(colon + 1, "kill") != 0 && errname_number(colon + 1) < 0)
		unitvalue_bad(x, k->key, text);
	else if (*name == '@' ? syscalls_group(name, &none) != 0 : syscalls_find(name) < 0)
		unitvalue_warn(x, k->key, "there is no system call \"%.40s\" that we know, ignored", name);
	else
		confine_add_call(list, text, deny);
	free(name);
}

void
unitconfine_calls(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct confine_calls *list = k->arg ? &x->s->confine.log_calls : &x->s->confine.calls;
	bool deny = *value == '~';
	struct vec words = split(x, k->key, value + deny);

	if (!*value) {
		vec_clear(&list->items);
		list->mode = CONFINE_CALLS_NONE;
	}
	/* a list of which we know no name is a list all the same */
	if (*value && list->mode == CONFINE_CALLS_NONE)
		list->mode = deny ? CONFINE_CALLS_DENY : CONFINE_CALLS_ALLOW;
	for (size_t i = 0; i < words.n; i++)
		add_call(x, k, list, words.v[i], deny);
	vec_free(&words);
}

void
unitconfine_errno(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	int n = *value && strcmp(value, "kill") != 0 ? errname_number(value) : 0;

	if (n < 0)
		unitvalue_bad(x, k->key, value);
	else
		x->s->confine.calls_errno = n;
}

void
unitconfine_architectures(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *list = &x->s->confine.architectures, words = split(x, k->key, value);

	if (!*value)
		vec_clear(list);
	/* others than ours cannot run here at all, so that leaving them out takes nothing away */
	for (size_t i = 0; i < words.n; i++)
		vec_add(list, words.v[i]);
	vec_free(&words);
}

void
unitconfine_families(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const struct name names[] = {
		{ "AF_UNIX", 1 }, { "AF_LOCAL", 1 }, { "AF_INET", 2 }, { "AF_AX25", 3 }, { "AF_IPX", 4 }, { "AF_APPLETALK", 5 }, { "AF_NETROM", 6 },
		{ "AF_BRIDGE", 7 }, { "AF_ATMPVC", 8 }, { "AF_X25", 9 }, { "AF_INET6", 10 }, { "AF_ROSE", 11 }, { "AF_DECnet", 12 }, { "AF_NETBEUI", 13 },
		{ "AF_SECURITY", 14 }, { "AF_KEY", 15 }, { "AF_NETLINK", 16 }, { "AF_ROUTE", 16 }, { "AF_PACKET", 17 }, { "AF_ASH", 18 },
		{ "AF_ECONET", 19 }, { "AF_ATMSVC", 20 }, { "AF_RDS", 21 }, { "AF_SNA", 22 }, { "AF_IRDA", 23 }, { "AF_PPPOX", 24 },
		{ "AF_WANPIPE", 25 }, { "AF_LLC", 26 }, { "AF_IB", 27 }, { "AF_MPLS", 28 }, { "AF_CAN", 29 }, { "AF_TIPC", 30 }, { "AF_BLUETOOTH", 31 },
		{ "AF_IUCV", 32 }, { "AF_RXRPC", 33 }, { "AF_ISDN", 34 }, { "AF_PHONET", 35 }, { "AF_IEEE802154", 36 }, { "AF_CAIF", 37 },
		{ "AF_ALG", 38 }, { "AF_NFC", 39 }, { "AF_VSOCK", 40 }, { "AF_KCM", 41 }, { "AF_QIPCRTR", 42 }, { "AF_SMC", 43 }, { "AF_XDP", 44 },
		{ "AF_MCTP", 45 },
	};
	struct confine *c = &x->s->confine;
	bool deny = *value == '~';
	struct vec words = split(x, k->key, value + deny);
	uint64_t bits = 0, number;

	for (size_t i = 0; i < words.n; i++)
		if (find(names, COUNT(names), words.v[i], &number))
			bits |= UINT64_C(1) << number;
		else if (strcmp(words.v[i], "none") != 0)
			unitvalue_bad(x, k->key, words.v[i]);
	if (c->families_mode == CONFINE_FAMILIES_ANY && *value)
		c->families_mode = deny ? CONFINE_FAMILIES_DENY : CONFINE_FAMILIES_ALLOW;
	if (!*value) {
		c->families_mode = CONFINE_FAMILIES_ANY;
		c->families = 0;
	} else if (deny == (c->families_mode == CONFINE_FAMILIES_DENY))
		c->families |= bits;
	else
		c->families &= ~bits;
	vec_free(&words);
}

void
unitconfine_namespaces(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const struct name names[] = {
		{ "cgroup", CLONE_NEWCGROUP }, { "ipc", CLONE_NEWIPC }, { "net", CLONE_NEWNET }, { "mnt", CLONE_NEWNS }, { "pid", CLONE_NEWPID },
		{ "user", CLONE_NEWUSER }, { "uts", CLONE_NEWUTS }, { "time", CONFINE_NEWTIME },
	};
	uint64_t all = 0, named = 0, bits, *forbidden = &x->s->confine.forbidden_ns;
	bool deny = *value == '~';
	struct vec words = VEC_INIT;
	int v = str_bool(value);

	for (size_t i = 0; i < COUNT(names); i++)
		all |= names[i].bits;
	if (!*value || v >= 0) {
		*forbidden = v == 1 ? all : 0;
		return;
	}
	words = split(x, k->key, value + deny);
	for (size_t i = 0; i < words.n; i++)
		if (find(names, COUNT(names), words.v[i], &bits))
			named |= bits;
		else
			unitvalue_bad(x, k->key, words.v[i]);
	/* the first list starts from all or nothing; the next ones add to it or take from it */
	if (deny)
		*forbidden |= named;
	else
		*forbidden = (*forbidden ? *forbidden : all) & ~named;
	vec_free(&words);
}

/* --- credentials --- */

/* the part behind the colon as it is meant; NULL after a remark */
static char *
credential_value(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct buf text = BUF_INIT;
	char *out;

	if (!k->arg)
		return *value == '/' ? unitvalue_abs_path(x, k->key, value, false) : unitvalue_expand(x, k->key, value, false);
	if (words_unescape(value, &text) != 0 || (text.len && memchr(text.s, '\0', text.len))) {
		unitvalue_bad(x, k->key, value);
		buf_free(&text);
		return NULL;
	}
	out = mem_str(text.len ? text.s : "");
	buf_free(&text);
	return out;
}

void
unitconfine_credential(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct confine *c = &x->s->confine;
	struct vec *list = k->arg ? &c->set_credentials : &c->load_credentials;
	const char *colon = strchr(value, ':');
	char *name, *rest;

	if (!*value) {
		vec_clear(list);
		return;
	}
	if (!credentials_is_name(value, strcspn(value, ":")) || (k->arg && !colon) || (colon && !k->arg && !colon[1])) {
		unitvalue_bad(x, k->key, value);
		return;
	}
	name = mem_strn(value, strcspn(value, ":"));
	rest = colon ? credential_value(x, k, colon + 1) : NULL;
	if (rest)
		vec_take(list, mem_fmt("%s:%s", name, rest));
	else if (!colon)
		vec_add(list, name);
	free(rest);
	free(name);
}

/* --- resources --- */

static bool
is_share(const char *s, unsigned of)
{
	size_t n = strlen(s);
	char *number = mem_strn(s, n ? n - 1 : 0);
	uint64_t v;
	bool ok = n > 1 && s[n - 1] == '%' && num_u64(number, 0, of, &v) == 0;

	free(number);
	return ok;
}

static bool
is_resource(enum confine_resource r, const char *value)
{
	uint64_t n;

	switch (r) {
	case CONFINE_CPU_QUOTA:
		return is_share(value, 1000000) && strcmp(value, "0%") != 0;
	case CONFINE_CPU_WEIGHT:
		return strcmp(value, "idle") == 0 || num_u64(value, 1, 10000, &n) == 0;
	case CONFINE_IO_WEIGHT:
		return num_u64(value, 1, 10000, &n) == 0;
	case CONFINE_CPU_SHARES:
		return num_u64(value, 2, 262144, &n) == 0;
	case CONFINE_TASKS:
		return strcmp(value, "infinity") == 0 || is_share(value, 100) || num_u64(value, 1, UINT64_MAX - 1, &n) == 0;
	default:
		return strcmp(value, "infinity") == 0 || is_share(value, 100) || size_parse(value, &n) == 0;
	}
}

void
unitconfine_resource(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char **field = &x->s->confine.resources[k->arg];

	if (*value && !is_resource((enum confine_resource)k->arg, value)) {
		unitvalue_bad(x, k->key, value);
		return;
	}
	free(*field);
	*field = *value ? mem_str(value) : NULL;
}

void
unitconfine_device_policy(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const words[] = { "auto", "closed", "strict", NULL };
	int v = *value ? word(x, k->key, words, value) : CONFINE_DEVICES_AUTO;

	if (v >= 0)
		x->s->confine.device_policy = v;
}

void
unitconfine_device(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *list = &x->s->confine.device_allow, words = split(x, k->key, value);
	char *name = words.n ? unitvalue_expand(x, k->key, words.v[0], false) : NULL;
	const char *access = words.n > 1 ? words.v[1] : "rwm";

	if (!*value)
		vec_clear(list);
	else if (!name || words.n > 2 || !devices_is_name(name) || strchr(name, ' ') || !devices_access(access))
		unitvalue_bad(x, k->key, value);
	else
		vec_take(list, mem_fmt("%s %s", name, access));
	free(name);
	vec_free(&words);
}

void
unitconfine_addresses(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *list = k->arg ? &x->s->confine.ip_deny : &x->s->confine.ip_allow, words = split(x, k->key, value);
	struct netcg_rule unused[2];

	if (!*value)
		vec_clear(list);
	for (size_t i = 0; i < words.n; i++)
		if (addresses_parse(words.v[i], false, unused) > 0)
			vec_add(list, words.v[i]);
		else
			unitvalue_bad(x, k->key, words.v[i]);
	vec_free(&words);
}

void
unitconfine_policies(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	struct vec *list = &x->s->confine.policies, words = split(x, k->key, value);

	if (!*value)
		vec_clear(list);
	for (size_t i = 0; i < words.n; i++)
		if (feature_check(words.v[i]) == 0)
			vec_add(list, words.v[i]);
		else
			unitvalue_bad(x, k->key, words.v[i]);
	vec_free(&words);
}
