#include "gen/lost.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "gen/lsb.h"
#include "svc/unitkeys.h"
#include "svc/unitother.h"
#include "svc/unitvalue.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What scripts honour of [Service] as it is. */
static const char *const honoured[] = {
	"CacheDirectory", "CacheDirectoryMode", "ConfigurationDirectory", "ConfigurationDirectoryMode", "Environment", "EnvironmentFile",
	"ExecCondition", "ExecReload", "ExecStart", "ExecStartPost", "ExecStartPre", "ExecStop", "ExecStopPost", "FinalKillSignal", "Group",
	"GuessMainPID", "IgnoreSIGPIPE", "KillSignal", "LimitAS", "LimitCORE", "LimitCPU", "LimitDATA", "LimitFSIZE", "LimitLOCKS",
	"LimitMEMLOCK", "LimitNOFILE", "LimitNPROC", "LimitRSS", "LimitSTACK", "LogsDirectory", "LogsDirectoryMode", "Nice",
	"OOMScoreAdjust", "PIDFile", "PassEnvironment", "PermissionsStartOnly", "RemainAfterExit", "RuntimeDirectory",
	"RuntimeDirectoryMode", "RuntimeDirectoryPreserve", "SendSIGHUP", "SendSIGKILL", "StandardError", "StandardOutput",
	"StateDirectory", "StateDirectoryMode", "SyslogFacility", "SyslogIdentifier", "SyslogLevel", "TimeoutStopSec", "Type", "UMask",
	"UnsetEnvironment", "User", "WorkingDirectory",
};

/* Lines of [Unit] that a header, or the script, does all of. */
static const char *const honoured_unit[] = {
	"After", "Before", "DefaultDependencies", "Description", "Documentation", "Requires", "RequiresMountsFor", "RequiresOverridable", "Wants",
	"ConditionPathExists", "ConditionPathExistsGlob", "ConditionPathIsDirectory", "ConditionPathIsSymbolicLink",
	"ConditionPathIsMountPoint", "ConditionPathIsReadWrite", "ConditionDirectoryNotEmpty", "ConditionFileNotEmpty",
	"ConditionFileIsExecutable", "AssertPathExists", "AssertPathExistsGlob", "AssertPathIsDirectory", "AssertPathIsSymbolicLink",
	"AssertPathIsMountPoint", "AssertPathIsReadWrite", "AssertDirectoryNotEmpty", "AssertFileNotEmpty", "AssertFileIsExecutable",
};

/* Lines that mean something only with others that are lost, or of which a part is lost; value: NULL for any other than harmless. */
static const struct {
	const char *key, *value, *harmless;
	enum lost_grade grade;
	const char *text;
} rows[] = {
	{ "DynamicUser", NULL, "", LOST_PART, "no user is made, the one of its name must exist; and it runs without a sandbox" },
	{ "Type", "notify", NULL, LOST_PART, "the start does not wait until the service says that it is ready" },
	{ "Type", "dbus", NULL, LOST_PART, "the start does not wait for the name on the bus" },
	{ "BusName", NULL, "", LOST_ALL, "the start does not wait for the name on the bus" },
	{ "NotifyAccess", NULL, "none", LOST_ALL, "nothing hears what the service says" },
	{ "Restart", NULL, "no", LOST_ALL, "nothing restarts the service when it ends" },
	{ "RestartSec", NULL, "", LOST_NOTE, "nothing restarts the service" },
	{ "RestartPreventExitStatus", NULL, "", LOST_NOTE, "nothing restarts the service" },
	{ "RestartForceExitStatus", NULL, "", LOST_ALL, "nothing restarts the service" },
	{ "StartLimitBurst", NULL, "", LOST_NOTE, "nothing restarts the service" },
	{ "StartLimitInterval", NULL, "", LOST_NOTE, "nothing restarts the service" },
	{ "StartLimitIntervalSec", NULL, "", LOST_NOTE, "nothing restarts the service" },
	{ "SuccessExitStatus", NULL, "", LOST_PART, "an ExecStart= of Type=oneshot must end with 0" },
	{ "WatchdogSec", NULL, "0", LOST_ALL, "no watchdog looks after the service" },
	{ "OOMPolicy", NULL, "continue", LOST_ALL, "nothing ends the service when the kernel kills a process of it because memory is short" },
	{ "TimeoutStartSec", NULL, "", LOST_PART, "it only limits the wait for the PID file" },
	{ "TimeoutSec", NULL, "", LOST_PART, "at start it only limits the wait for the PID file" },
	{ "KillMode", "process", NULL, LOST_NOTHING, NULL },
	{ "KillMode", "none", NULL, LOST_NOTHING, NULL },
	{ "KillMode", NULL, "", LOST_PART, "processes that left the session of the service are not found" },
	{ "OnFailure", NULL, "", LOST_ALL, "nothing is started when the service fails" },
	{ "Conflicts", NULL, "shutdown.target", LOST_ALL, "the other service is not stopped" },
	{ "Requisite", NULL, "", LOST_PART, "it is ordered, but the start does not look whether the other one runs" },
	{ "BindsTo", NULL, "", LOST_PART, "it is ordered, but does not stop with the other one" },
	{ "PartOf", NULL, "", LOST_ALL, "the service does not stop or restart with the other one" },
	{ "ReloadPropagatedFrom", NULL, "", LOST_ALL, "the service is not reloaded with the other one" },
	{ "PropagateReloadFrom", NULL, "", LOST_ALL, "the service is not reloaded with the other one" },
	{ "StandardInput", NULL, "null", LOST_ALL, "the standard input is /dev/null" },
	{ "StandardOutput", "tty", NULL, LOST_ALL, "it goes to /dev/null" },
	{ "StandardError", "tty", NULL, LOST_ALL, "it goes to /dev/null" },
	{ "StandardOutput", "socket", NULL, LOST_ALL, "there is no socket, it goes to /dev/null" },
	{ "StandardError", "socket", NULL, LOST_ALL, "there is no socket, it goes to /dev/null" },
};

