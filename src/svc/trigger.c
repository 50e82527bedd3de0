#include "svc/trigger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/mem.h"
#include "base/str.h"
#include "svc/dropin.h"
#include "svc/unit.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *const socket_keys[] = {
	"Accept", "Backlog", "BindIPv6Only", "BindToDevice", "Broadcast", "DeferAcceptSec", "DirectoryMode", "ExecStartPost", "ExecStartPre",
	"ExecStopPost", "ExecStopPre", "FileDescriptorName", "FlushPending", "FreeBind", "IPTOS", "IPTTL", "KeepAlive", "KeepAliveIntervalSec",
	"KeepAliveProbes", "KeepAliveTimeSec", "ListenDatagram", "ListenFIFO", "ListenMessageQueue", "ListenNetlink", "ListenSequentialPacket",
	"ListenSpecial", "ListenStream", "ListenUSBFunction", "Mark", "MaxConnections", "MaxConnectionsPerSource", "MessageQueueMaxMessages",
	"MessageQueueMessageSize", "NoDelay", "PassCredentials", "PassPacketInfo", "PassSecurity", "PipeSize", "Priority", "ReceiveBuffer",
	"RemoveOnStop", "ReusePort", "SELinuxContextFromNet", "SendBuffer", "Service", "SmackLabel", "SmackLabelIPIn", "SmackLabelIPOut",
	"SocketGroup", "SocketMode", "SocketProtocol", "SocketUser", "Symlinks", "TCPCongestion", "TimeoutSec", "Timestamping", "Transparent",
	"TriggerLimitBurst", "TriggerLimitIntervalSec", "Writable",
};

static const char *const timer_keys[] = {
	"AccuracySec", "FixedRandomDelay", "OnActiveSec", "OnBootSec", "OnCalendar", "OnClockChange", "OnStartupSec", "OnTimezoneChange",
	"OnUnitActiveSec", "OnUnitInactiveSec", "Persistent", "RandomizedDelaySec", "RemainAfterElapse", "Unit", "WakeSystem",
};

bool
trigger_is_unit(const char *name)
{
	return str_ends(name, ".socket") || str_ends(name, ".timer");
}

static const char *
section_of(const struct trigger *t)
{
	return t->kind == TRIGGER_SOCKET ? "Socket" : "Timer";
}

/* a socket takes the context of the commands that it runs, too */
static bool
is_known(enum trigger_kind kind, const char *key)
{
	static const char *const shared[] = {
		"User", "Group", "WorkingDirectory", "Environment", "Slice", "Limit", "Private", "Protect", "Kill", "Condition", "Assert"
	};
	const char *const *keys = kind == TRIGGER_SOCKET ? socket_keys : timer_keys;
	size_t n = kind == TRIGGER_SOCKET ? COUNT(socket_keys) : COUNT(timer_keys);

	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	for (size_t i = 0; kind == TRIGGER_SOCKET && i < COUNT(shared); i++)
		if (str_starts(key, shared[i]))
			return true;
	return false;
}

static void
add_line(struct trigger *t, const char *key, const char *value, const char *file, int line)
{
	if (str_starts(key, "X-"))
		return;
	t->v = mem_grow(t->v, &t->cap, t->n + 1, sizeof *t->v);
	t->v[t->n++] = (struct trigger_line){ mem_str(key), mem_str(value), mem_str(file), line, is_known(t->kind, key) };
}

static void
one_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	(void)section;
	add_line(data, key, value, file, line);
}

static void
unit_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	(void)section;
	if (str_starts(key, "Condition") || str_starts(key, "Assert"))
		add_line(data, key, value, file, line);
}

static void
install_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	struct trigger *t = data;

	(void)section;
	(void)file;
	(void)line;
	if (strcmp(key, "WantedBy") == 0 || strcmp(key, "RequiredBy") == 0)
		str_split(&t->wanted_by, value, STR_BLANK);
}

/* what the last assignment says; NULL for none, or an empty one */
static const char *
last_value(const struct trigger *t, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].key, key) == 0)
			value = *t->v[i].value ? t->v[i].value : NULL;
	return value;
}

