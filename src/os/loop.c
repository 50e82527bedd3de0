#include "os/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fmt.h"

/* the device of that number for the file; -1 with errno EBUSY when somebody else has it */
static int
take(int number, int file, char *device, size_t size)
{
	struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR };
	int mode = fcntl(file, F_GETFL), fd, saved;

	fmt_to(device, size, "/dev/loop%d", number);
	fd = open(device, ((mode & O_ACCMODE) == O_RDONLY ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (ioctl(fd, LOOP_SET_FD, file) == 0) {
		if (ioctl(fd, LOOP_SET_STATUS64, &info) == 0)
			return fd;
		saved = errno;
		ioctl(fd, LOOP_CLR_FD, 0);
	} else
		saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
loop_attach(int file, char *device, size_t size)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), fd = -1, saved;

	if (control < 0)
		return -1;
	/* between the answer and the taking of it somebody else may come */
	do {
		int number = ioctl(control, LOOP_CTL_GET_FREE);

		if (number < 0)
			break;
		fd = take(number, file, device, size);
	} while (fd < 0 && errno == EBUSY);
	saved = errno;
	close(control);
	errno = saved;
	return fd;
}
