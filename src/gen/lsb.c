#include "gen/lsb.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "boot/header.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What a unit in After= and kin is called in headers: words, "" for what has no meaning without systemd. */
static const struct {
	const char *unit, *words;
} names[] = {
	{ "-.mount", "$local_fs" },
	{ "NetworkManager-dispatcher.service", "" },
	{ "NetworkManager-wait-online.service", "$network" },
	{ "NetworkManager.service", "network-manager NetworkManager" },
	{ "basic.target", "$remote_fs" },
	{ "boot-complete.target", "$all" },
	{ "dbus.service", "dbus messagebus" },
	{ "dbus.socket", "dbus messagebus" },
	{ "emergency.service", "" },
	{ "getty.target", "$all" },
	{ "graphical.target", "$all" },
	{ "ifupdown-wait-online.service", "$network" },
	{ "kmod.service", "kmod" },
	{ "local-fs-pre.target", "$local_fs" },
	{ "local-fs.target", "$local_fs" },
	{ "multi-user.target", "$all" },
	{ "network-online.target", "$network" },
	{ "network-pre.target", "$local_fs" },
	{ "network.service", "$network" },
	{ "network.target", "$network" },
	{ "networking.service", "$network" },
	{ "nss-lookup.target", "$named" },
	{ "nss-user-lookup.target", "nscd nslcd sssd winbind ypbind" },
	{ "rc-local.service", "rc.local" },
	{ "remote-fs-pre.target", "$local_fs" },
	{ "remote-fs.target", "$remote_fs" },
	{ "rescue.service", "" },
	{ "rpcbind.service", "$portmap" },
	{ "rpcbind.socket", "$portmap" },
	{ "rpcbind.target", "$portmap" },
	{ "sysinit.target", "$remote_fs" },
	{ "rsyslog.service", "$syslog" },
	{ "syslog-ng.service", "$syslog" },
	{ "syslog.service", "$syslog" },
	{ "syslog.socket", "$syslog" },
	{ "syslog.target", "$syslog" },
	{ "systemd-modules-load.service", "kmod" },
	{ "systemd-networkd-wait-online.service", "$network" },
	{ "systemd-networkd.service", "$network" },
	{ "systemd-networkd.socket", "$network" },
	{ "systemd-remount-fs.service", "$local_fs" },
	{ "systemd-resolved.service", "$named" },
	{ "systemd-sysctl.service", "procps" },
	{ "systemd-sysusers.service", "$local_fs" },
	{ "systemd-time-wait-sync.service", "$time" },
	{ "systemd-timesyncd.service", "$time" },
	{ "systemd-tmpfiles-setup.service", "$local_fs" },
	{ "systemd-udev-settle.service", "udev" },
	{ "systemd-udev-trigger.service", "udev" },
	{ "systemd-udevd.service", "udev" },
	{ "time-set.target", "$time" },
	{ "time-sync.target", "$time" },
};

/* "dbus-org.freedesktop.hostname1.service": only there for bus activation. */
static bool
is_bus_name(const char *unit)
{
	return str_starts(unit, "dbus-") && strchr(unit, '.') < str_find(unit, ".service");
}

static bool
is_systemd_only(const char *unit)
{
	static const char *const prefixes[] = { "systemd-", "initrd-", "plymouth-", "getty@", "serial-getty@", "autovt@", "user@" };
	static const char *const suffixes[] = { ".target", ".device", ".slice", ".scope", ".timer", ".path", ".swap" };

	if (str_starts(unit, "systemd-journal"))
		return false;
	if (is_bus_name(unit))
		return true;
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (str_starts(unit, prefixes[i]))
			return true;
	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (str_ends(unit, suffixes[i]))
			return true;
	return false;
}

/* Add the words that stand for a unit to out. */
static void
words_of(struct vec *out, const char *unit)
{
	char *stem;

	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i].unit, unit) == 0) {
			str_split(out, names[i].words, " ");
			return;
		}
	if (str_starts(unit, "sys-subsystem-net-"))
		vec_add(out, "$network");
	else if (str_starts(unit, "systemd-journal"))
		vec_add(out, "$syslog");
	else if (str_starts(unit, "modprobe@"))
		vec_add(out, "kmod");
	else if (str_ends(unit, ".mount") || str_ends(unit, ".automount"))
		vec_add(out, "$local_fs");
	else if (!is_systemd_only(unit)) {
		const char *dot = strrchr(unit, '.');

		stem = mem_strn(unit, dot ? (size_t)(dot - unit) : strlen(unit));
		vec_take(out, header_name(stem));
		free(stem);
	}
}