static void
resolve(struct trigger *t)
{
	const char *named = last_value(t, t->kind == TRIGGER_SOCKET ? "Service" : "Unit"), *accept = last_value(t, "Accept");
	size_t stem = strlen(t->unit) - (t->kind == TRIGGER_SOCKET ? 7 : 6);

	t->accept = t->kind == TRIGGER_SOCKET && accept && str_bool(accept) == 1;
	if (named)
		t->service = mem_str(named);
	else
		t->service = mem_fmt("%.*s%s.service", (int)stem, t->unit, t->accept && !memchr(t->unit, '@', stem) ? "@" : "");
}

static void
free_one(struct trigger *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].key);
		free(t->v[i].value);
		free(t->v[i].file);
	}
	free(t->v);
	vec_free(&t->wanted_by);
	free(t->path);
	free(t->unit);
	free(t->service);
}

static struct trigger *
append(struct triggers *all)
{
	all->v = mem_grow(all->v, &all->cap, all->n + 1, sizeof *all->v);
	return &all->v[all->n++];
}

int
trigger_read(struct triggers *all, const char *path, const char *root, struct diag *d)
{
	struct trigger t = { .kind = str_ends(path, ".timer") ? TRIGGER_TIMER : TRIGGER_SOCKET };
	char *folder = mem_strn(path, (size_t)(str_base(path) - path));
	struct unit_sources src = { 0 };
	struct vec dropins = VEC_INIT;
	int r;

	t.path = mem_str(path);
	t.unit = mem_str(str_base(path));
	dropin_systemd(&dropins, root, t.unit, *folder ? folder : ".");
	r = unit_load(&src, path, d) == 0 ? unit_load_dropins(&src, &dropins, d) : -1;
	unit_each_in(&src, section_of(&t), one_line, &t);
	if (t.kind == TRIGGER_SOCKET)
		unit_each_in(&src, "Unit", unit_line, &t);
	unit_each_in(&src, "Install", install_line, &t);
	dropin_wanted_by(&t.wanted_by, root, t.unit);
	resolve(&t);
	unit_sources_free(&src);
	vec_free(&dropins);
	free(folder);
	if (r != 0) {
		free_one(&t);
		return -1;
	}
	t.enabled = dropin_is_enabled(root, t.unit);
	*append(all) = t;
	return 0;
}

/* of X-Listen= */
static const char *const listen_words[] = { "no", [TRIGGER_NO] = "no", [TRIGGER_START] = "start", [TRIGGER_DEMAND] = "demand" };

struct kept {
	struct triggers *all;
	const char *name, *file;	/* of the script */
	char *unit;			/* whose section it is */
};

static struct trigger *
socket_named(struct kept *k)
{
	struct trigger *t;

	for (size_t i = 0; i < k->all->n; i++)
		if (strcmp(k->all->v[i].unit, k->unit) == 0)
			return &k->all->v[i];
	t = append(k->all);
	*t = (struct trigger){ .kind = TRIGGER_SOCKET, .unit = mem_str(k->unit), .path = mem_str(k->file) };
	return t;
}

/* in another file we are in another section */
static void
kept_line(void *data, const char *section, const char *key, const char *value, const char *file, int line)
{
	struct kept *k = data;

	(void)section;
	if (strcmp(key, "X-Unit") == 0 || !k->unit || strcmp(file, k->file) != 0) {
		free(k->unit);
		k->file = file;
		k->unit = strcmp(key, "X-Unit") == 0 && str_ends(value, ".socket") ? mem_str(value) :
		    k->all->n ? mem_str(k->all->v[0].unit) : mem_fmt("%.*s.socket", (int)strcspn(k->name, "@"), k->name);
	}
	for (int i = TRIGGER_NO; i <= TRIGGER_DEMAND && strcmp(key, "X-Listen") == 0; i++)
		if (strcmp(listen_words[i], value) == 0)
			socket_named(k)->listen = (enum trigger_listen)i;
	add_line(socket_named(k), key, value, file, line);
}

void
trigger_kept(struct triggers *all, const struct unit_sources *src, const char *name)
{
	struct kept k = { .all = all, .name = name, .file = "" };

	unit_each_in(src, "Socket", kept_line, &k);
	free(k.unit);
	for (size_t i = 0; i < all->n; i++)
		resolve(&all->v[i]);
}

/* --- which of them start a service --- */

