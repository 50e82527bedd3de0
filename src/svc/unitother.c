#include "svc/unitother.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "svc/unitvalue.h"

enum {
	U = UNITVALUE_UNIT, S = UNITVALUE_SERVICE, I = UNITVALUE_INSTALL,
	PROTECT = UNITOTHER_PROTECT, NOTE = UNITOTHER_NOTE, BOOL = UNITOTHER_BOOL, LIST = UNITOTHER_LIST
};

/* sorted by key, for bsearch(3) */
static const struct unitother_key keys[] = {
	{ "AllowIsolate", U, NOTE | BOOL },
	{ "AllowedCPUs", S, PROTECT },
	{ "AllowedMemoryNodes", S, PROTECT },
	{ "AssertCPUPressure", U, LIST },
	{ "AssertCredential", U, LIST },
	{ "AssertIOPressure", U, LIST },
	{ "AssertMemoryPressure", U, LIST },
	{ "AssertNeedsUpdate", U, LIST },
	{ "AssertPathIsEncrypted", U, LIST },
	{ "BPFProgram", S, PROTECT | LIST },
	{ "BlockIOAccounting", S, NOTE | BOOL },
	{ "BlockIODeviceWeight", S, LIST },
	{ "BlockIOReadBandwidth", S, PROTECT | LIST },
	{ "BlockIOWeight", S, 0 },
	{ "BlockIOWriteBandwidth", S, PROTECT | LIST },
	{ "CPUAccounting", S, NOTE | BOOL },
	{ "CPUQuotaPeriodSec", S, 0 },
	{ "Capabilities", S, PROTECT },
	{ "CollectMode", U, NOTE },
	{ "ConditionCPUPressure", U, LIST },
	{ "ConditionCredential", U, LIST },
	{ "ConditionIOPressure", U, LIST },
	{ "ConditionMemoryPressure", U, LIST },
	{ "ConditionNeedsUpdate", U, LIST },
	{ "ConditionPathIsEncrypted", U, LIST },
	{ "DefaultInstance", I, NOTE },
	{ "DefaultMemoryLow", S, 0 },
	{ "DefaultMemoryMin", S, 0 },
	{ "DisableControllers", S, LIST },
	{ "ExecSearchPath", S, LIST },
	{ "ExitType", S, 0 },
	{ "ExtensionDirectories", S, LIST },
	{ "ExtensionImages", S, LIST },
	{ "FailureActionExitStatus", U, 0 },
	{ "FileDescriptorStoreMax", S, 0 },
	{ "FsckPassNo", S, NOTE },
	{ "IOAccounting", S, NOTE | BOOL },
	{ "IODeviceLatencyTargetSec", S, LIST },
	{ "IODeviceWeight", S, LIST },
	{ "IOReadBandwidthMax", S, PROTECT | LIST },
	{ "IOReadIOPSMax", S, PROTECT | LIST },
	{ "IOWriteBandwidthMax", S, PROTECT | LIST },
	{ "IOWriteIOPSMax", S, PROTECT | LIST },
	{ "IPAccounting", S, NOTE | BOOL },
	{ "IPCNamespacePath", S, PROTECT },
	{ "IPEgressFilterPath", S, PROTECT | LIST },
	{ "IPIngressFilterPath", S, PROTECT | LIST },
	{ "IgnoreOnIsolate", U, NOTE | BOOL },
	{ "IgnoreOnSnapshot", U, NOTE | BOOL },
	{ "JobRunningTimeoutSec", U, NOTE },
	{ "JobTimeoutAction", U, NOTE },
	{ "JobTimeoutRebootArgument", U, NOTE },
	{ "JobTimeoutSec", U, NOTE },
	{ "JoinsNamespaceOf", U, LIST },
	{ "LoadCredentialEncrypted", S, LIST },
	{ "LogExtraFields", S, NOTE | LIST },
	{ "LogLevelMax", S, 0 },
	{ "LogNamespace", S, NOTE },
	{ "LogRateLimitBurst", S, NOTE },
	{ "LogRateLimitIntervalSec", S, NOTE },
	{ "ManagedOOMMemoryPressure", S, 0 },
	{ "ManagedOOMMemoryPressureLimit", S, 0 },
	{ "ManagedOOMPreference", S, NOTE },
	{ "ManagedOOMSwap", S, 0 },
	{ "MemoryAccounting", S, NOTE | BOOL },
	{ "MountImages", S, LIST },
	{ "NUMAMask", S, 0 },
	{ "NUMAPolicy", S, 0 },
	{ "NetClass", S, NOTE },
	{ "NetworkNamespacePath", S, PROTECT },
	{ "OnFailureIsolate", U, NOTE | BOOL },
	{ "OnFailureJobMode", U, NOTE },
	{ "OnSuccessJobMode", U, NOTE },
	{ "PAMName", S, 0 },
	{ "Personality", S, PROTECT },
	{ "RebootArgument", U | S, 0 },
	{ "RefuseManualStart", U, NOTE | BOOL },
	{ "RefuseManualStop", U, NOTE | BOOL },
	{ "RestrictFileSystems", S, PROTECT | LIST },
	{ "RestrictNetworkInterfaces", S, PROTECT | LIST },
	{ "RootDirectoryStartOnly", S, BOOL },
	{ "RootHash", S, PROTECT },
	{ "RootHashSignature", S, PROTECT },
	{ "RootImageOptions", S, LIST },
	{ "RootVerity", S, PROTECT },
	{ "RuntimeRandomizedExtraSec", S, 0 },
	{ "SetCredentialEncrypted", S, LIST },
	{ "SmackProcessLabel", S, PROTECT },
	{ "SocketBindAllow", S, LIST },
	{ "SocketBindDeny", S, PROTECT | LIST },
	{ "SourcePath", U, NOTE },
	{ "StandardInputData", S, LIST },
	{ "StandardInputText", S, LIST },
	{ "StartupAllowedCPUs", S, 0 },
	{ "StartupAllowedMemoryNodes", S, 0 },
	{ "StartupBlockIOWeight", S, 0 },
	{ "StartupCPUShares", S, 0 },
	{ "StartupCPUWeight", S, 0 },
	{ "StartupIOWeight", S, 0 },
	{ "StopWhenUnneeded", U, NOTE | BOOL },
	{ "SuccessActionExitStatus", U, 0 },
	{ "SysVStartPriority", S, NOTE },
	{ "SyslogLevelPrefix", S, 0 },
	{ "TCPWrapName", S, NOTE },
	{ "TTYColumns", S, 0 },
	{ "TTYPath", S, 0 },
	{ "TTYReset", S, BOOL },
	{ "TTYRows", S, 0 },
	{ "TTYVHangup", S, BOOL },
	{ "TTYVTDisallocate", S, BOOL },
	{ "TasksAccounting", S, NOTE | BOOL },
	{ "TimeoutCleanSec", S, NOTE },
	{ "TimeoutStartFailureMode", S, 0 },
	{ "TimeoutStopFailureMode", S, 0 },
	{ "USBFunctionDescriptors", S, 0 },
	{ "USBFunctionStrings", S, 0 },
	{ "Upholds", U, LIST },
	{ "UtmpIdentifier", S, 0 },
	{ "UtmpMode", S, 0 },
};