/* These are there wherever scripts run, so needing them is no risk. */
static bool
is_sure(const char *word)
{
	return str_same(word, "$local_fs") || str_same(word, "$remote_fs") || str_same(word, "$network") ||
	    str_same(word, "$syslog") || str_same(word, "$all");
}

/* Who needs one of several that provide a facility needs the facility. */
static const char *
facility_of(const char *word)
{
	static const struct {
		const char *provider, *facility;
	} known[] = {
		{ "bind9", "$named" }, { "hwclock", "$time" }, { "named", "$named" }, { "portmap", "$portmap" }, { "sysklogd", "$syslog" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].provider, word) == 0)
			return known[i].facility;
	return word;
}

static void
add_word(struct lsb *l, const char *word, bool required)
{
	if (vec_has(&l->provides, word) || vec_has(&l->required, word))
		return;
	if (required)
		vec_add(&l->required, word);
	else if (!vec_has(&l->should, word))
		vec_add(&l->should, word);
}

/* Is one of the words a name of this very service? */
static bool
is_own(const struct lsb *l, const struct vec *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (vec_has(&l->provides, words->v[i]))
			return true;
	return false;
}

static void
add_deps(struct lsb *l, const struct vec *units, bool required)
{
	for (size_t i = 0; i < units->n; i++) {
		struct vec words = VEC_INIT;

		words_of(&words, units->v[i]);
		for (size_t w = 0; w < words.n && !is_own(l, &words); w++)
			add_word(l, facility_of(words.v[w]), is_sure(words.v[w]) || (required && words.n == 1 && !str_ends(units->v[i], ".socket")));
		vec_free(&words);
	}
}

/*
 * Wants= and Requires= of a target order nothing: only what names a service says something about a script.  What we start
 * before cannot be started before us too.
 */
static void
add_services(struct lsb *l, const struct service *s, enum service_dep dep, bool required)
{
	const struct vec *units = &s->deps[dep];
	struct vec services = VEC_INIT;

	for (size_t i = 0; i < units->n; i++)
		if (!str_ends(units->v[i], ".target") && !str_ends(units->v[i], ".mount") &&
		    !vec_has(&s->deps[SERVICE_BEFORE], units->v[i]))
			vec_add(&services, units->v[i]);
	add_deps(l, &services, required);
	vec_free(&services);
}

static void
add_before(struct lsb *l, const struct vec *units)
{
	for (size_t i = 0; i < units->n; i++) {
		struct vec words = VEC_INIT;

		if (strcmp(units->v[i], "network-pre.target") == 0)
			vec_add(&words, "networking");
		else if (!str_ends(units->v[i], ".target") && !str_ends(units->v[i], ".socket"))
			words_of(&words, units->v[i]);
		for (size_t w = 0; w < words.n; w++)
			if (words.v[w][0] != '$' && !vec_has(&l->before, words.v[w]) && !vec_has(&l->provides, words.v[w]))
				vec_add(&l->before, words.v[w]);
		vec_free(&words);
	}
}

static void
drop_word(struct vec *words, const char *word)
{
	struct vec rest = VEC_INIT;

	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->v[i], word) != 0)
			vec_add(&rest, words->v[i]);
	vec_free(words);
	*words = rest;
}

/* Early boot has no log yet, and before the network there is no remote file system. */
static void
add_default_order(struct lsb *l, const struct service *s)
{
	bool before_network = vec_has(&l->before, "networking");

	vec_add(&l->required, s->default_dependencies && !before_network ? "$remote_fs" : "$local_fs");
	if (s->default_dependencies && strcmp(l->start, "S") != 0)
		vec_add(&l->required, "$syslog");
}

static void
make_order(struct lsb *l, const struct service *s)
{
	add_default_order(l, s);
	add_services(l, s, SERVICE_REQUIRES, true);
	add_services(l, s, SERVICE_BINDS_TO, true);
	add_services(l, s, SERVICE_REQUISITE, true);
	add_deps(l, &s->deps[SERVICE_AFTER], false);
	add_services(l, s, SERVICE_WANTS, false);
	if (vec_has(&l->before, "networking"))
		drop_word(&l->required, "$remote_fs");
	else if (vec_has(&l->required, "$remote_fs"))
		drop_word(&l->required, "$local_fs");
	for (size_t i = 0; i < l->required.n; i++)
		drop_word(&l->should, l->required.v[i]);
}

