#include "harness/unit.h"

#include <fcntl.h>

#include "base/inflate.h"
#include "base/mem.h"

/* what `command` prints */
static size_t
output_of(const char *command, unsigned char *out, size_t size)
{
	FILE *p = popen(command, "r");
	size_t n;

	assert_non_null(p);
	n = fread(out, 1, size, p);
	assert_int_equal(pclose(p), 0);
	return n;
}

static void
what_gzip_made_comes_back(void **state)
{
	static const char *const texts[] = {
		"printf ''", "printf a", "printf '%01000d' 7", "seq 1 4000", "seq 1 20000 | tr 0-9 '\\000-\\011'",
		"awk 'BEGIN { srand(1); for (i = 0; i < 30000; i++) printf \"%c\", 32 + int(90 * rand()) }'",
		"seq 1 70000 | gzip -9n",
		"awk 'BEGIN { for (i = 0; i < 3; i++) for (j = 0; j < 32000; j++) printf \"%s \", j % 3701 }'",
	};
	static unsigned char plain[1 << 20], packed[1 << 20];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (int level = 1; level <= 9; level += 4) {
			char command[256], *out;
			size_t n = output_of(texts[i], plain, sizeof plain), k;

			snprintf(command, sizeof command, "%s | gzip -%dn", texts[i], level);
			k = output_of(command, packed, sizeof packed);
			assert_int_equal(inflate_size(packed, k), n);
			/* what is behind it the sanitizer sees */
			out = mem_alloc(n);
			assert_int_equal(inflate(out, n, packed, k), 0);
			assert_memory_equal(out, plain, n);
			assert_int_equal(inflate(out, n - (n > 0), packed, k), n > 0 ? -1 : 0);
			free(out);
			out = mem_alloc(n + 1);
			assert_int_equal(inflate(out, n + 1, packed, k), -1);
			free(out);
		}
}

static void
bad_data_is_refused(void **state)
{
	static unsigned char packed[4096], broken[4096];
	size_t n = output_of("seq 1 900 | gzip -9n", packed, sizeof packed), size = inflate_size(packed, n);
	char *out = mem_alloc(size);
	unsigned seed = 5, refused = 0;

	(void)state;
	assert_int_equal(size, 3492);
	for (size_t cut = 0; cut < n; cut++) {
		unsigned char *part = mem_alloc(cut);

		memcpy(part, packed, cut);
		(void)inflate_size(part, cut);
		assert_int_equal(inflate(out, size, part, cut), -1);
		free(part);
	}
	for (int i = 0; i < 3000; i++) {
		memcpy(broken, packed, n);
		for (int k = 0; k < 3; k++) {
			seed = seed * 1103515245u + 12345u;
			broken[(seed >> 8) % n] = (unsigned char)(seed >> 24);
		}
		refused += inflate(out, size, broken, n) != 0;
	}
	/* one that brings other bytes of the same number goes unseen */
	assert_true(refused > 1500);
	free(out);
}

static void
what_is_before_is_out_of_reach(void **state)
{
	/* a fixed block: a length of 3 at a distance of 1, with nothing there yet */
	static const unsigned char data[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0x03, 0x02, 0x00, 0, 0, 0, 0, 3, 0, 0, 0 };
	char out[] = "secret";

	(void)state;
	assert_int_equal(inflate(out + 3, 3, data, sizeof data), -1);
	assert_string_equal(out, "secret");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_gzip_made_comes_back), T(bad_data_is_refused), T(what_is_before_is_out_of_reach),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
