#include "svc/unitgroup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "svc/slice.h"

void
unitgroup_slice(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	char *name = unitvalue_expand(x, k->key, value, false), *path = name && *name ? slice_path(name) : NULL;

	if (name && *name && !path)
		unitvalue_bad(x, k->key, name);
	else if (name) {
		free(x->s->slice);
		x->s->slice = *name ? mem_str(name) : NULL;
	}
	free(path);
	free(name);
}

void
unitgroup_delegate(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const all[] = { "cpu", "cpuset", "io", "memory", "pids" };
	struct vec words = VEC_INIT, *list = &x->s->delegate_controllers;
	int on = str_bool(value);

	if (!*value || on >= 0)
		vec_clear(list);
	x->s->delegate = on != 0;
	str_split(&words, on >= 0 ? "" : value, STR_BLANK);
	for (size_t i = 0; i < words.n; i++) {
		bool known = false;

		for (size_t c = 0; c < sizeof all / sizeof *all && !known; c++)
			known = strcmp(all[c], words.v[i]) == 0;
		if (!known)
			unitvalue_warn(x, k->key, "controller \"%.40s\" cannot be delegated, ignored", words.v[i]);
		else if (!vec_has(list, words.v[i]))
			vec_add(list, words.v[i]);
	}
	for (size_t c = 0; on > 0 && c < sizeof all / sizeof *all; c++)
		vec_add(list, all[c]);
	vec_free(&words);
}

void
unitgroup_oom(struct unitvalue_ctx *x, const struct unitvalue_key *k, const char *value)
{
	static const char *const words[] = { "continue", "stop", "kill" };
	char **limit = &x->s->confine.resources[CONFINE_OOM];
	size_t i = 0;

	while (*value && i < sizeof words / sizeof *words && strcmp(words[i], value) != 0)
		i++;
	if (i == sizeof words / sizeof *words) {
		unitvalue_bad(x, k->key, value);
		return;
	}
	x->s->oom_policy_set = *value != '\0';
	x->s->oom_policy = (enum service_oom)i;
	free(*limit);
	*limit = i == SERVICE_OOM_CONTINUE ? NULL : mem_str(value);
}
