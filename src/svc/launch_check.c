#include "svc/launch_check.h"

#include <sys/stat.h>

#include "os/clock.h"
#include "os/proc.h"

/* clocks are read one after the other, and file systems keep times in coarse steps */
enum { SLACK_US = 2000000 };

static const char *const answers[] = { [MATCH_NO] = "no", [MATCH_YES] = "yes", [MATCH_UNKNOWN] = "unknown" };
static const char *const states[] = {
	[LAUNCH_RUNNING] = "running", [LAUNCH_DEAD_PIDFILE] = "dead", [LAUNCH_DEAD] = "not running", [LAUNCH_UNKNOWN] = "unknown",
	[LAUNCH_REFUSED] = "unknown", [LAUNCH_FAILED] = "unknown",
};

static const struct {
	unsigned bit;
	const char *name, *text;
} risks[] = {
	{ PIDFILE_RISK_WORLD, "world-writable", "everybody may write it" },
	{ PIDFILE_RISK_OWNER, "owner", "its owner or group is not root" },
	{ PIDFILE_RISK_PLACE, "directory", "others than root may replace it in its directory" },
	{ PIDFILE_RISK_LINK, "link", "it is a link of somebody else's, or has a second name" },
};

static enum match_answer
check_lock(struct launch_check *k)
{
	int r = pidfile_locked(k->launch->pidfile, &k->holder);

	if (r < 0)
		return MATCH_UNKNOWN;
	return r == 1 && (!k->holder || k->holder == k->pid) ? MATCH_YES : MATCH_NO;
}

static enum match_answer
check_age(struct launch_check *k)
{
	uint64_t began = k->start ? proc_start_wall(k->start) : 0;
	struct stat st;

	if (!began || stat(k->launch->pidfile, &st) != 0)
		return MATCH_UNKNOWN;
	k->age_us = (int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000 - (int64_t)began;
	return k->age_us < -SLACK_US ? MATCH_NO : MATCH_YES;
}

/* The answers one by one; each "no" makes it another process. */
static enum launch_state
judge(struct launch_check *k)
{
	struct launch *l = k->launch;
	enum match_answer all = MATCH_YES;

	l->match.pid = k->pid;
	l->match.start = k->file.start;
	for (int i = 0; i < MATCH_RULES; i++) {
		k->rules[i].asked = match_wants(&l->match, (enum match_rule)i);
		if (!k->rules[i].asked)
			continue;
		k->rules[i].answer = match_rule(&l->match, k->pid, (enum match_rule)i);
		if (k->rules[i].answer == MATCH_NO)
			all = MATCH_NO;
		else if (k->rules[i].answer == MATCH_UNKNOWN && all == MATCH_YES)
			all = MATCH_UNKNOWN;
	}
	if (k->lock && (k->locked = check_lock(k)) != MATCH_YES)
		all = k->locked == MATCH_NO || all == MATCH_NO ? MATCH_NO : MATCH_UNKNOWN;
	if (k->age && (k->aged = check_age(k)) == MATCH_NO)
		all = MATCH_NO;
	return all == MATCH_YES ? LAUNCH_RUNNING : all == MATCH_NO ? LAUNCH_DEAD_PIDFILE : LAUNCH_UNKNOWN;
}

enum launch_state
launch_check_run(struct launch_check *k)
{
	struct launch_found found;
	struct proc_stat st;

	/* what may be believed is decided where it is decided for a stop, too */
	k->state = launch_find(k->launch, &found, 1);
	k->file = found.file;
	k->file_state = found.file_state;
	k->pid = found.file.pid;
	launch_found_free(&found);
	k->start = k->pid && proc_stat(k->pid, &st) == 0 && !proc_is_dead(st.state) ? st.start : 0;
	if (k->state != LAUNCH_REFUSED && k->pid)
		k->state = judge(k);
	return k->state;
}

void
launch_check_explain(const struct launch_check *k, struct buf *out)
{
	buf_fmt(out, "pidfile: %s %s\n", k->launch->pidfile, pidfile_state_text(k->file_state));
	for (size_t i = 0; i < sizeof risks / sizeof *risks; i++)
		if (k->file.risk & risks[i].bit)
			buf_fmt(out, "pidfile risk: %s\n", risks[i].text);
	if (k->pid)
		buf_fmt(out, "pid: %ld%s\n", (long)k->pid, k->start ? "" : ", which is gone");
	for (int i = 0; i < MATCH_RULES && k->pid; i++)
		if (k->rules[i].asked)
			buf_fmt(out, "%s: %s\n", match_rule_text((enum match_rule)i), answers[k->rules[i].answer]);
	if (k->pid && !k->file.start)
		buf_str(out, "start time: not kept with this pidfile\n");
	if (k->lock && k->pid)
		buf_fmt(out, "lock: %s\n", answers[k->locked]);
	if (k->age && k->pid && k->start)
		buf_fmt(out, "age: %s, the file was written %lld ms %s the process began\n", answers[k->aged],
		    (long long)(k->age_us < 0 ? -k->age_us : k->age_us) / 1000, k->age_us < 0 ? "before" : "after");
	buf_fmt(out, "so it is: %s\n", states[k->state]);
}

static void
json_text(struct buf *out, const char *s)
{
	buf_ch(out, '"');
	for (; *s; s++)
		if (*s == '"' || *s == '\\')
			buf_fmt(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			buf_fmt(out, "\\u%04x", (unsigned)(unsigned char)*s);
		else
			buf_ch(out, *s);
	buf_ch(out, '"');
}

static void
json_rule(struct buf *out, const char **sep, const char *name, enum match_answer answer)
{
	buf_str(out, *sep);
	json_text(out, name);
	buf_fmt(out, ":\"%s\"", answers[answer]);
	*sep = ",";
}

void
launch_check_json(const struct launch_check *k, struct buf *out)
{
	const char *sep = "";

	buf_fmt(out, "{\"state\":\"%s\",\"pid\":%ld,\"pidfile\":{\"path\":", states[k->state], (long)k->pid);
	json_text(out, k->launch->pidfile);
	buf_fmt(out, ",\"state\":\"%s\",\"risks\":[", pidfile_state_text(k->file_state));
	for (size_t i = 0; i < sizeof risks / sizeof *risks; i++)
		if (k->file.risk & risks[i].bit) {
			buf_fmt(out, "%s\"%s\"", sep, risks[i].name);
			sep = ",";
		}
	buf_str(out, "]},\"rules\":{");
	sep = "";
	for (int i = 0; i < MATCH_RULES && k->pid; i++)
		if (k->rules[i].asked)
			json_rule(out, &sep, match_rule_text((enum match_rule)i), k->rules[i].answer);
	if (k->lock && k->pid)
		json_rule(out, &sep, "lock", k->locked);
	if (k->age && k->pid)
		json_rule(out, &sep, "age", k->aged);
	buf_str(out, "}}\n");
}
