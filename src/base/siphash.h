#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H
#include <stddef.h>
#include <stdint.h>

/* SipHash-2-4 of n bytes with a key of 16 bytes: Aumasson and Bernstein, "SipHash: a fast short-input PRF". */
uint64_t siphash(const unsigned char key[16], const void *data, size_t n);

#endif
