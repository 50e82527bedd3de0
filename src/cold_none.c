#include "cold.h"

bool
cold_holds(const void *p)
{
	(void)p;
	return false;
}

void
cold_open(void)
{
}
