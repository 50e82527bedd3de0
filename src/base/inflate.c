#include "base/inflate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HEAD = 10, TAIL = 8, LENGTH_MAX = 15, LITERALS = 288, DISTANCES = 32, END = 256, SHORT = 9, LENGTH_BITS = 4 };

struct bits {
	const unsigned char *next, *end;
	uint32_t held;
	unsigned n_held;
	unsigned made_up;	/* bytes that were not there */
};

/* what there is room for, and what is done of it */
struct room {
	unsigned char *next, *begin, *end;
};

/* a code: how many words of each length there are, and what they mean in the order of the words */
struct code {
	uint16_t count[LENGTH_MAX + 1];
	uint16_t meaning[LITERALS];
	uint16_t quick[1 << SHORT];	/* by the next bits: meaning and length of the word they begin with; 0: it is longer, or there is none */
};

static void
hold(struct bits *b, unsigned n)
{
	for (; b->n_held < n; b->n_held += 8)
		if (b->next < b->end)
			b->held |= (uint32_t)*b->next++ << b->n_held;
		else
			b->made_up++;
}

static void
drop(struct bits *b, unsigned n)
{
	b->held >>= n;
	b->n_held -= n;
}

static unsigned
take(struct bits *b, unsigned n)
{
	unsigned value;

	hold(b, n);
	value = b->held & ((1U << n) - 1);
	drop(b, n);
	return value;
}

/* was more taken than there is? */
static bool
is_over(const struct bits *b)
{
	return b->made_up > b->n_held / 8;
}

/* words come with their first bit lowest */
static void
make_quick(struct code *c, unsigned word, unsigned length, unsigned meaning)
{
	unsigned turned = 0;

	for (unsigned i = 0; i < length; i++)
		turned |= (word >> i & 1) << (length - 1 - i);
	for (; turned < 1U << SHORT; turned += 1U << length)
		c->quick[turned] = (uint16_t)(meaning << LENGTH_BITS | length);
}

/* words of a length are consecutive numbers, and the first of the next length is twice the one behind them */
static void
make_code(struct code *c, const unsigned char *length, unsigned n)
{
	unsigned word = 0, at = 0;

	memset(c, 0, sizeof *c);
	for (unsigned l = 1; l <= LENGTH_MAX; l++) {
		for (unsigned i = 0; i < n; i++)
			if (length[i] == l) {
				if (l <= SHORT)
					make_quick(c, word, l, i);
				c->meaning[at++] = (uint16_t)i;
				c->count[l]++;
				word++;
			}
		word <<= 1;
	}
}

/* The meaning of the next word; LITERALS if there is no such word. */
static unsigned
take_word(struct bits *b, const struct code *c)
{
	unsigned word = 0, first = 0, before = 0, quick;

	hold(b, LENGTH_MAX);
	quick = c->quick[b->held & ((1U << SHORT) - 1)];
	if (quick) {
		drop(b, quick & ((1U << LENGTH_BITS) - 1));
		return quick >> LENGTH_BITS;
	}
	for (unsigned i = 1; i <= LENGTH_MAX; i++) {
		word |= take(b, 1);
		if (word - first < c->count[i])
			return c->meaning[before + word - first];
		before += c->count[i];
		first = (first + c->count[i]) << 1;
		word <<= 1;
	}
	return LITERALS;
}

