#include "os/virt.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/str.h"
#include "os/file.h"

enum { FACT_MAX = 1024 * 1024 };

static bool
read_fact(const char *path, struct buf *out)
{
	buf_clear(out);
	return file_read(AT_FDCWD, path, 0, FACT_MAX, out, NULL) == 0 && out->len > 0;
}

static bool
says(const char *path, const char *text)
{
	struct buf b = BUF_INIT;
	bool yes = read_fact(path, &b) && strcasestr(b.s, text);

	buf_free(&b);
	return yes;
}

/* The name that a container manager left in the environment of process 1. */
static const char *
manager_name(void)
{
	static const char *const known[] = {
		"systemd-nspawn", "lxc-libvirt", "lxc", "docker", "podman", "rkt", "wsl", "proot", "pouch", "openvz"
	};
	struct buf b = BUF_INIT;
	const char *name = NULL;

	if (read_fact("/proc/1/environ", &b))
		for (const char *s = b.s; s < b.s + b.len; s += strlen(s) + 1) {
			if (strncmp(s, "container=", 10) != 0 || !s[10])
				continue;
			name = "container-other";
			for (size_t i = 0; i < sizeof known / sizeof *known; i++)
				if (strcmp(known[i], s + 10) == 0)
					name = known[i];
		}
	buf_free(&b);
	return name;
}

const char *
virt_container(void)
{
	const char *name;

	if (access("/proc/vz", F_OK) == 0 && access("/proc/bc", F_OK) != 0)
		return "openvz";
	if (says("/proc/sys/kernel/osrelease", "microsoft") || says("/proc/sys/kernel/osrelease", "WSL"))
		return "wsl";
	name = manager_name();
	if (name)
		return name;
	if (access("/run/.containerenv", F_OK) == 0)
		return "podman";
	return access("/.dockerenv", F_OK) == 0 ? "docker" : NULL;
}

/* From the firmware's tables. */
static const char *
by_firmware(void)
{
	static const char *const files[] = {
		"/sys/class/dmi/id/product_name", "/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/board_vendor",
		"/sys/class/dmi/id/bios_vendor", "/sys/class/dmi/id/product_version",
	};
	static const struct {
		const char *text, *name;
	} vendors[] = {
		{ "KVM", "kvm" }, { "OpenStack", "kvm" }, { "KubeVirt", "kvm" }, { "Amazon EC2", "amazon" }, { "QEMU", "qemu" },
		{ "VMware", "vmware" }, { "VMW", "vmware" }, { "innotek GmbH", "oracle" }, { "VirtualBox", "oracle" }, { "Xen", "xen" },
		{ "Bochs", "bochs" }, { "Parallels", "parallels" }, { "BHYVE", "bhyve" }, { "Hyper-V", "microsoft" },
		{ "Apple Virtualization", "apple" }, { "Google Compute Engine", "google" },
	};

	for (size_t f = 0; f < sizeof files / sizeof *files; f++)
		for (size_t i = 0; i < sizeof vendors / sizeof *vendors; i++)
			if (says(files[f], vendors[i].text))
				return vendors[i].name;
	return NULL;
}

const char *
virt_machine(void)
{
	const char *clocks = "/sys/devices/system/clocksource/clocksource0/available_clocksource", *name;

	if (says("/sys/hypervisor/type", "xen"))
		return says("/proc/xen/capabilities", "control_d") ? NULL : "xen";
	if (says("/proc/cpuinfo", "User Mode Linux"))
		return "uml";
	name = by_firmware();
	if (name)
		return name;
	if (says(clocks, "kvm-clock"))
		return "kvm";
	if (says(clocks, "hyperv"))
		return "microsoft";
	return says("/proc/cpuinfo", " hypervisor") ? "vm-other" : NULL;
}

/* The first namespace maps all numbers to themselves: "0 0 4294967295"; one without any map is not the first. */
bool
virt_private_users(void)
{
	struct vec words = VEC_INIT;
	struct buf b = BUF_INIT;
	bool private;

	if (file_read(AT_FDCWD, "/proc/self/uid_map", 0, FACT_MAX, &b, NULL) != 0) {
		buf_free(&b);
		return false;
	}
	str_split(&words, b.s ? b.s : "", STR_BLANK);
	private = words.n < 3 || strcmp(words.v[0], "0") != 0 || strcmp(words.v[1], "0") != 0 || strcmp(words.v[2], "4294967295") != 0;
	vec_free(&words);
	buf_free(&b);
	return private;
}