const struct unitother_key *
unitother_all(size_t *n)
{
	*n = sizeof keys / sizeof *keys;
	return keys;
}

static int
compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct unitother_key *)row)->key);
}

const struct unitother_key *
unitother_find(unsigned section, const char *key)
{
	const struct unitother_key *k = bsearch(key, keys, sizeof keys / sizeof *keys, sizeof *keys, compare);

	return k && (k->sections & section) ? k : NULL;
}

const char *
unitother_why(const struct unitother_key *k)
{
	if (strcmp(k->key, "LoadCredentialEncrypted") == 0 || strcmp(k->key, "SetCredentialEncrypted") == 0)
		return "only systemd has the key that it is encrypted with: the service starts without that credential";
	return NULL;
}

bool
unitother_is_harmless(const struct unitother_key *k, const char *value)
{
	static const struct {
		const char *key, *value;
	} rows[] = {
		{ "DevicePolicy", "auto" }, { "ExitType", "main" }, { "TimeoutStartFailureMode", "terminate" },
		{ "TimeoutStopFailureMode", "terminate" }, { "UtmpMode", "init" },
	};

	if (!*value || ((k->flags & UNITOTHER_BOOL) && str_bool(value) == 0))
		return true;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].key, k->key) == 0 && strcmp(rows[i].value, value) == 0)
			return true;
	return false;
}