bool
lsb_is_last(const char *unit)
{
	struct vec words = VEC_INIT;
	bool last;

	words_of(&words, unit);
	last = vec_has(&words, "$all");
	vec_free(&words);
	return last;
}

void
lsb_without_all(struct lsb *l)
{
	static const char *const facilities[] = { "$named", "$portmap", "$time" };

	if (!vec_has(&l->required, "$all"))
		return;
	drop_word(&l->required, "$all");
	drop_word(&l->should, "$network");
	add_word(l, "$network", true);
	for (size_t i = 0; i < COUNT(facilities); i++)
		add_word(l, facilities[i], false);
}

/* --- runlevels --- */

static const char *
levels_of(const char *target)
{
	static const struct {
		const char *target, *levels;
	} known[] = {
		{ "sysinit.target", "S" }, { "basic.target", "S" }, { "local-fs.target", "S" }, { "local-fs-pre.target", "S" },
		{ "remote-fs.target", "S" }, { "remote-fs-pre.target", "S" }, { "network-pre.target", "S" }, { "cryptsetup.target", "S" },
		{ "cryptsetup-pre.target", "S" }, { "swap.target", "S" }, { "rescue.target", "1" }, { "emergency.target", "1" },
		{ "timers.target", "" }, { "shutdown.target", "" }, { "halt.target", "" }, { "poweroff.target", "" }, { "reboot.target", "" },
		{ "kexec.target", "" }, { "final.target", "" }, { "umount.target", "" }, { "sleep.target", "" }, { "suspend.target", "" },
		{ "hibernate.target", "" }, { "hybrid-sleep.target", "" }, { "suspend-then-hibernate.target", "" }, { "ctrl-alt-del.target", "" },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].target, target) == 0)
			return known[i].levels;
	return str_ends(target, ".target") ? "2 3 4 5" : "";
}

/* Full runlevels win over early boot, which wins over rescue. */
static const char *
best_levels(const struct vec *targets, const char *best)
{
	static const char *const rank[] = { "", "1", "S", "2 3 4 5" };

	for (size_t i = 0; i < targets->n; i++) {
		const char *levels = levels_of(targets->v[i]);
		size_t a = 0, b = 0;

		while (strcmp(rank[a], levels) != 0)
			a++;
		while (strcmp(rank[b], best) != 0)
			b++;
		if (a > b)
			best = rank[a];
	}
	return best;
}

static void
make_levels(struct lsb *l, const struct service *s)
{
	l->start = best_levels(&s->deps[SERVICE_REQUIRED_BY], best_levels(&s->deps[SERVICE_WANTED_BY], ""));
	if (!*l->start && !s->default_dependencies && !s->has_install)
		l->start = "S";
	if (*l->start && vec_has(&l->before, "networking"))
		l->start = "S";
	l->stop = strcmp(l->start, "S") == 0 ? "0 6" : strcmp(l->start, "1") == 0 ? "0 2 3 4 5 6" : "0 1 6";
	/* nothing is left running that could be stopped */
	if (s->type == SERVICE_ONESHOT && !s->remain_after_exit && s->cmd[SERVICE_STOP].n == 0)
		l->stop = "";
}

static int
number_of(const char *word)
{
	static const struct {
		const char *word;
		int number;
	} known[] = {
		{ "$local_fs", 20 }, { "$remote_fs", 26 }, { "$syslog", 26 }, { "dbus", 30 }, { "messagebus", 30 }, { "udev", 20 }, { "kmod", 20 },
		{ "procps", 20 }, { "$network", 55 }, { "$portmap", 55 }, { "$named", 57 }, { "$time", 60 }, { "$all", 99 },
	};

	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].word, word) == 0)
			return known[i].number;
	return 65;
}

static int
start_number(const struct lsb *l)
{
	const struct vec *lists[] = { &l->required, &l->should };
	int number = 20;

	if (vec_has(&l->before, "networking"))
		return 8;
	if (strcmp(l->start, "S") == 0)
		return 5;
	for (size_t i = 0; i < COUNT(lists); i++)
		for (size_t w = 0; w < lists[i]->n; w++)
			if (number_of(lists[i]->v[w]) > number)
				number = number_of(lists[i]->v[w]);
	return number;
}

