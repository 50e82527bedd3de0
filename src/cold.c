#include "cold.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/die.h"
#include "base/inflate.h"

/* src/cold.sh has the linker put these before what is there: so the one may be written to, and the other not */
static unsigned char begin[1] __attribute__((section(".cold")));
static const unsigned char lead __attribute__((section(".cold_packed"), used)) = 1;
extern unsigned char cold_end[];
extern const unsigned char cold_packed[], cold_packed_end[];
static bool open;

bool
cold_holds(const void *p)
{
	const uintptr_t at = (uintptr_t)p;

	return !open && at >= (uintptr_t)begin && at < (uintptr_t)cold_end;
}

void
cold_open(void)
{
	const size_t size = (uintptr_t)cold_end - (uintptr_t)begin;

	if (open)
		return;
	if (inflate(begin, size, cold_packed, (uintptr_t)cold_packed_end - (uintptr_t)cold_packed) != 0)
		BUG("the constants are not what was packed");
	if (mprotect(begin, size, PROT_READ) != 0)
		die_errno(1, "unable to protect constants");
	open = true;
}
