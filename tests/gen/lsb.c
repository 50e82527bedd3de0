#include "harness/unit.h"

#include "base/mem.h"
#include "base/str.h"
#include "gen/lsb.h"
#include "svc/unit.h"

/* What the header of such a unit has in its line "KEY:"; "" when the line is empty, NULL when there is none.  The caller frees it. */
static char *
line_of(const char *text, const char *key)
{
	struct diag d = DIAG_INIT;
	struct buf b = BUF_INIT;
	struct service s;
	struct lsb l;
	char *mark = mem_fmt("# %s:", key), *at, *value = NULL;

	if (unit_read_text(&s, text, strlen(text), "x.service", "x", NULL, &d) != 0)
		fail_msg("%s", d.v[0].text);
	lsb_make(&l, &s, NULL);
	lsb_write(&b, &l);
	at = strstr(b.s, mark);
	if (at) {
		at += strlen(mark);
		at += strspn(at, " ");
		value = mem_strn(at, strcspn(at, "\n"));
	}
	assert_null(strstr(b.s, " \n"));
	free(mark);
	lsb_free(&l);
	service_free(&s);
	diag_free(&d);
	buf_free(&b);
	return value;
}

static void
has(const char *unit, const char *key, const char *want)
{
	char *text = mem_fmt("[Service]\nExecStart=/bin/x\n%s\n", unit), *got = line_of(text, key);

	if (!got != !want || (want && strcmp(got, want) != 0))
		fail_msg("%s\n%s: \"%s\", not \"%s\"", unit, key, got ? got : "(no line)", want ? want : "(no line)");
	free(got);
	free(text);
}

#define MU "[Install]\nWantedBy=multi-user.target\n"

