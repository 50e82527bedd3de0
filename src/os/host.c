#include "os/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "os/file.h"
#include "os/virt.h"

char *
host_name(void)
{
	struct utsname u;

	if (uname(&u) != 0 || !u.nodename[0] || strcmp(u.nodename, "(none)") == 0)
		return mem_str("localhost");
	return mem_str(u.nodename);
}

char *
host_kernel(void)
{
	struct utsname u;

	return mem_str(uname(&u) == 0 ? u.release : "");
}

const char *
host_arch(void)
{
	static const struct {
		const char *machine, *name;
	} names[] = {
		{ "x86_64", "x86-64" }, { "i686", "x86" }, { "i586", "x86" }, { "i486", "x86" }, { "i386", "x86" },
		{ "aarch64", "arm64" }, { "aarch64_be", "arm64-be" }, { "armv7l", "arm" }, { "armv6l", "arm" }, { "armv5tel", "arm" },
		{ "armv8l", "arm" }, { "armv7b", "arm-be" }, { "ppc64", "ppc64" }, { "ppc64le", "ppc64-le" }, { "ppc", "ppc" }, { "ppcle", "ppc-le" },
		{ "riscv64", "riscv64" }, { "riscv32", "riscv32" }, { "s390x", "s390x" }, { "s390", "s390" },
		{ "mips", "mips" }, { "mips64", "mips64" }, { "loongarch64", "loongarch64" }, { "alpha", "alpha" }, { "ia64", "ia64" },
		{ "sparc64", "sparc64" }, { "sparc", "sparc" }, { "parisc", "parisc" }, { "parisc64", "parisc64" }, { "m68k", "m68k" },
		{ "sh4", "sh" }, { "arceb", "arc-be" }, { "arc", "arc" },
	};
	struct utsname u;

	if (uname(&u) != 0)
		return "unknown";
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].machine, u.machine) == 0)
			return names[i].name;
	return "unknown";
}

/* 32 hexadecimal digits of a file, dashes left out. */
static char *
read_id(const char *path)
{
	struct buf b = BUF_INIT;
	char id[33];
	size_t n = 0;

	if (file_read(AT_FDCWD, path, 0, 256, &b, NULL) != 0) {
		buf_free(&b);
		return NULL;
	}
	for (size_t i = 0; i < b.len && n < sizeof id; i++)
		if (b.s[i] != '-' && b.s[i] != '\n')
			id[n++] = b.s[i];
	buf_free(&b);
	if (n == 32 && (id[n] = '\0', strspn(id, "0123456789abcdefABCDEF") == 32))
		return mem_str(id);
	errno = EINVAL;
	return NULL;
}

char *
host_boot_id(void)
{
	return read_id("/proc/sys/kernel/random/boot_id");
}

char *
host_machine_id(const char *root)
{
	static const char *const places[] = { "/etc/machine-id", "/var/lib/dbus/machine-id" };
	char *id = NULL;

	for (size_t i = 0; !id && i < sizeof places / sizeof *places; i++) {
		char *path = file_under(root, places[i]);

		id = read_id(path);
		free(path);
	}
	return id;
}

unsigned
host_cpus(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	/* it fails when there are more than a set has room for */
	return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : CPU_SETSIZE;
}

uint64_t
host_memory(void)
{
	struct sysinfo s;

	return sysinfo(&s) == 0 ? (uint64_t)s.totalram * s.mem_unit : 0;
}

bool
host_cmdline_has(const char *word)
{
	const char *path = virt_container() ? "/proc/1/cmdline" : "/proc/cmdline";
	struct buf b = BUF_INIT;
	size_t len = strlen(word);
	bool found = false;

	if (file_read(AT_FDCWD, path, 0, 64 * 1024, &b, NULL) == 0 && b.s) {
		for (size_t i = 0; i < b.len; i++)
			if (!b.s[i])
				b.s[i] = ' ';
		for (const char *s = b.s + strspn(b.s, " \n"); *s && !found; s += strspn(s, " \n")) {
			size_t n = strcspn(s, " \n");

			found = n >= len && strncmp(s, word, len) == 0 && (n == len || (s[len] == '=' && !strchr(word, '=')));
			s += n;
		}
	}
	buf_free(&b);
	return found;
}

static bool
reads(const char *path, const char *text)
{
	struct buf b = BUF_INIT;
	bool same = file_read(AT_FDCWD, path, 0, 4096, &b, NULL) == 0 && b.s && strncmp(b.s, text, strlen(text)) == 0;

	buf_free(&b);
	return same;
}

bool
host_on_ac(void)
{
	const char *top = "/sys/class/power_supply";
	bool battery = false, mains = false;
	DIR *d = opendir(top);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *type = mem_fmt("%s/%s/type", top, e->d_name), *online = mem_fmt("%s/%s/online", top, e->d_name);

		battery = battery || reads(type, "Battery");
		mains = mains || ((reads(type, "Mains") || reads(type, "USB")) && reads(online, "1"));
		free(type);
		free(online);
	}
	if (d)
		closedir(d);
	return mains || !battery;
}

bool
host_has_security(const char *name)
{
	static const struct {
		const char *name, *path, *text;
	} facts[] = {
		{ "selinux", "/sys/fs/selinux/enforce", "" }, { "apparmor", "/sys/module/apparmor/parameters/enabled", "Y" },
		{ "tomoyo", "/sys/kernel/security/tomoyo/version", "" }, { "ima", "/sys/kernel/security/ima/policy", NULL },
		{ "smack", "/sys/fs/smackfs/load2", NULL }, { "audit", "/proc/self/loginuid", "" }, { "tpm2", "/sys/class/tpm/tpm0/tpm_version_major", "2" },
		{ "uefi-secureboot", "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", NULL },
	};

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (strcmp(facts[i].name, name) == 0)
			return facts[i].text ? reads(facts[i].path, facts[i].text) : access(facts[i].path, F_OK) == 0;
	return false;
}

int
host_is_mount_point(const char *path)
{
	struct stat st, up;
	char *parent;
	int r;

	if (lstat(path, &st) != 0)
		return -1;
	if (strcmp(path, "/") == 0)
		return 1;
	if (!S_ISDIR(st.st_mode))
		return 0;
	parent = mem_fmt("%s/..", path);
	r = stat(parent, &up);
	free(parent);
	return r != 0 ? -1 : st.st_dev != up.st_dev || st.st_ino == up.st_ino;
}
