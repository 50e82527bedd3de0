#include "svc/sockunit.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/size.h"
#include "base/str.h"
#include "base/timespan.h"
#include "os/file.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum { MAX_NAME = 255 };

struct reader {
	struct sockunit *u;
	const char *root;
	sockunit_say *say;
	void *data;
	const struct trigger_line *line;
};

/* NULL: the value was honoured; else what is wrong with it */
typedef const char *take_fn(struct reader *, const char *value, long arg);

static const char bad_value[] = "it is not a value for that, and has no effect";

/* --- what is listened at --- */

static struct sockunit_port *
add_port(struct reader *r, enum sockunit_kind kind, const char *text)
{
	struct sockunit *u = r->u;

	u->ports = mem_grow(u->ports, &u->cap_ports, u->n_ports + 1, sizeof *u->ports);
	u->ports[u->n_ports] = (struct sockunit_port){ .kind = kind, .text = mem_str(text), .fd = -1 };
	return &u->ports[u->n_ports++];
}

static void
drop_ports(struct sockunit *u)
{
	for (size_t i = 0; i < u->n_ports; i++) {
		free(u->ports[i].text);
		free(u->ports[i].path);
	}
	u->n_ports = 0;
}

static const char *
take_address(struct reader *r, const char *value, long type)
{
	struct socket_address at;
	struct sockunit_port *p;
	char *path = NULL;
	int rc;

	if (!*value) {
		drop_ports(r->u);
		return NULL;
	}
	if (*value == '/')
		path = file_under(r->root, value);
	rc = socket_parse(&at, path ? path : value);
	if (rc != 0 || (type == SOCK_SEQPACKET && at.a.any.sa_family != AF_UNIX)) {
		free(path);
		return str_starts(value, "vsock:") ? "sockets of virtual machines are not listened at" : bad_value;
	}
	p = add_port(r, SOCKUNIT_SOCKET, value);
	p->type = (int)type;
	p->path = path;
	p->at = at;
	return NULL;
}

static const char *
take_netlink(struct reader *r, const char *value, long arg)
{
	struct sockunit_port *p;
	struct socket_address at;
	int protocol;

	(void)arg;
	if (!*value)
		drop_ports(r->u);
	else if (socket_parse_netlink(&at, &protocol, value) != 0)
		return bad_value;
	else {
		p = add_port(r, SOCKUNIT_SOCKET, value);
		p->type = SOCK_RAW;
		p->protocol = protocol;
		p->at = at;
	}
	return NULL;
}

static const char *
take_file(struct reader *r, const char *value, long kind)
{
	if (!*value)
		drop_ports(r->u);
	else if (*value != '/' || (kind == SOCKUNIT_QUEUE && (!value[1] || strchr(value + 1, '/'))))
		return bad_value;
	else
		add_port(r, (enum sockunit_kind)kind, value)->path = kind == SOCKUNIT_QUEUE ? mem_str(value) : file_under(r->root, value);
	return NULL;
}

/* --- options of the kernel --- */