static void
add_names(struct vec *names, const struct vec *units)
{
	for (size_t i = 0; i < units->n; i++)
		if (trigger_is_unit(units->v[i]) && !vec_has(names, units->v[i]))
			vec_add(names, units->v[i]);
}

/* of its own name, and for a service of each connection also of the template's stem */
static void
add_own_names(struct vec *names, const char *unit)
{
	int stem = (int)(strlen(unit) - strlen(".service"));
	const char *at = strchr(unit, '@');

	vec_take(names, mem_fmt("%.*s.socket", stem, unit));
	vec_take(names, mem_fmt("%.*s.timer", stem, unit));
	if (at) {
		vec_take(names, mem_fmt("%.*s.socket", (int)(at - unit), unit));
		vec_take(names, mem_fmt("%.*s@.socket", (int)(at - unit), unit));
		vec_take(names, mem_fmt("%.*s@.timer", (int)(at - unit), unit));
	}
}

/* "a@.service" stands for each "a@b.service" */
static bool
starts_it(const struct trigger *t, const char *unit)
{
	const char *at = strchr(t->service, '@');

	if (strcmp(t->service, unit) == 0)
		return true;
	return at && (at[1] == '.' || at[1] == '%') && strncmp(t->service, unit, (size_t)(at - t->service) + 1) == 0;
}

static void
read_one(struct triggers *all, const char *name, const char *unit, const char *folder, const char *root, struct diag *d)
{
	char *path = mem_fmt("%s%s", folder, name), *real = NULL;
	struct diag own = DIAG_INIT;

	if (access(path, F_OK) != 0) {
		free(path);
		path = dropin_find(root, name, &real);
	}
	/* of a template, the service may be what is found */
	if (path && trigger_is_unit(path) && trigger_read(all, path, root, &own) == 0 && !starts_it(&all->v[all->n - 1], unit))
		free_one(&all->v[--all->n]);
	for (size_t i = 0; i < own.n; i++)
		diag_add(d, DIAG_WARN, own.v[i].file, own.v[i].line, 0, "%s", own.v[i].text);
	diag_free(&own);
	free(path);
	free(real);
}

void
trigger_find(struct triggers *all, const struct service *s, const char *unit, const char *folder, const char *root, struct diag *d)
{
	static const enum service_dep kinds[] = {
		SERVICE_REQUIRES, SERVICE_BINDS_TO, SERVICE_WANTS, SERVICE_AFTER, SERVICE_ALSO, SERVICE_SOCKETS
	};
	struct vec names = VEC_INIT;

	add_own_names(&names, unit);
	for (size_t i = 0; i < COUNT(kinds); i++)
		add_names(&names, &s->deps[kinds[i]]);
	for (size_t i = 0; i < names.n; i++)
		read_one(all, names.v[i], unit, folder, root, d);
	vec_free(&names);
}

void
trigger_free(struct triggers *all)
{
	for (size_t i = 0; i < all->n; i++)
		free_one(&all->v[i]);
	free(all->v);
	*all = (struct triggers){ 0 };
}

/* --- what becomes of them --- */

/* words by which well-known daemons are told to take their sockets from whom starts them */
static bool
is_told_so(const struct service *s)
{
	static const char *const words[] = { "fd://", "systemd:", "--systemd-activation", "--socket-activation", "--systemd-socket" };
	const struct service_commands *c = &s->cmd[SERVICE_START];

	for (size_t i = 0; i < c->n; i++)
		for (size_t a = 1; a < c->v[i].argv.n; a++)
			for (size_t w = 0; w < COUNT(words); w++)
				if (str_find(c->v[i].argv.v[a], words[w]))
					return true;
	return false;
}

const char *
trigger_need(const struct trigger *t, const struct service *s)
{
	if (t->kind == TRIGGER_TIMER)
		return NULL;
	if (t->accept)
		return "one of it is to be started for each connection";
	if (s->in_socket)
		return "it reads from the socket";
	if (is_told_so(s))
		return "its command line has it take the socket over";
	if (!s->has_install && s->deps[SERVICE_WANTED_BY].n == 0 && s->deps[SERVICE_REQUIRED_BY].n == 0)
		return "only the socket starts it";
	return NULL;
}

