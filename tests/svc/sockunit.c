#include "harness/unit.h"

#include <limits.h>
#include <netinet/tcp.h>

#include "svc/sockunit.h"
#include "svc/unit.h"

static char bad[1000];

static void
say(void *data, const struct trigger_line *l, const char *why)
{
	(void)data;
	(void)why;
	snprintf(bad + strlen(bad), sizeof bad - strlen(bad), " %s", l->key);
}

/* bad has the keys of the lines that are not honoured, each behind a blank */
static void
with(struct sockunit *u, const char *lines)
{
	struct specifier spec = { "a@one", "x", NULL };
	struct unit_sources src = { 0 };
	struct triggers all = { 0 };
	struct diag d = DIAG_INIT;
	FILE *f = fopen("script", "w");

	*bad = '\0';
	fprintf(f, "[Socket]\nX-Unit=a.socket\n%s\n", lines);
	fclose(f);
	assert_int_equal(unit_load(&src, "script", &d), 0);
	trigger_kept(&all, &src, "a");
	assert_int_equal(all.n, 1);
	sockunit_read(u, &all.v[0], &spec, NULL, say, NULL);
	trigger_free(&all);
	unit_sources_free(&src);
	diag_free(&d);
}

static void
what_is_listened_at(void **state)
{
	struct sockunit u;

	(void)state;
	with(&u, "ListenStream=/gone\nListenStream=\nListenStream=/run/%i.sock\nListenDatagram=80\nListenSequentialPacket=@x\nListenFIFO=/f\nListenSpecial=/dev/x\n"
	    "ListenMessageQueue=/q\nListenNetlink=audit 1");
	assert_string_equal(bad, "");
	assert_int_equal(u.n_ports, 7);
	assert_string_equal(u.ports[0].path, "/run/one.sock");
	assert_int_equal(u.ports[1].type, SOCK_DGRAM);
	assert_true(u.ports[1].at.port_only);
	assert_int_equal(u.ports[2].type, SOCK_SEQPACKET);
	assert_null(u.ports[2].path);
	assert_int_equal(u.ports[3].kind, SOCKUNIT_FIFO);
	assert_int_equal(u.ports[4].kind, SOCKUNIT_SPECIAL);
	assert_int_equal(u.ports[5].kind, SOCKUNIT_QUEUE);
	assert_int_equal(u.ports[6].type, SOCK_RAW);
	sockunit_free(&u);
	with(&u, "ListenStream=x\nListenSequentialPacket=80\nListenFIFO=f\nListenMessageQueue=/a/b\nListenNetlink=x\nListenUSBFunction=/x\nListenStream=vsock:1:2\n"
	    "ListenStream=/%z\nListenSpecial=x");
	assert_string_equal(bad, " ListenStream ListenSequentialPacket ListenFIFO ListenMessageQueue ListenNetlink ListenUSBFunction ListenStream ListenStream"
	    " ListenSpecial");
	assert_int_equal(u.n_ports, 0);
	sockunit_free(&u);
}

static void
values_and_defaults(void **state)
{
	struct sockunit u;

	(void)state;
	with(&u, "ListenStream=1");
	assert_int_equal(u.mode, 0666);
	assert_int_equal(u.directory_mode, 0755);
	assert_int_equal(u.v6_only, -1);
	assert_int_equal(u.max_connections, 64);
	assert_int_equal(u.trigger_burst, 20);
	assert_true(u.backlog == UINT_MAX && !u.accept && !u.remove_on_stop && !u.fd_name && !u.user);
	sockunit_free(&u);
	with(&u, "Accept=yes\nSocketMode=0600\nDirectoryMode=0700\nBindIPv6Only=ipv6-only\nBacklog=5\nFileDescriptorName=n\nSocketUser=x\nSocketGroup=y\nRemoveOnStop=yes\n"
	    "FlushPending=1\nMaxConnections=3\nMaxConnectionsPerSource=2\nTriggerLimitIntervalSec=5s\nPipeSize=1K\nMessageQueueMaxMessages=4\n"
	    "MessageQueueMessageSize=64\nSymlinks=/a /b\nBindToDevice=lo\nTCPCongestion=reno\nSocketProtocol=sctp\nWritable=yes");
	assert_string_equal(bad, "");
	assert_true(u.accept && u.mode == 0600 && u.directory_mode == 0700 && u.v6_only == 1 && u.backlog == 5 && u.remove_on_stop && u.flush && u.writable);
	assert_string_equal(u.fd_name, "n");
	assert_true(u.max_connections == 3 && u.max_per_source == 2 && u.trigger_us == 5000000 && u.trigger_burst == 200);
	assert_true(u.pipe_size == 1024 && u.queue_messages == 4 && u.queue_size == 64 && u.symlinks.n == 2 && u.protocol == 132);
	assert_string_equal(u.device, "lo");
	sockunit_free(&u);
	with(&u, "SocketMode=9\nBindIPv6Only=perhaps\nBacklog=-1\nFileDescriptorName=a:b\nSymlinks=a\nTimestamping=x\nKeepAlive=perhaps\nIPTOS=x\nMark=x\nSmackLabel=x\n"
	    "Noise=1\nSocketProtocol=x\nSELinuxContextFromNet=no");
	assert_string_equal(bad, " SocketMode BindIPv6Only Backlog FileDescriptorName Symlinks Timestamping KeepAlive IPTOS Mark SmackLabel Noise SocketProtocol");
	sockunit_free(&u);
}

static int
option(const struct sockunit *u, int level, int name)
{
	for (size_t i = 0; i < u->n_options; i++)
		if (u->options[i].level == level && u->options[i].name == name)
			return u->options[i].value;
	return -1;
}

static void
options_of_the_kernel(void **state)
{
	struct sockunit u;

	(void)state;
	with(&u, "KeepAlive=yes\nKeepAliveTimeSec=1min\nKeepAliveIntervalSec=7\nKeepAliveProbes=3\nNoDelay=yes\nDeferAcceptSec=2\nPriority=6\nMark=0x10\nReceiveBuffer=64K\n"
	    "SendBuffer=1M\nIPTTL=9\nIPTOS=low-delay\nPassCredentials=yes\nPassSecurity=yes\nPassPacketInfo=yes\nBroadcast=yes\nFreeBind=yes\nTransparent=yes\n"
	    "ReusePort=yes\nTimestamping=us\nTimestamping=ns\nNoDelay=no");
	assert_string_equal(bad, "");
	assert_int_equal(option(&u, IPPROTO_TCP, TCP_KEEPIDLE), 60);
	assert_int_equal(option(&u, IPPROTO_TCP, TCP_KEEPINTVL), 7);
	assert_int_equal(option(&u, IPPROTO_TCP, TCP_NODELAY), 0);
	assert_int_equal(option(&u, SOL_SOCKET, SO_MARK), 16);
	assert_int_equal(option(&u, SOL_SOCKET, SO_RCVBUF), 65536);
	assert_int_equal(option(&u, SOL_SOCKET, SO_TIMESTAMP), 0);
	assert_int_equal(option(&u, SOL_SOCKET, SO_TIMESTAMPNS), 1);
	assert_int_equal(option(&u, IPPROTO_IPV6, IPV6_FREEBIND), 1);
	assert_int_equal(option(&u, IPPROTO_IP, IP_TOS), 0x10);
	sockunit_free(&u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter_directory, leave_directory)
		IN_DIR(what_is_listened_at), IN_DIR(values_and_defaults), IN_DIR(options_of_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
