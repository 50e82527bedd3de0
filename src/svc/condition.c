#include "svc/condition.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/pattern.h"
#include "base/size.h"
#include "base/str.h"
#include "base/vercmp.h"
#include "os/caps.h"
#include "os/cred.h"
#include "os/file.h"
#include "os/glob.h"
#include "os/host.h"
#include "os/virt.h"
#include "svc/envfile.h"
#include "svc/words.h"

/* --- paths: arg is complete, with root before it --- */

static bool
path_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool
path_exists_glob(const char *pattern)
{
	struct vec found = VEC_INIT;
	bool yes = glob_paths(&found, pattern) == 0;

	vec_free(&found);
	return yes;
}

static bool
path_is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
path_is_symbolic_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool
path_is_mount_point(const char *path)
{
	return host_is_mount_point(path) > 0;
}

static bool
path_is_read_write(const char *path)
{
	return access(path, W_OK) == 0 || (errno != EROFS && errno != ENOENT && errno != ENOTDIR);
}

static bool
directory_not_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	if (d)
		closedir(d);
	return found;
}

static bool
file_not_empty(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

static bool
file_is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

/* --- the machine --- */

static bool
virtualization(const char *value)
{
	const char *container = virt_container(), *machine = container ? NULL : virt_machine();
	int want = str_bool(value);

	if (want >= 0)
		return want == (container || machine);
	if (strcmp(value, "private-users") == 0)
		return virt_private_users();
	if (strcmp(value, "container") == 0)
		return container;
	if (strcmp(value, "vm") == 0)
		return machine;
	return str_same(value, container) || str_same(value, machine);
}

static bool
architecture(const char *value)
{
	return strcmp(value, "native") == 0 || strcmp(value, host_arch()) == 0;
}

static bool
host(const char *value)
{
	char *name = host_name(), *id = host_machine_id(NULL);
	bool yes = pattern_match(value, name, PATTERN_FOLD) || (id && strcasecmp(value, id) == 0);

	free(name);
	free(id);
	return yes;
}

static bool
one_version(const char *word, const char *release)
{
	enum vercmp_op op = vercmp_take_op(&word);

	word += strspn(word, STR_BLANK);
	if (op == VERCMP_NONE)
		return pattern_match(word, release, 0);
	return *word && vercmp_holds(op, vercmp(release, word));
}

/* All words must hold; the first may have its operator stand apart. */
static bool
kernel_version(const char *value)
{
	struct vec words = VEC_INIT;
	char *release = host_kernel();
	bool yes = words_split(&words, value, WORDS_UNQUOTE) == 0 && words.n > 0;

	for (size_t i = 0; yes && i < words.n; i++) {
		bool apart = i == 0 && words.n > 1 && words.v[i][strspn(words.v[i], "<>=!")] == '\0';
		char *both = apart ? mem_fmt("%s%s", words.v[i], words.v[i + 1]) : mem_str(words.v[i]);

		yes = one_version(both, release);
		free(both);
		i += apart;
	}
	vec_free(&words);
	free(release);
	return yes;
}

static bool
order_holds(const char *value, uint64_t have, int (*parse)(const char *, uint64_t *))
{
	enum vercmp_op op = vercmp_take_op(&value);
	uint64_t want;

	if (parse(value + strspn(value, STR_BLANK), &want) != 0)
		return false;
	return vercmp_holds(op == VERCMP_NONE ? VERCMP_GE : op, (have > want) - (have < want));
}

static int
plain_number(const char *s, uint64_t *out)
{
	return num_u64(s, 0, UINT64_MAX, out);
}

static bool
cpus(const char *value)
{
	return order_holds(value, host_cpus(), plain_number);
}

static bool
memory(const char *value)
{
	return order_holds(value, host_memory(), size_parse);
}

static bool
ac_power(const char *value)
{
	return str_bool(value) == host_on_ac();
}

/* Only an image that systemd itself set up is ever booted "first". */
static bool
first_boot(const char *value)
{
	return str_bool(value) == (access("/run/systemd/first-boot", F_OK) == 0);
}

static bool
firmware(const char *value)
{
	if (strcmp(value, "uefi") == 0)
		return access("/sys/firmware/efi", F_OK) == 0;
	return strcmp(value, "device-tree") == 0 && access("/sys/firmware/devicetree", F_OK) == 0;
}

static bool
capability(const char *value)
{
	int cap = caps_number(value);

	return cap >= 0 && caps_bounding(cap) > 0;
}

static bool
has_word(const char *path, const char *word)
{
	struct buf b = BUF_INIT;
	struct vec words = VEC_INIT;
	bool yes;

	if (file_read(AT_FDCWD, path, 0, 1024 * 1024, &b, NULL) == 0 && b.s)
		str_split(&words, b.s, STR_BLANK);
	yes = vec_has(&words, word);
	vec_free(&words);
	buf_free(&b);
	return yes;
}

static bool
cpu_feature(const char *value)
{
	return has_word("/proc/cpuinfo", value);
}

static bool
is_controller(const char *name)
{
	static const char *const known[] = { "cpu", "cpuacct", "cpuset", "io", "blkio", "memory", "devices", "pids" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/*
 * Names that are no controllers are passed over, as systemd does.  /proc/cgroups names those of the old hierarchy, one at
 * the start of each line.
 */
static bool
control_group_controller(const char *value)
{
	struct vec words = VEC_INIT;
	bool unified = access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0, yes = true;

	if (strcmp(value, "v2") == 0 || strcmp(value, "v1") == 0)
		return unified == (value[1] == '2');
	str_split(&words, value, STR_BLANK);
	for (size_t i = 0; yes && i < words.n; i++)
		yes = !is_controller(words.v[i]) || has_word(unified ? "/sys/fs/cgroup/cgroup.controllers" : "/proc/cgroups", words.v[i]);
	vec_free(&words);
	return yes;
}

static bool
one_os_field(const struct vec *fields, const char *word)
{
	size_t n = strcspn(word, "<>=!");
	const char *have = vec_getenv(fields, word, n), *want = word + n;
	bool exact = *want == '!' || (*want == '=' && want[1] != '=');
	enum vercmp_op op = vercmp_take_op(&want);

	if (!have)
		have = "";
	return op != VERCMP_NONE && *want && vercmp_holds(op, exact ? strcmp(have, want) : vercmp(have, want));
}

static bool
os_release(const char *value)
{
	struct buf b = BUF_INIT;
	struct vec fields = VEC_INIT, words = VEC_INIT;
	bool yes;

	if (file_read(AT_FDCWD, "/etc/os-release", 0, 64 * 1024, &b, NULL) == 0)
		envfile_parse(&fields, b.s, b.len);
	yes = words_split(&words, value, WORDS_UNQUOTE) == 0 && words.n > 0;
	for (size_t i = 0; yes && i < words.n; i++)
		yes = one_os_field(&fields, words.v[i]);
	vec_free(&words);
	vec_free(&fields);
	buf_free(&b);
	return yes;
}

/* --- ourselves --- */

static bool
environment(const char *value)
{
	size_t n = strcspn(value, "=");
	char *name = mem_strn(value, n);
	const char *have = getenv(name);

	free(name);
	return have && (!value[n] || strcmp(have, value + n + 1) == 0);
}

static bool
user(const char *value)
{
	uint64_t number;
	uid_t uid;

	if (num_u64(value, 0, UINT32_MAX - 1, &number) == 0)
		return number == getuid() || number == geteuid();
	if (strcmp(value, "@system") == 0)
		return getuid() < 1000 || getuid() == 65534;
	return cred_uid(value, &uid) == 0 && (uid == getuid() || uid == geteuid());
}

static bool
in_group(gid_t gid)
{
	int n = getgroups(0, NULL);
	gid_t *all = mem_alloc((size_t)(n > 0 ? n : 0) * sizeof *all);
	bool yes = gid == getgid() || gid == getegid();

	n = n > 0 ? getgroups(n, all) : 0;
	for (int i = 0; i < n; i++)
		yes = yes || all[i] == gid;
	free(all);
	return yes;
}

static bool
group(const char *value)
{
	uint64_t number;
	gid_t gid;

	if (num_u64(value, 0, UINT32_MAX - 1, &number) == 0)
		return in_group((gid_t)number);
	return cred_gid(value, &gid) == 0 && in_group(gid);
}

/* --- the list --- */

struct test {
	const char *name;
	bool (*holds)(const char *value);
	bool is_path;
};

static const struct test tests[] = {
	{ "ACPower", ac_power, false },
	{ "Architecture", architecture, false },
	{ "CPUFeature", cpu_feature, false },
	{ "CPUs", cpus, false },
	{ "Capability", capability, false },
	{ "ControlGroupController", control_group_controller, false },
	{ "DirectoryNotEmpty", directory_not_empty, true },
	{ "Environment", environment, false },
	{ "FileIsExecutable", file_is_executable, true },
	{ "FileNotEmpty", file_not_empty, true },
	{ "Firmware", firmware, false },
	{ "FirstBoot", first_boot, false },
	{ "Group", group, false },
	{ "Host", host, false },
	{ "KernelCommandLine", host_cmdline_has, false },
	{ "KernelVersion", kernel_version, false },
	{ "Memory", memory, false },
	{ "OSRelease", os_release, false },
	{ "PathExists", path_exists, true },
	{ "PathExistsGlob", path_exists_glob, true },
	{ "PathIsDirectory", path_is_directory, true },
	{ "PathIsMountPoint", path_is_mount_point, true },
	{ "PathIsReadWrite", path_is_read_write, true },
	{ "PathIsSymbolicLink", path_is_symbolic_link, true },
	{ "Security", host_has_security, false },
	{ "User", user, false },
	{ "Virtualization", virtualization, false },
};

static const struct test *
find(const char *name)
{
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (strcmp(tests[i].name, name) == 0)
			return &tests[i];
	return NULL;
}

bool
condition_known(const char *test)
{
	return find(test);
}

bool
condition_takes_path(const char *test)
{
	const struct test *t = find(test);

	return t && t->is_path;
}

bool
condition_holds(const struct service_condition *c, const char *root)
{
	const struct test *t = find(c->test);
	char *value;
	bool holds;

	if (!t)
		return false;
	value = t->is_path ? file_under(root, c->value) : mem_str(c->value);
	holds = t->holds(value);
	free(value);
	return holds != c->negate;
}

/* All of the conditions, or of the asserts; NULL when they hold, else the one that decided. */
static const struct service_condition *
first_failure(const struct service *s, bool asserts, const char *root)
{
	const struct service_condition *trigger = NULL;
	bool triggered = false;

	for (size_t i = 0; i < s->n_conditions; i++) {
		const struct service_condition *c = &s->conditions[i];

		if (c->is_assert != asserts || (c->trigger && triggered))
			continue;
		if (c->trigger) {
			trigger = trigger ? trigger : c;
			triggered = condition_holds(c, root);
		} else if (!condition_holds(c, root))
			return c;
	}
	return triggered ? NULL : trigger;
}

enum condition_result
condition_check(const struct service *s, const char *root, const struct service_condition **failed)
{
	*failed = first_failure(s, false, root);
	if (*failed)
		return CONDITION_SKIP;
	*failed = first_failure(s, true, root);
	return *failed ? CONDITION_FAIL : CONDITION_MET;
}
