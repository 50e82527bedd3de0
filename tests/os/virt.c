#include "harness/unit.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "os/virt.h"

static void
names_are_those_of_systemd(void **state)
{
	static const char *const machines[] = {
		"kvm", "amazon", "qemu", "vmware", "oracle", "xen", "bochs", "parallels", "bhyve", "microsoft", "apple", "google", "uml", "vm-other"
	};
	const char *m = virt_machine();
	bool found = !m;

	(void)state;
	for (size_t i = 0; m && i < COUNT(machines); i++)
		found = found || strcmp(machines[i], m) == 0;
	assert_true(found);
}

static void
new_user_namespace(void *data)
{
	(void)data;
	if (virt_private_users())
		puts("was in one before");
	else if (unshare(CLONE_NEWUSER) != 0)
		puts("cannot");
	else
		puts(virt_private_users() ? "yes" : "no");
}

static void
sees_a_private_user_namespace(void **state)
{
	char out[64];

	(void)state;
	in_child(new_user_namespace, NULL, out, sizeof out);
	if (strcmp(out, "cannot\n") != 0 && strncmp(out, "was", 3) != 0)
		assert_string_equal(out, "yes\n");
}

/* A /run of its own, with podman's mark in it. */
static void
in_podman(void *data)
{
	int fd;

	(void)data;
	if ((virt_container() && strcmp(virt_container(), "docker") != 0) || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/run", "tmpfs", 0, NULL) != 0) {
		puts("cannot");
		return;
	}
	fd = open("/run/.containerenv", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	close(fd);
	puts(virt_container() ? virt_container() : "none");
}

static void
sees_the_mark_of_podman(void **state)
{
	char out[64];

	(void)state;
	in_child(in_podman, NULL, out, sizeof out);
	if (strcmp(out, "cannot\n") != 0)
		assert_string_equal(out, "podman\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(names_are_those_of_systemd), T(sees_a_private_user_namespace), T(sees_the_mark_of_podman) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