/* the codes of a block that brings its own */
static bool
take_codes(struct bits *b, struct code *literals, struct code *distances)
{
	static const unsigned char order[] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	unsigned char length[LITERALS + DISTANCES] = { 0 };
	unsigned n = 257 + take(b, 5), all = n + 1 + take(b, 5), k = 4 + take(b, 4);

	if (n > LITERALS || k > sizeof order)
		return false;
	for (unsigned i = 0; i < k; i++)
		length[order[i]] = (unsigned char)take(b, 3);
	make_code(literals, length, sizeof order);
	memset(length, 0, sizeof length);
	for (unsigned i = 0; i < all && !is_over(b);) {
		unsigned word = take_word(b, literals), times = 1, what = word;

		if (word > 18 || (word == 16 && i == 0))
			return false;
		if (word >= 16) {
			what = word == 16 ? length[i - 1] : 0;
			times = word == 16 ? 3 + take(b, 2) : word == 17 ? 3 + take(b, 3) : 11 + take(b, 7);
		}
		if (times > all - i)
			return false;
		memset(length + i, (int)what, times);
		i += times;
	}
	make_code(literals, length, n);
	make_code(distances, length + n, all - n);
	return true;
}

static void
fixed_codes(struct code *literals, struct code *distances)
{
	unsigned char length[LITERALS];

	for (unsigned i = 0; i < LITERALS; i++)
		length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	make_code(literals, length, LITERALS);
	memset(length, 5, DISTANCES);
	make_code(distances, length, DISTANCES);
}

/* A length or a distance: four (step 4) or two (step 2) words for each number of bits more, the first ones without. */
static unsigned
take_number(struct bits *b, unsigned word, unsigned step, unsigned least)
{
	unsigned more = word / step > 0 ? word / step - 1 : 0;
	unsigned base = word < 2 * step ? word : (step + word % step) << more;

	return least + base + take(b, more);
}

/* bytes as they are */
static bool
take_stored(struct bits *b, struct room *out)
{
	unsigned n;

	drop(b, b->n_held % 8);
	n = take(b, 16);
	if ((take(b, 16) ^ n) != 0xffff || n > (size_t)(out->end - out->next))
		return false;
	while (n-- > 0)
		*out->next++ = (unsigned char)take(b, 8);
	return true;
}

static bool
take_block(struct bits *b, struct room *out)
{
	struct code literals, distances;
	unsigned kind = take(b, 2), word;

	if (kind == 0)
		return take_stored(b, out);
	if (kind == 1)
		fixed_codes(&literals, &distances);
	else if (kind != 2 || !take_codes(b, &literals, &distances))
		return false;
	while ((word = take_word(b, &literals)) != END) {
		unsigned length, distance;

		if (word > 285 || is_over(b) || out->next == out->end)
			return false;
		if (word < END) {
			*out->next++ = (unsigned char)word;
			continue;
		}
		length = word == 285 ? 258 : take_number(b, word - 257, 4, 3);
		word = take_word(b, &distances);
		distance = word < 30 ? take_number(b, word, 2, 1) : 0;
		if (distance == 0 || distance > (size_t)(out->next - out->begin) || length > (size_t)(out->end - out->next))
			return false;
		for (; length > 0; length--, out->next++)
			*out->next = out->next[-(ptrdiff_t)distance];
	}
	return true;
}

static bool
is_gzip(const unsigned char *data, size_t n)
{
	static const unsigned char magic[] = { 0x1f, 0x8b, 8, 0 };

	return n >= HEAD + TAIL && memcmp(data, magic, sizeof magic) == 0;
}

size_t
inflate_size(const unsigned char *data, size_t n)
{
	const unsigned char *size;

	if (!is_gzip(data, n))
		return 0;
	size = data + n - 4;
	return size[0] | (uint32_t)size[1] << 8 | (uint32_t)size[2] << 16 | (uint32_t)size[3] << 24;
}

int
inflate(void *room, size_t size, const unsigned char *data, size_t n)
{
	struct room out = { .next = room, .begin = room, .end = (unsigned char *)room + size };
	struct bits b = { 0 };
	bool last = false;

	if (!is_gzip(data, n))
		return -1;
	b.next = data + HEAD;
	b.end = data + n - TAIL;
	while (!last) {
		last = take(&b, 1);
		if (!take_block(&b, &out))
			return -1;
	}
	return !is_over(&b) && out.next == out.end ? 0 : -1;
}