/* --- texts --- */

/* One line of text without anything that could end the line or the comment block. */
static char *
one_line(const char *text)
{
	char *s = mem_str(text);

	for (char *p = s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = ' ';
	return s;
}

static void
make_texts(struct lsb *l, const struct service *s)
{
	char *text = s->description ? one_line(s->description) : mem_fmt("%s service", l->provides.v[0]);

	vec_add(&l->description, text);
	for (size_t i = 0; i < s->documentation.n; i++) {
		char *url = one_line(s->documentation.v[i]);

		vec_take(&l->description, mem_fmt("See %s", url));
		free(url);
	}
	l->summary = text;
	if (s->pid_file)
		l->pid_file = one_line(s->pid_file);
}

static void
make_names(struct lsb *l, const struct service *s, const char *name)
{
	const struct vec *aliases = &s->deps[SERVICE_ALIAS];

	vec_take(&l->provides, header_name(name ? name : s->name));
	for (size_t i = 0; i < aliases->n; i++) {
		char *stem, *alias;

		if (!str_ends(aliases->v[i], ".service") || is_bus_name(aliases->v[i]))
			continue;
		stem = mem_strn(aliases->v[i], strlen(aliases->v[i]) - 8);
		alias = header_name(stem);
		free(stem);
		if (!vec_has(&l->provides, alias))
			vec_add(&l->provides, alias);
		free(alias);
	}
}

void
lsb_make(struct lsb *l, const struct service *s, const char *name)
{
	*l = (struct lsb){ 0 };
	make_names(l, s, name);
	add_before(l, &s->deps[SERVICE_BEFORE]);
	make_levels(l, s);
	make_order(l, s);
	make_texts(l, s);
	l->number = start_number(l);
}

static void
write_list(struct buf *out, const char *key, const struct vec *words)
{
	buf_fmt(out, "# %-19s", key);
	for (size_t i = 0; i < words->n; i++)
		buf_fmt(out, "%s%s", i ? " " : "", words->v[i]);
	while (out->len && out->s[out->len - 1] == ' ')
		out->s[--out->len] = '\0';
	buf_ch(out, '\n');
}

static void
write_value(struct buf *out, const char *key, const char *value)
{
	if (*value)
		buf_fmt(out, "# %-19s%s\n", key, value);
	else
		buf_fmt(out, "# %s\n", key);
}

static void
write_block(struct buf *out, const struct lsb *l)
{
	buf_str(out, "### BEGIN INIT INFO\n");
	write_list(out, "Provides:", &l->provides);
	write_list(out, "Required-Start:", &l->required);
	write_list(out, "Required-Stop:", &l->required);
	if (l->should.n) {
		write_list(out, "Should-Start:", &l->should);
		write_list(out, "Should-Stop:", &l->should);
	}
	if (l->before.n) {
		write_list(out, "X-Start-Before:", &l->before);
		write_list(out, "X-Stop-After:", &l->before);
	}
	write_value(out, "Default-Start:", l->start);
	write_value(out, "Default-Stop:", l->stop);
	write_value(out, "Short-Description:", l->summary);
	for (size_t i = 0; i < l->description.n; i++)
		write_value(out, i ? "" : "Description:", l->description.v[i]);
	buf_str(out, "### END INIT INFO\n");
}

/* chkconfig knows no S: early boot is every runlevel but those of shutdown */
static void
write_levels(struct buf *out, const char *levels)
{
	if (strcmp(levels, "S") == 0)
		levels = "12345";
	for (const char *p = *levels ? levels : "-"; *p; p++)
		if (*p != ' ')
			buf_ch(out, *p);
}

void
lsb_write(struct buf *out, const struct lsb *l)
{
	write_block(out, l);
	buf_str(out, "#\n# chkconfig: ");
	write_levels(out, l->start);
	buf_fmt(out, " %02d %02d\n# description: %s\n", l->number, 100 - l->number, l->summary);
	if (l->pid_file)
		buf_fmt(out, "# pidfile: %s\n", l->pid_file);
}

void
lsb_free(struct lsb *l)
{
	vec_free(&l->provides);
	vec_free(&l->required);
	vec_free(&l->should);
	vec_free(&l->before);
	vec_free(&l->description);
	free(l->summary);
	free(l->pid_file);
	*l = (struct lsb){ 0 };
}