static bool
in_list(const char *const *list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

static bool
is_protection(unsigned section, const char *key)
{
	static const char *const words[] = {
		"Protect", "Private", "Restrict", "SystemCall", "Capabilit", "NoNewPrivileges", "LockPersonality", "MemoryDeny", "ReadOnly",
		"Inaccessible", "DynamicUser", "IPAddress", "Device", "RootDirectory", "AppArmor", "SELinux", "NoExecPaths", "TasksMax", "Memory",
		"CPUQuota", "KeyringMode", "MountFlags", "TemporaryFileSystem", "RemoveIPC", "SecureBits",
	};
	const struct unitother_key *o = unitother_find(section, key);

	if (section != UNITVALUE_SERVICE || (o && (o->flags & UNITOTHER_PROTECT)))
		return o && (o->flags & UNITOTHER_PROTECT);
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_starts(key, words[i]))
			return str_same(key, "RestartSec") ? false : true;
	return false;
}

static void
set(struct lost_line *l, enum lost_grade grade, const char *text)
{
	free(l->text);
	l->grade = grade;
	l->text = text ? mem_str(text) : NULL;
}

/* Of the words behind @, the second is argv[0], which no shell can set. */
static bool
renames_itself(const struct service *s, const struct lost_line *l)
{
	for (int list = 0; list < SERVICE_LISTS; list++)
		for (size_t i = 0; i < s->cmd[list].n; i++) {
			const struct service_command *c = &s->cmd[list].v[i];

			if (c->line == l->line && str_same(c->file, l->file) && !str_same(c->path, c->argv.v[0]) && strchr(c->path, '/') &&
			    !str_find(c->argv.v[0], "//"))
				return true;
		}
	return false;
}

static void
judge_shell(struct lost_line *l, const struct service *s, unsigned section)
{
	const struct unitother_key *o = unitother_find(section, l->key);
	const char *const *list = section == UNITVALUE_SERVICE ? honoured : honoured_unit;
	size_t n = section == UNITVALUE_SERVICE ? COUNT(honoured) : COUNT(honoured_unit);

	if (str_same(l->key, "DynamicUser") && str_bool(l->value) == 0)
		return;
	if (str_starts(l->key, "Standard") && str_ends(l->value, "+console")) {
		set(l, LOST_PART, "it goes to the log, and not to the console");
		return;
	}
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].key, l->key) == 0 &&
		    (rows[i].value ? strcmp(rows[i].value, l->value) == 0 : strcmp(rows[i].harmless, l->value) != 0)) {
			set(l, *l->value ? rows[i].grade : LOST_NOTHING, rows[i].text);
			l->protects = l->grade >= LOST_PART && is_protection(section, l->key);
			return;
		} else if (strcmp(rows[i].key, l->key) == 0 && rows[i].harmless && strcmp(rows[i].harmless, l->value) == 0)
			return;
	if (section == UNITVALUE_INSTALL || in_list(list, n, l->key)) {
		if (str_starts(l->key, "Exec") && renames_itself(s, l))
			set(l, LOST_PART, "the program's own name for itself is its path");
		return;
	}
	if (o && (o->flags & UNITOTHER_NOTE))
		set(l, LOST_NOTE, "it only means something to systemd");
	else if (!*l->value ? !str_same(l->key, "CapabilityBoundingSet") : str_bool(l->value) == 0 || str_same(l->value, "infinity"))
		return;
	else if (str_starts(l->key, "Condition") || str_starts(l->key, "Assert"))
		set(l, LOST_ALL, "it is taken as true");
	else if ((l->protects = is_protection(section, l->key)))
		set(l, LOST_ALL, "the service runs without this protection");
	else
		set(l, LOST_ALL, o || unitkeys_find(section, l->key) ? "a script cannot do that" : UNITOTHER_UNKNOWN);
}

