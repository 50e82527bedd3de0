#ifndef GEN_LSB_H
#define GEN_LSB_H
#include <stdbool.h>

#include "base/buf.h"
#include "base/vec.h"
#include "svc/service.h"
/*
 * The header of an init script, from what a unit says of its order and its runlevels.  One text serves both families: the
 * "### BEGIN INIT INFO" block of LSB 5.0 (insserv, update-rc.d, newer chkconfig) and the "# chkconfig:" line (RHEL and kin).
 *
 * Ordering.  Targets become facilities ($network for network.target); what is sysinit, basic or a default dependency is
 * $remote_fs, and the log is $syslog.  A service named in After= or Wants= becomes Should-Start, one in Requires=, BindsTo= or
 * Requisite= Required-Start; those that only systemd has are left out; one of several that provide a facility becomes the facility.  Stopping
 * mirrors starting.
 *
 * Runlevels.  WantedBy= and RequiredBy=: targets of early boot give S, rescue.target 1, those of timers and shutdown nothing, all
 * others 2 3 4 5.  Without them nothing is started by default, but a unit with DefaultDependencies=no belongs to early boot.
 *
 * The chkconfig numbers follow from the latest thing that is needed.  RHEL 6 has iptables at 08, network at 10, rsyslog 12, rpcbind and named 13,
 * messagebus 22, netfs 25 and ntpd at 58, so:
 *	early boot 05, before the network 08, local disks only 20, $remote_fs or $syslog 26, the message bus 30,
 *	$network or $portmap 55, $named 57, $time 60, other services 65, $all 99
 * and the stop number is 100 minus that.
 */
struct lsb {
	struct vec provides;
	struct vec required, should, before;	/* Required-, Should-Start and X-Start-Before */
	const char *start, *stop;	/* runlevels: "2 3 4 5" */
	char *summary;		/* one line */
	struct vec description;	/* lines */
	int number;		/* the chkconfig start number */
	char *pid_file;		/* may be NULL */
};

/* name: what the script is to be called; NULL: the service's own name. */
void lsb_make(struct lsb *, const struct service *, const char *name);
/*
 * Debian keeps $all for scripts of the init system: after the facilities of a whole boot takes its place, which is not after every other
 * service.
 */
void lsb_without_all(struct lsb *);
/* Does After= that unit mean $all? */
bool lsb_is_last(const char *unit);
/* Append both forms as comment lines. */
void lsb_write(struct buf *, const struct lsb *);
void lsb_free(struct lsb *);

#endif
