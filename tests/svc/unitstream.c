#include "harness/unitlines.h"

#include <syslog.h>

static void
reads_streams(void **state)
{
	struct service s;

	(void)state;
	with(&s, "StandardOutput=append:/var/log/%p.log\nStandardError=null\nStandardInput=null\nSyslogIdentifier=me-%i\nSyslogFacility=local3\nSyslogLevel=warning");
	assert_int_equal(s.out, SERVICE_OUT_APPEND);
	assert_string_equal(s.out_path, "/var/log/n.log");
	assert_int_equal(s.err, SERVICE_OUT_NULL);
	assert_string_equal(s.syslog_identifier, "me-i");
	assert_int_equal(s.syslog_facility, LOG_LOCAL3);
	assert_int_equal(s.syslog_level, LOG_WARNING);
	assert_int_equal(remarks.n, 0);
	service_free(&s);
	with(&s, "StandardOutput=file:/a\nStandardOutput=journal+console\nStandardError=truncate:/b\nSyslogFacility=2\nSyslogLevel=7");
	assert_int_equal(s.out, SERVICE_OUT_LOG);
	assert_int_equal(s.n_ignored, 1);
	assert_true(s.ignored[0].partly);
	assert_null(s.out_path);
	assert_int_equal(s.err, SERVICE_OUT_TRUNCATE);
	assert_int_equal(s.syslog_facility, LOG_MAIL);
	assert_int_equal(s.syslog_level, LOG_DEBUG);
	service_free(&s);
	with(&s, "StandardOutput=fd:x\nStandardInput=tty\nStandardError=loud\nSyslogFacility=\nSyslogFacility=128\nSyslogLevel=loud");
	assert_int_equal(s.out, SERVICE_OUT_LOG);
	assert_int_equal(s.n_ignored, 2);
	assert_int_equal(remarks.n, 6);
	service_free(&s);
	/* what a later line takes back is not lost */
	with(&s, "StandardOutput=socket\nStandardInput=socket\nStandardOutput=journal\nStandardInput=null");
	assert_int_equal(s.n_ignored, 0);
	assert_false(s.in_socket);
	service_free(&s);
	with(&s, "StandardOutput=file:relative\nStandardInput=\nStandardInput=loud");
	assert_int_equal(s.out, SERVICE_OUT_LOG);
	assert_int_equal(remarks.n, 3);
	assert_int_equal(remarks.errors, 0);
	service_free(&s);
}

static int
tidy(void **state)
{
	(void)state;
	diag_free(&remarks);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(reads_streams) };

	return cmocka_run_group_tests(tests, NULL, tidy);
}
