#include "svc/launch_value.h"

#include <string.h>
#include <sys/resource.h>

#include "base/num.h"
#include "os/priority.h"
#include "os/sig.h"

enum { WORD_ROOM = 24, IO_IDLE = 3, IO_LOWEST = 7, IO_DEFAULT = 4 };

/* "WORD[:NUMBER]": the word to `word`; *number is left alone without one.  -1 if that is not a number. */
static int
split(const char *text, char word[WORD_ROOM], int64_t *number)
{
	size_t n = strcspn(text, ":");

	word[0] = '\0';
	if (n < WORD_ROOM) {
		memcpy(word, text, n);
		word[n] = '\0';
	}
	return text[n] ? num_i64(text + n + 1, -100000, 100000, number) : 0;
}

const char *
launch_value_procsched(struct child_spec *c, const char *text, bool *fatal)
{
	char word[WORD_ROOM];
	int64_t priority = 0;
	int min, max;

	*fatal = false;
	if (split(text, word, &priority) != 0) {
		*fatal = true;
		return "invalid process scheduler priority";
	}
	c->sched_policy = priority_policy(word);
	if (c->sched_policy < 0 || priority_policy_range(c->sched_policy, &min, &max) != 0)
		return "invalid process scheduler policy";
	if (priority < min)
		return "process scheduler priority less than min";
	if (priority > max)
		return "process scheduler priority greater than max";
	c->sched_priority = (int)priority;
	c->set_sched = true;
	return NULL;
}

const char *
launch_value_iosched(struct child_spec *c, const char *text, bool numbers, bool *fatal)
{
	int64_t priority = IO_DEFAULT;
	char word[WORD_ROOM];
	uint64_t number;
	int class;

	*fatal = false;
	if (split(text, word, &priority) != 0 || priority < 0) {
		*fatal = true;
		return "invalid IO scheduler priority";
	}
	class = priority_io_class(word);
	if (numbers && num_u64(word, 0, IO_IDLE, &number) == 0)
		class = (int)number;
	if (class < 0 || (class == 0 && !numbers))
		return "invalid IO scheduler policy";
	if (class == IO_IDLE)
		priority = IO_LOWEST;
	if (priority > IO_LOWEST)
		return "IO scheduler priority greater than max";
	c->ioprio = priority_io(class, class == 0 ? 0 : (int)priority);
	c->set_ioprio = true;
	return NULL;
}

const char *
launch_value_nice(struct child_spec *c, const char *text, bool absolute)
{
	int64_t value;

	if (num_i64(text, -100, 100, &value) != 0)
		return "invalid nice level";
	if (!absolute)
		value += getpriority(PRIO_PROCESS, 0);
	c->nice = value < -20 ? -20 : value > 19 ? 19 : (int)value;
	c->set_nice = true;
	c->nice_required = true;
	return NULL;
}

const char *
launch_value_umask(struct child_spec *c, const char *text)
{
	unsigned value;

	if (num_octal(text, 07777, &value) != 0)
		return "umask value must be a positive number";
	c->umask = value;
	c->set_umask = true;
	return NULL;
}

const char *
launch_value_oom(struct child_spec *c, const char *text)
{
	int64_t value;

	if (num_i64(text, -1000, 1000, &value) != 0)
		return "OOM score adjustment must be a number from -1000 to 1000";
	c->oom_score = (int)value;
	c->set_oom_score = true;
	return NULL;
}

const char *
launch_value_securebits(struct child_spec *c, const char *text)
{
	uint64_t bits;

	if (num_any(text, 0xff, &bits) != 0)
		return "secure bits must be a number from 0 to 0xff";
	c->securebits = (unsigned long)bits;
	c->set_securebits = true;
	return NULL;
}

const char *
launch_value_signal(const char *text, int *out)
{
	int signal = strcmp(text, "0") == 0 ? 0 : sig_number(text);

	if (signal < 0)
		return "signal value must be numeric or name of signal (KILL, INT, ...)";
	*out = signal;
	return NULL;
}

const char *
launch_value_pid(const char *text, bool parent, pid_t *out)
{
	uint64_t n;

	if (num_u64(text, 1, 4194304, &n) != 0)
		return parent ? "ppid value must be a number greater than 0" : "pid value must be a number greater than 0";
	*out = (pid_t)n;
	return NULL;
}
