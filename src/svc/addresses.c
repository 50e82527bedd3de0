#include "svc/addresses.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static bool
parse_one(const char *word, bool allow, struct netcg_rule *r)
{
	char *text = mem_str(word), *slash = strchr(text, '/');
	uint64_t bits;
	bool ok;

	if (slash)
		*slash = '\0';
	*r = (struct netcg_rule){ .allow = allow, .v6 = strchr(text, ':') != NULL };
	bits = r->v6 ? 128 : 32;
	ok = inet_pton(r->v6 ? AF_INET6 : AF_INET, text, r->address) == 1 && (!slash || num_u64(slash + 1, 0, bits, &bits) == 0);
	r->bits = (unsigned)bits;
	free(text);
	return ok;
}

size_t
addresses_parse(const char *word, bool allow, struct netcg_rule out[2])
{
	static const struct {
		const char *name, *v4, *v6;
	} names[] = {
		{ "any", "0.0.0.0/0", "::/0" }, { "localhost", "127.0.0.0/8", "::1" }, { "link-local", "169.254.0.0/16", "fe80::/64" },
		{ "multicast", "224.0.0.0/4", "ff00::/8" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, word) == 0)
			return parse_one(names[i].v4, allow, &out[0]) && parse_one(names[i].v6, allow, &out[1]) ? 2 : 0;
	return parse_one(word, allow, &out[0]);
}

struct netcg_rule *
addresses_rules(const struct confine *c, size_t *n)
{
	struct netcg_rule *all = mem_alloc(2 * (c->ip_allow.n + c->ip_deny.n + 1) * sizeof *all);

	*n = 0;
	for (size_t i = 0; i < c->ip_allow.n; i++)
		*n += addresses_parse(c->ip_allow.v[i], true, all + *n);
	for (size_t i = 0; i < c->ip_deny.n; i++)
		*n += addresses_parse(c->ip_deny.v[i], false, all + *n);
	return all;
}
