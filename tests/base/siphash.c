#include "base/siphash.h"

#include "harness/unit.h"

/* the vectors of the paper's reference: key 00 01 .. 0f, data of that many bytes 00 01 .. */
static void
agrees_with_the_reference(void **state)
{
	static const struct {
		size_t n;
		uint64_t hash;
	} vectors[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) }, { 1, UINT64_C(0x74f839c593dc67fd) }, { 7, UINT64_C(0xab0200f58b01d137) },
		{ 8, UINT64_C(0x93f5f5799a932462) }, { 15, UINT64_C(0xa129ca6149be45e5) },
	};
	unsigned char bytes[16];

	(void)state;
	for (int i = 0; i < 16; i++)
		bytes[i] = (unsigned char)i;
	for (size_t i = 0; i < COUNT(vectors); i++)
		assert_true(siphash(bytes, bytes, vectors[i].n) == vectors[i].hash);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(agrees_with_the_reference) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
