#ifndef SVC_UNITCONFINE_H
#define SVC_UNITCONFINE_H
#include "svc/unitvalue.h"
/*
 * The directives of systemd.exec(5) that restrict a service (svc/confine.h), and the limits of systemd.resource-control(5).  An empty
 * value takes back what was said before.
 */
unitvalue_fn unitconfine_capabilities;	/* CapabilityBoundingSet=; arg 1: AmbientCapabilities= */
unitvalue_fn unitconfine_securebits;
unitvalue_fn unitconfine_keyring;
unitvalue_fn unitconfine_system;	/* ProtectSystem= */
unitvalue_fn unitconfine_home;		/* ProtectHome= */
unitvalue_fn unitconfine_api_vfs;
unitvalue_fn unitconfine_mount_flags;
unitvalue_fn unitconfine_paths;		/* arg: enum confine_paths */
unitvalue_fn unitconfine_binds;		/* arg 1: read-only */
unitvalue_fn unitconfine_tmpfs;
unitvalue_fn unitconfine_calls;		/* SystemCallFilter=; arg 1: SystemCallLog= */
unitvalue_fn unitconfine_errno;
unitvalue_fn unitconfine_architectures;
unitvalue_fn unitconfine_families;
unitvalue_fn unitconfine_namespaces;
unitvalue_fn unitconfine_resource;	/* arg: enum confine_resource */
unitvalue_fn unitconfine_credential;	/* arg 1: SetCredential= */
unitvalue_fn unitconfine_device_policy;
unitvalue_fn unitconfine_device;	/* DeviceAllow= */
unitvalue_fn unitconfine_addresses;	/* IPAddressAllow=; arg 1: IPAddressDeny= */
unitvalue_fn unitconfine_policies;	/* X-MissingFeature= */

#endif
