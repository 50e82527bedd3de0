#ifndef BOOT_RUNLEVEL_H
#define BOOT_RUNLEVEL_H
/*
 * The runlevel that the machine is in: what init wrote to /run/utmp or /var/run/utmp below the root; else the one that it was
 * told on the kernel's command line.  Nothing else is guessed.
 */

/* '0' to '6' or 'S', with the one before it in *previous ('N': none); 0 when it cannot be known.  root NULL: "/". */
char runlevel_now(const char *root, char *previous);

#endif