static void
maps_what_comes_before(void **state)
{
	static const struct {
		const char *unit, *required, *should;
	} cases[] = {
		{ "", "$remote_fs $syslog", NULL },
		{ "After=network.target", "$remote_fs $syslog $network", NULL },
		{ "After=network-online.target nss-lookup.target time-sync.target", "$remote_fs $syslog $network", "$named $time" },
		{ "After=local-fs.target remote-fs.target basic.target sysinit.target syslog.target", "$remote_fs $syslog", NULL },
		{ "After=systemd-journald.socket syslog.socket sys-subsystem-net-devices-eth0.device", "$remote_fs $syslog $network", NULL },
		{ "DefaultDependencies=no", "$local_fs", NULL },
		{ "DefaultDependencies=no\nAfter=sysinit.target", "$remote_fs", NULL },
		{ "After=redis.service foo.socket dev-sda.device x.mount a.timer", "$remote_fs $syslog", "redis foo" },
		{ "Wants=redis.service network.target", "$remote_fs $syslog", "redis" },
		{ "Requires=redis.service\nAfter=redis.service", "$remote_fs $syslog redis", NULL },
		{ "BindsTo=a.service\nRequisite=b.service\nRequires=c.socket", "$remote_fs $syslog a b", "c" },
		{ "After=x.socket\nRequires=x.socket", "$remote_fs $syslog", NULL },
		{ "After=systemd-logind.service systemd-udevd.service modprobe@fuse.service initrd-x.service getty@tty1.service", "$remote_fs $syslog", "udev kmod" },
		{ "After=multi-user.target", "$remote_fs $syslog $all", NULL }, { "After=rsyslog.service", "$remote_fs $syslog", NULL },
		{ "After=dbus.socket\nRequires=dbus.service", "$remote_fs $syslog", "dbus messagebus" },
		{ "After=nss-user-lookup.target", "$remote_fs $syslog", "nscd nslcd sssd winbind ypbind" },
		{ "After=named.service bind9.service\nRequires=bind9.service", "$remote_fs $syslog $named", NULL },
		{ "Requires=rpcbind.service", "$remote_fs $syslog $portmap", NULL },
		{ "Before=y.service\nWants=y.service", "$remote_fs $syslog", NULL },
		{ "After=odd\\x2dname@z.service", "$remote_fs $syslog", "odd-x2dname-z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *unit = mem_fmt("[Unit]\n%s\n" MU, cases[i].unit);

		has(unit, "Required-Start", cases[i].required);
		has(unit, "Required-Stop", cases[i].required);
		has(unit, "Should-Start", cases[i].should);
		has(unit, "Should-Stop", cases[i].should);
		free(unit);
	}
}

static void
maps_what_comes_after(void **state)
{
	(void)state;
	has("[Unit]\nBefore=y.service z.target w.socket systemd-logind.service\n", "X-Start-Before", "y");
	has("[Unit]\nBefore=y.service\n", "X-Stop-After", "y");
	has("[Unit]\nBefore=named.service\n", "X-Start-Before", "named");
	has("[Unit]\nBefore=shutdown.target\n", "X-Start-Before", NULL);
	has("[Unit]\nBefore=network-pre.target\nWants=network-pre.target\n" MU, "X-Start-Before", "networking");
	has("[Unit]\nBefore=network-pre.target\n" MU, "Required-Start", "$local_fs");
	has("[Unit]\nBefore=network-pre.target\n" MU, "Default-Start", "S");
}

static void
maps_runlevels(void **state)
{
	static const struct {
		const char *unit, *start, *stop, *chkconfig;
	} cases[] = {
		{ MU, "2 3 4 5", "0 1 6", "2345 26 74" },
		{ "[Install]\nWantedBy=graphical.target\n", "2 3 4 5", "0 1 6", "2345 26 74" },
		{ "[Install]\nRequiredBy=default.target\n", "2 3 4 5", "0 1 6", "2345 26 74" },
		{ "[Install]\nWantedBy=sysinit.target\n", "S", "0 6", "12345 05 95" },
		{ "[Install]\nWantedBy=sysinit.target multi-user.target\n", "2 3 4 5", "0 1 6", "2345 26 74" },
		{ "[Install]\nWantedBy=rescue.target\n", "1", "0 2 3 4 5 6", "1 26 74" },
		{ "[Install]\nWantedBy=timers.target\n", "", "0 1 6", "- 26 74" },
		{ "[Install]\nWantedBy=sleep.target other.service\n", "", "0 1 6", "- 26 74" },
		{ "", "", "0 1 6", "- 26 74" },
		{ "[Unit]\nDefaultDependencies=no\n", "S", "0 6", "12345 05 95" },
		{ "[Unit]\nDefaultDependencies=no\n" MU, "2 3 4 5", "0 1 6", "2345 20 80" },
		{ "[Unit]\nBefore=network-pre.target\n" MU, "S", "0 6", "12345 08 92" },
		{ "Type=oneshot\n" MU, "2 3 4 5", "", "2345 26 74" },
		{ "Type=oneshot\nRemainAfterExit=yes\n" MU, "2 3 4 5", "0 1 6", "2345 26 74" },
		{ MU "[Unit]\nAfter=network.target\n", "2 3 4 5", "0 1 6", "2345 55 45" },
		{ MU "[Unit]\nAfter=nss-lookup.target network.target\n", "2 3 4 5", "0 1 6", "2345 57 43" },
		{ MU "[Unit]\nAfter=time-sync.target\n", "2 3 4 5", "0 1 6", "2345 60 40" },
		{ MU "[Unit]\nAfter=redis.service\n", "2 3 4 5", "0 1 6", "2345 65 35" },
		{ MU "[Unit]\nAfter=dbus.service\n", "2 3 4 5", "0 1 6", "2345 30 70" },
		{ MU "[Unit]\nAfter=multi-user.target\n", "2 3 4 5", "0 1 6", "2345 99 01" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		has(cases[i].unit, "Default-Start", cases[i].start);
		has(cases[i].unit, "Default-Stop", cases[i].stop);
		has(cases[i].unit, "chkconfig", cases[i].chkconfig);
	}
}

static void
same_words(const struct vec *got, const char *want)
{
	struct vec words = VEC_INIT;

	str_split(&words, want, " ");
	for (size_t i = 0; i < words.n && i < got->n; i++)
		assert_string_equal(got->v[i], words.v[i]);
	assert_int_equal(got->n, words.n);
	vec_free(&words);
}

static void
takes_facilities_for_all(void **state)
{
	static const struct {
		const char *unit, *required, *should;
	} cases[] = {
		{ "[Unit]\nAfter=multi-user.target y.service\n" MU, "$remote_fs $syslog $network", "y $named $portmap $time" },
		{ "[Unit]\nAfter=getty.target time-sync.target\n", "$remote_fs $syslog $network", "$time $named $portmap" },
		{ "[Unit]\nAfter=y.service\n", "$remote_fs $syslog", "y" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = mem_fmt("%s[Service]\nExecStart=/bin/x\n", cases[i].unit);
		struct diag d = DIAG_INIT;
		struct service s;
		struct lsb l;

		assert_int_equal(unit_read_text(&s, text, strlen(text), "x.service", "x", NULL, &d), 0);
		lsb_make(&l, &s, NULL);
		lsb_without_all(&l);
		same_words(&l.required, cases[i].required);
		same_words(&l.should, cases[i].should);
		lsb_free(&l);
		service_free(&s);
		diag_free(&d);
		free(text);
	}
	assert_true(lsb_is_last("multi-user.target"));
	assert_false(lsb_is_last("network.target"));
	assert_false(lsb_is_last("y.service"));
	/* what is no unit's name */
	assert_false(lsb_is_last("touch"));
}

static void
writes_names_and_texts(void **state)
{
	(void)state;
	has(MU, "Provides", "x");
	has("[Install]\nAlias=y.service x.service dbus-org.x.service z@a.service\n", "Provides", "x y z-a");
	has(MU, "Short-Description", "x service");
	has("[Unit]\nDescription=A daemon of %p\n", "Short-Description", "A daemon of x");
	has("[Unit]\nDescription=A daemon\n", "description", "A daemon");
	has("[Unit]\nDescription=a\\\n\tb\n", "Description", "a  b");
	has("[Unit]\nDocumentation=man:x(8)\n", "", NULL);
	has("PIDFile=/run/x.pid\n", "pidfile", "/run/x.pid");
	has("", "pidfile", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(maps_what_comes_before), T(maps_what_comes_after), T(maps_runlevels), T(takes_facilities_for_all), T(writes_names_and_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
