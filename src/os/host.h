#ifndef OS_HOST_H
#define OS_HOST_H
#include <stdbool.h>
#include <stdint.h>
/*
 * What this machine is, as systemd.unit(5) names it.  The caller frees each string.  root (NULL: /) is where
 * files of the system are looked for; what the running kernel says does not depend on it.
 */

/* The host name, "localhost" if none is set. */
char *host_name(void);
/* The release of the running kernel, as uname -r. */
char *host_kernel(void);
/* systemd's name for the machine architecture ("x86-64"); a static string; "unknown" for one it has no name for. */
const char *host_arch(void);
/* 32 hexadecimal digits, another each boot.  NULL with errno. */
char *host_boot_id(void);
/* 32 hexadecimal digits from /etc/machine-id or D-Bus' own file.  NULL with errno; EINVAL when it has something else. */
char *host_machine_id(const char *root);
/* How many processors we may run on. */
unsigned host_cpus(void);
/* Bytes of physical memory. */
uint64_t host_memory(void);
/*
 * Is there a word of that kind on the kernel's command line: "NAME" (with or without a value), or "NAME=VALUE"?  In a container
 * that is the command line of process 1, as for systemd.
 */
bool host_cmdline_has(const char *word);
/* Does power come from the mains (or is there no battery)? */
bool host_on_ac(void);
/* Is that security module or facility in use: selinux, apparmor, tomoyo, ima, smack, audit, uefi-secureboot, tpm2? */
bool host_has_security(const char *name);
/* Is something mounted at the path?  1, 0, or -1 with errno. */
int host_is_mount_point(const char *path);

#endif
