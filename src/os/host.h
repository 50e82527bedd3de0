#ifndef OS_HOST_H
#define OS_HOST_H
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

#endif