static void
judge_native(struct lost_line *l, const struct service *s, unsigned section)
{
	const struct unitother_key *o = unitother_find(section, l->key);

	if (o && (o->flags & UNITOTHER_NOTE))
		set(l, LOST_NOTE, "it only means something to systemd");
	for (size_t i = 0; i < s->n_ignored; i++) {
		const struct service_ignored *x = &s->ignored[i];

		if (x->line != l->line || !str_same(x->file, l->file) || !str_same(x->key, l->key))
			continue;
		l->protects = x->protects;
		set(l, x->partly ? LOST_PART : LOST_ALL, x->why ? x->why : x->protects ? "the service runs without this protection" : "nothing here does that");
	}
}

/* --- the walk --- */

struct walk {
	struct lost *lost;
	const struct service *s;
	bool shell;
};

/* What a later line takes back is nothing that is lost. */
static void
take_back(struct lost *lost, const struct lost_line *by)
{
	static const char *const words[] = {	/* of which a later line takes the place of an earlier one */
		"Protect", "Private", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDeny", "DynamicUser", "AppArmor", "SELinux",
		"TasksMax", "Memory", "CPUQuota", "CPUShares", "CPUWeight", "CPUScheduling", "IOScheduling", "IOWeight", "KeyringMode", "MountFlags",
		"MountAPIVFS", "ProcSubset", "RemoveIPC", "SystemCallErrorNumber",
	};
	const struct unitother_key *o = unitother_find(UNITVALUE_SERVICE, by->key);
	bool replaces = o && !(o->flags & UNITOTHER_LIST);

	for (size_t i = 0; !replaces && i < COUNT(words); i++)
		replaces = str_starts(by->key, words[i]);
	if (*by->value && !replaces)
		return;
	for (size_t i = 0; i < lost->n; i++)
		if (strcmp(lost->v[i].key, by->key) == 0)
			set(&lost->v[i], LOST_NOTHING, NULL);
}

static void
one_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	struct walk *w = data;
	struct lost_line l = { mem_str(file), mem_str(key), mem_str(value), line, LOST_NOTHING, NULL, false };
	unsigned bit = strcmp(section, "Service") == 0 ? UNITVALUE_SERVICE : strcmp(section, "Unit") == 0 ? UNITVALUE_UNIT : UNITVALUE_INSTALL;

	if (str_starts(key, "X-"))
		;
	else if (w->shell) {
		take_back(w->lost, &l);
		judge_shell(&l, w->s, bit);
	} else
		judge_native(&l, w->s, bit);
	w->lost->v = mem_grow(w->lost->v, &w->lost->cap, w->lost->n + 1, sizeof l);
	w->lost->v[w->lost->n++] = l;
}

void
lost_judge(struct lost *lost, const struct service *s, const struct unit_sources *src, bool shell)
{
	struct walk w = { lost, s, shell };

	*lost = (struct lost){ 0 };
	unit_each(src, one_line, &w);
	for (size_t i = 0; i < lost->n; i++)
		lost->count[lost->v[i].grade]++;
}

static bool
asks_to_be_last(const char *units)
{
	struct vec v = VEC_INIT;
	bool last = false;

	str_split(&v, units, " \t");
	for (size_t i = 0; i < v.n; i++)
		last |= lsb_is_last(v.v[i]);
	vec_free(&v);
	return last;
}

void
lost_all_facility(struct lost *lost)
{
	for (size_t i = 0; i < lost->n; i++) {
		struct lost_line *l = &lost->v[i];

		if (l->grade != LOST_NOTHING || strcmp(l->key, "After") != 0 || !asks_to_be_last(l->value))
			continue;
		lost->count[LOST_NOTHING]--;
		lost->count[LOST_PART]++;
		set(l, LOST_PART, "it starts after the facilities of a boot, not after every other service");
	}
}

void
lost_remark(struct lost *lost, const struct diag *d)
{
	for (size_t i = 0; i < lost->n; i++)
		for (size_t k = 0; k < d->n && lost->v[i].grade == LOST_NOTHING; k++) {
			struct lost_line *l = &lost->v[i];
			const char *text = d->v[k].text;
			size_t n = strlen(l->key);

			if (d->v[k].level != DIAG_WARN || d->v[k].line != l->line || strcmp(d->v[k].file, l->file) != 0)
				continue;
			set(l, LOST_NOTE, str_starts(text, l->key) && str_starts(text + n, "=: ") ? text + n + 3 : text);
			lost->count[LOST_NOTHING]--;
			lost->count[LOST_NOTE]++;
		}
}

void
lost_free(struct lost *lost)
{
	for (size_t i = 0; i < lost->n; i++) {
		free(lost->v[i].file);
		free(lost->v[i].key);
		free(lost->v[i].value);
		free(lost->v[i].text);
	}
	free(lost->v);
	*lost = (struct lost){ 0 };
}

const char *
lost_grade_name(enum lost_grade grade)
{
	static const char *const names[] = { "honoured", "note", "partly", "not" };

	return names[grade];
}