static const struct row_option {
	const char *key;
	enum { BOOL, NUMBER, BYTES, SECONDS } how;
	int to, level, name;
	bool before;
} option_rows[] = {
	{ "Broadcast", BOOL, SOCKUNIT_ANY, SOL_SOCKET, SO_BROADCAST, false },
	{ "DeferAcceptSec", SECONDS, SOCKUNIT_TCP, IPPROTO_TCP, TCP_DEFER_ACCEPT, false },
	{ "FreeBind", BOOL, SOCKUNIT_IN4, IPPROTO_IP, IP_FREEBIND, true },
	{ "FreeBind", BOOL, SOCKUNIT_IN6, IPPROTO_IPV6, IPV6_FREEBIND, true },
	{ "IPTTL", NUMBER, SOCKUNIT_IN4, IPPROTO_IP, IP_TTL, false },
	{ "IPTTL", NUMBER, SOCKUNIT_IN6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, false },
	{ "KeepAlive", BOOL, SOCKUNIT_ANY, SOL_SOCKET, SO_KEEPALIVE, false },
	{ "KeepAliveIntervalSec", SECONDS, SOCKUNIT_TCP, IPPROTO_TCP, TCP_KEEPINTVL, false },
	{ "KeepAliveProbes", NUMBER, SOCKUNIT_TCP, IPPROTO_TCP, TCP_KEEPCNT, false },
	{ "KeepAliveTimeSec", SECONDS, SOCKUNIT_TCP, IPPROTO_TCP, TCP_KEEPIDLE, false },
	{ "Mark", NUMBER, SOCKUNIT_ANY, SOL_SOCKET, SO_MARK, false },
	{ "NoDelay", BOOL, SOCKUNIT_TCP, IPPROTO_TCP, TCP_NODELAY, false },
	{ "PassCredentials", BOOL, SOCKUNIT_UNIX | SOCKUNIT_OTHER, SOL_SOCKET, SO_PASSCRED, false },
	{ "PassPacketInfo", BOOL, SOCKUNIT_IN4, IPPROTO_IP, IP_PKTINFO, false },
	{ "PassPacketInfo", BOOL, SOCKUNIT_IN6, IPPROTO_IPV6, IPV6_RECVPKTINFO, false },
	{ "PassSecurity", BOOL, SOCKUNIT_UNIX | SOCKUNIT_OTHER, SOL_SOCKET, SO_PASSSEC, false },
	{ "Priority", NUMBER, SOCKUNIT_ANY, SOL_SOCKET, SO_PRIORITY, false },
	{ "ReceiveBuffer", BYTES, SOCKUNIT_ANY, SOL_SOCKET, SO_RCVBUF, false },
	{ "ReusePort", BOOL, SOCKUNIT_IN4 | SOCKUNIT_IN6, SOL_SOCKET, SO_REUSEPORT, true },
	{ "SendBuffer", BYTES, SOCKUNIT_ANY, SOL_SOCKET, SO_SNDBUF, false },
	{ "Transparent", BOOL, SOCKUNIT_IN4, IPPROTO_IP, IP_TRANSPARENT, true },
	{ "Transparent", BOOL, SOCKUNIT_IN6, IPPROTO_IPV6, IPV6_TRANSPARENT, true },
};

/* A later line takes the place of an earlier one.  The type of service has a priority of its own: it comes last, as systemd has it. */
static void
set_option(struct sockunit *u, struct sockunit_option o)
{
	size_t at = u->n_options;

	for (size_t i = 0; i < u->n_options; i++)
		if (u->options[i].level == o.level && u->options[i].name == o.name) {
			u->options[i] = o;
			return;
		}
	u->options = mem_grow(u->options, &u->cap_options, u->n_options + 1, sizeof o);
	if (at > 0 && strcmp(u->options[at - 1].key, "IPTOS") == 0) {
		u->options[at] = u->options[at - 1];
		at--;
	}
	u->options[at] = o;
	u->n_options++;
}

static int
option_value(int how, const char *text, int *out)
{
	uint64_t n;
	int b;

	switch (how) {
	case BOOL:
		b = str_bool(text);
		*out = b;
		return b < 0 ? -1 : 0;
	case SECONDS:
		if (timespan_parse(text, &n) != 0)
			return -1;
		n /= 1000000;
		break;
	case BYTES:
		if (size_parse(text, &n) != 0)
			return -1;
		break;
	default:
		if (num_any(text, INT_MAX, &n) != 0)
			return -1;
	}
	*out = n > INT_MAX ? INT_MAX : (int)n;
	return 0;
}

/* false: it is none of them */
static bool
take_option(struct reader *r, const struct trigger_line *l, const char **bad)
{
	bool found = false;
	int value;

	for (size_t i = 0; i < COUNT(option_rows); i++) {
		const struct row_option *o = &option_rows[i];

		if (strcmp(o->key, l->key) != 0)
			continue;
		found = true;
		if (option_value(o->how, l->value, &value) != 0)
			*bad = bad_value;
		else
			set_option(r->u, (struct sockunit_option){ o->to, o->before, o->level, o->name, value, o->key });
	}
	return found;
}

static const char *
take_tos(struct reader *r, const char *value, long arg)
{
	static const struct {
		const char *word;
		int tos;
	} words[] = {
		{ "low-delay", IPTOS_LOWDELAY }, { "throughput", IPTOS_THROUGHPUT }, { "reliability", IPTOS_RELIABILITY }, { "low-cost", IPTOS_LOWCOST },
	};
	struct sockunit_option o = { SOCKUNIT_IN4 | SOCKUNIT_IN6, false, IPPROTO_IP, IP_TOS, -1, "IPTOS" };
	uint64_t n;

	(void)arg;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].word, value) == 0)
			o.value = words[i].tos;
	if (o.value < 0 && num_any(value, 255, &n) == 0)
		o.value = (int)n;
	if (o.value < 0)
		return bad_value;
	set_option(r->u, o);
	return NULL;
}

