#ifndef BASE_SIZE_H
#define BASE_SIZE_H
#include <stdint.h>

/*
 * Bytes from "512", "64K", "1.5G", "1G 500M": suffixes B K M G T P E by 1024 as systemd.syntax(7) has them, larger before smaller.
 * 0, or -1 with errno EINVAL (no size) or ERANGE; *out is left alone then.
 */
int size_parse(const char *s, uint64_t *out);

#endif
