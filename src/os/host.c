#include "os/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/mem.h"
#include "os/file.h"

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