/* an instance of its own, or none: who connects gets the one that is made for it then */
static bool
is_of_instance(const char *unit)
{
	const char *at = strchr(unit, '@');

	return at && at[1] != '.';
}

static bool
is_named(const struct trigger *t, const struct service *s)
{
	static const enum service_dep kinds[] = { SERVICE_SOCKETS, SERVICE_REQUIRES, SERVICE_BINDS_TO, SERVICE_WANTS, SERVICE_ALSO };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (vec_has(&s->deps[kinds[i]], t->unit))
			return true;
	return false;
}

enum trigger_listen
trigger_listens(const struct trigger *t, const struct service *s, const char *unit)
{
	if (t->kind != TRIGGER_SOCKET || (t->accept && is_of_instance(unit)))
		return TRIGGER_NO;
	if (t->listen != TRIGGER_UNSAID)
		return t->listen;
	if (!trigger_need(t, s) && !is_named(t, s) && !t->enabled)
		return TRIGGER_NO;
	return t->accept || s->deps[SERVICE_WANTED_BY].n || s->deps[SERVICE_REQUIRED_BY].n ? TRIGGER_START : TRIGGER_DEMAND;
}

void
trigger_settle(struct triggers *all, struct service *s, const char *unit)
{
	bool wanted = s->deps[SERVICE_WANTED_BY].n || s->deps[SERVICE_REQUIRED_BY].n;

	for (size_t i = 0; i < all->n; i++)
		all->v[i].listen = trigger_listens(&all->v[i], s, unit);
	for (size_t i = 0; i < all->n && !wanted; i++)
		if (all->v[i].listen != TRIGGER_NO)
			vec_addv(&s->deps[SERVICE_WANTED_BY], all->v[i].wanted_by.v);
}

void
trigger_write(struct buf *out, const struct trigger *t)
{
	buf_fmt(out, "\n# %s\n[%s]\n", t->path, section_of(t));
	if (t->kind == TRIGGER_SOCKET)
		buf_fmt(out, "X-Unit=%s\nX-Listen=%s\n", t->unit, listen_words[t->listen]);
	for (size_t i = 0; i < t->n; i++)
		buf_fmt(out, "%s=%s\n", t->v[i].key, t->v[i].value);
}

/* a field of crontab(5); last: the largest number there */
static void
cron_field(struct buf *out, const struct calendar_field *f, int last)
{
	buf_ch(out, ' ');
	if (f->n == 0)
		buf_ch(out, '*');
	for (int i = 0; i < f->n; i++) {
		const struct calendar_part *p = &f->v[i];
		int stop = p->stop >= 0 ? p->stop : p->repeat ? last : p->start;

		buf_fmt(out, "%s%d", i ? "," : "", p->start);
		if (stop != p->start)
			buf_fmt(out, "-%d", stop);
		if (p->repeat > 1)
			buf_fmt(out, "/%d", p->repeat);
	}
}

static void
cron_weekdays(struct buf *out, unsigned days)
{
	const char *before = " ";

	if (!days)
		buf_str(out, " *");
	for (int i = 0; i < 7; i++)
		if (days & 1U << i) {
			buf_fmt(out, "%s%d", before, i + 1);
			before = ",";
		}
}

char *
trigger_cron(const char *calendar, const char *service)
{
	struct calendar c;
	struct buf out = BUF_INIT;
	int stem = (int)(strlen(service) - strlen(".service"));

	/* cron takes a day that is in either list, and has neither years, seconds nor time zones */
	if (stem <= 0 || !str_ends(service, ".service") || service[stem - 1] == '@')
		return NULL;
	if (calendar_parse(calendar, &c) != 0 || c.from_end || c.utc || c.year.n || (c.weekdays && c.day.n) || c.second.n != 1 ||
	    c.second.v[0].start != 0 || c.second.v[0].stop > 0 || c.second.v[0].repeat)
		return NULL;
	cron_field(&out, &c.minute, 59);
	cron_field(&out, &c.hour, 23);
	cron_field(&out, &c.day, 31);
	cron_field(&out, &c.month, 12);
	cron_weekdays(&out, c.weekdays);
	buf_fmt(&out, " root /etc/init.d/%.*s start", stem, service);
	memmove(out.s, out.s + 1, out.len--);
	return buf_take(&out);
}