static const char *
take_timestamping(struct reader *r, const char *value, long arg)
{
	bool ns = str_same(value, "ns") || str_same(value, "nsec"), us = str_same(value, "us") || str_same(value, "usec") || str_same(value, "\302\265s");

	(void)arg;
	if (!ns && !us && !str_same(value, "off"))
		return bad_value;
	set_option(r->u, (struct sockunit_option){ SOCKUNIT_ANY, false, SOL_SOCKET, SO_TIMESTAMP, us, "Timestamping" });
	if (!us)
		set_option(r->u, (struct sockunit_option){ SOCKUNIT_ANY, false, SOL_SOCKET, SO_TIMESTAMPNS, ns, "Timestamping" });
	return NULL;
}

/* --- our own --- */

static const char *
take_v6only(struct reader *r, const char *value, long arg)
{
	int b = str_bool(value);

	(void)arg;
	if (b < 0 && strcmp(value, "default") != 0 && strcmp(value, "both") != 0 && strcmp(value, "ipv6-only") != 0)
		return bad_value;
	r->u->v6_only = b >= 0 ? b : strcmp(value, "default") == 0 ? -1 : strcmp(value, "ipv6-only") == 0;
	return NULL;
}

static const char *
take_protocol(struct reader *r, const char *value, long arg)
{
	(void)arg;
	if (*value && strcmp(value, "udplite") != 0 && strcmp(value, "sctp") != 0)
		return bad_value;
	r->u->protocol = !*value ? 0 : *value == 'u' ? IPPROTO_UDPLITE : IPPROTO_SCTP;
	return NULL;
}

static const char *
take_bool(struct reader *r, const char *value, long offset)
{
	int b = str_bool(value);

	if (b < 0)
		return bad_value;
	*(bool *)((char *)r->u + offset) = b;
	return NULL;
}

static const char *
take_string(struct reader *r, const char *value, long offset)
{
	char **field = (char **)((char *)r->u + offset);

	free(*field);
	*field = *value ? mem_str(value) : NULL;
	return NULL;
}

static const char *
take_mode(struct reader *r, const char *value, long offset)
{
	unsigned mode;

	if (num_octal(value, 07777, &mode) != 0)
		return bad_value;
	*(mode_t *)((char *)r->u + offset) = (mode_t)mode;
	return NULL;
}

static const char *
take_count(struct reader *r, const char *value, long offset)
{
	uint64_t n;

	if (num_u64(value, 0, UINT_MAX, &n) != 0)
		return bad_value;
	*(unsigned *)((char *)r->u + offset) = (unsigned)n;
	return NULL;
}

static const char *
take_bytes(struct reader *r, const char *value, long offset)
{
	return size_parse(value, (uint64_t *)((char *)r->u + offset)) == 0 ? NULL : bad_value;
}

static const char *
take_span(struct reader *r, const char *value, long offset)
{
	return timespan_parse(value, (uint64_t *)((char *)r->u + offset)) == 0 ? NULL : bad_value;
}

static const char *
take_fd_name(struct reader *r, const char *value, long offset)
{
	if (strlen(value) > MAX_NAME || strchr(value, ':'))
		return bad_value;
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			return bad_value;
	return take_string(r, value, offset);
}

static const char *
take_symlinks(struct reader *r, const char *value, long arg)
{
	struct vec words = VEC_INIT;
	const char *bad = NULL;

	(void)arg;
	str_split(&words, value, STR_BLANK);
	if (words.n == 0)
		vec_clear(&r->u->symlinks);
	for (size_t i = 0; i < words.n; i++)
		if (*words.v[i] == '/')
			vec_take(&r->u->symlinks, file_under(r->root, words.v[i]));
		else
			bad = bad_value;
	vec_free(&words);
	return bad;
}

static const char *
take_usb(struct reader *r, const char *value, long arg)
{
	(void)r;
	(void)arg;
	return *value ? "functions of a USB device are not served" : NULL;
}

/* lines that something else in here reads, or that have no effect on what is listened at */
static const char *
take_none(struct reader *r, const char *value, long arg)
{
	(void)r;
	(void)value;
	(void)arg;
	return NULL;
}

static const char *
take_if_off(struct reader *r, const char *value, long arg)
{
	(void)r;
	(void)arg;
	return !*value || str_bool(value) == 0 ? NULL : "security labels of sockets are not set";
}

