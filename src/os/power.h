#ifndef OS_POWER_H
#define OS_POWER_H
/* The end of the system: reboot(2), and process 1 where that is an init. */
enum power_how { POWER_REBOOT, POWER_OFF, POWER_HALT };
enum power_init {
	POWER_NO_INIT,		/* a container's only program, a shell, a debugger: not to be asked */
	POWER_BUSYBOX,		/* takes signals */
	POWER_INIT		/* has its own programs */
};

/*
 * What process 1 is, and its name (16 bytes).  POWER_NO_INIT too when it is out of our sight: our root directory is not its own, or /proc has other
 * processes than ours.
 */
enum power_init power_init(char *name);
/* Ask busybox's init.  0, or -1 with errno. */
int power_signal(enum power_how);
/* End all other processes that we see, all of them at the latest in `grace` seconds, and have the file systems written out. */
void power_end_all(unsigned grace);
/* Now, without asking anyone.  Returns only when it fails: -1 with errno.  In a pid namespace it ends that one. */
int power_now(enum power_how);

#endif
