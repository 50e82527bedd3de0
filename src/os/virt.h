#ifndef OS_VIRT_H
#define OS_VIRT_H
#include <stdbool.h>
/*
 * Are we in a container or a virtual machine, and which?  Names as systemd-detect-virt(1) prints them.  Static strings.
 */

/* "docker", "podman", "lxc", "openvz", "wsl", "container-other", ...; NULL when in none. */
const char *virt_container(void);
/* "kvm", "qemu", "vmware", "xen", "microsoft", "vm-other", ...; NULL on bare metal, as far as the kernel tells. */
const char *virt_machine(void);
/* Is our user namespace not the first one? */
bool virt_private_users(void);

#endif