static const struct {
	const char *key;
	take_fn *take;
	long arg;
} rows[] = {
#define AT(field) (long)offsetof(struct sockunit, field)
	{ "Accept", take_none, 0 },
	{ "Backlog", take_count, AT(backlog) },
	{ "BindIPv6Only", take_v6only, 0 },
	{ "BindToDevice", take_string, AT(device) },
	{ "DirectoryMode", take_mode, AT(directory_mode) },
	{ "FileDescriptorName", take_fd_name, AT(fd_name) },
	{ "FlushPending", take_bool, AT(flush) },
	{ "IPTOS", take_tos, 0 },
	{ "ListenDatagram", take_address, SOCK_DGRAM },
	{ "ListenFIFO", take_file, SOCKUNIT_FIFO },
	{ "ListenMessageQueue", take_file, SOCKUNIT_QUEUE },
	{ "ListenNetlink", take_netlink, 0 },
	{ "ListenSequentialPacket", take_address, SOCK_SEQPACKET },
	{ "ListenSpecial", take_file, SOCKUNIT_SPECIAL },
	{ "ListenStream", take_address, SOCK_STREAM },
	{ "ListenUSBFunction", take_usb, 0 },
	{ "MaxConnections", take_count, AT(max_connections) },
	{ "MaxConnectionsPerSource", take_count, AT(max_per_source) },
	{ "MessageQueueMaxMessages", take_bytes, AT(queue_messages) },
	{ "MessageQueueMessageSize", take_bytes, AT(queue_size) },
	{ "PipeSize", take_bytes, AT(pipe_size) },
	{ "RemoveOnStop", take_bool, AT(remove_on_stop) },
	{ "SELinuxContextFromNet", take_if_off, 0 },
	{ "Service", take_none, 0 },
	{ "SmackLabel", take_if_off, 0 },
	{ "SmackLabelIPIn", take_if_off, 0 },
	{ "SmackLabelIPOut", take_if_off, 0 },
	{ "SocketGroup", take_string, AT(group) },
	{ "SocketMode", take_mode, AT(mode) },
	{ "SocketProtocol", take_protocol, 0 },
	{ "SocketUser", take_string, AT(user) },
	{ "Symlinks", take_symlinks, 0 },
	{ "TCPCongestion", take_string, AT(congestion) },
	{ "TimeoutSec", take_none, 0 },
	{ "Timestamping", take_timestamping, 0 },
	{ "TriggerLimitBurst", take_count, AT(trigger_burst) },
	{ "TriggerLimitIntervalSec", take_span, AT(trigger_us) },
	{ "Writable", take_bool, AT(writable) },
};

/* its commands and conditions, which svc/sockets reads, and what commands run with: that has no effect where there are none */
static const char *
take_other(const struct trigger *t, const struct trigger_line *l)
{
	static const char *const honoured[] = { "Condition", "Assert", "Exec", "User", "Group", "WorkingDirectory", "Environment" };

	if (!l->known)
		return "systemd has no such directive in a unit of this kind";
	for (size_t i = 0; i < COUNT(honoured); i++)
		if (str_starts(l->key, honoured[i]))
			return NULL;
	for (size_t i = 0; i < t->n; i++)
		if (str_starts(t->v[i].key, "Exec") && *t->v[i].value)
			return "it does not count for the commands of a socket";
	return NULL;
}

static const char *
take_line(struct reader *r, const struct trigger *t, const struct trigger_line *l, const char *value)
{
	const char *bad = NULL;

	if (take_option(r, l, &bad))
		return bad;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].key, l->key) == 0)
			return rows[i].take(r, value, rows[i].arg);
	return take_other(t, l);
}

void
sockunit_read(struct sockunit *u, const struct trigger *t, const struct specifier *spec, const char *root, sockunit_say *say, void *data)
{
	struct reader r = { .u = u, .root = root, .say = say, .data = data };

	*u = (struct sockunit){ .unit = mem_str(t->unit), .accept = t->accept, .mode = 0666, .directory_mode = 0755, .v6_only = -1,
		.backlog = UINT_MAX, .max_connections = 64, .trigger_us = 2000000, .trigger_burst = t->accept ? 200 : 20 };
	for (size_t i = 0; i < t->n; i++) {
		char *why = NULL, *value = specifier_expand(spec, t->v[i].value, &why);
		const char *bad = value ? take_line(&r, t, &t->v[i], value) : why;

		if (bad && say)
			say(data, &t->v[i], bad);
		free(value);
		free(why);
	}
}

void
sockunit_free(struct sockunit *u)
{
	drop_ports(u);
	free(u->ports);
	free(u->options);
	free(u->unit);
	free(u->fd_name);
	free(u->user);
	free(u->group);
	free(u->device);
	free(u->congestion);
	vec_free(&u->symlinks);
	*u = (struct sockunit){ 0 };
}
