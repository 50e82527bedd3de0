#include "base/inflate.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { HEAD = 10, TAIL = 8, LENGTH_MAX = 15, LITERALS = 288, DISTANCES = 32, END = 256 };

struct bits {
	const unsigned char *next, *end;
	unsigned held, n_held;
	bool over;	/* more was asked for than there is */
};

/* a code: how many words of each length there are, and what they mean in the order of the words */
struct code {
	uint16_t count[LENGTH_MAX + 1];
	uint16_t meaning[LITERALS];
};

static unsigned
take(struct bits *b, unsigned n)
{
	unsigned value = 0;

	for (unsigned i = 0; i < n; i++) {
		if (b->n_held == 0) {
			b->over |= b->next == b->end;
			b->held = b->over ? 0 : *b->next++;
			b->n_held = 8;
		}
		value |= (b->held & 1) << i;
		b->held >>= 1;
		b->n_held--;
	}
	return value;
}

static void
make_code(struct code *c, const unsigned char *length, unsigned n)
{
	uint16_t place[LENGTH_MAX + 1] = { 0 };

	memset(c, 0, sizeof *c);
	for (unsigned i = 0; i < n; i++)
		c->count[length[i]] += length[i] > 0;
	for (unsigned i = 1; i < LENGTH_MAX; i++)
		place[i + 1] = (uint16_t)(place[i] + c->count[i]);
	for (unsigned i = 0; i < n; i++)
		if (length[i] > 0)
			c->meaning[place[length[i]]++] = (uint16_t)i;
}

/* The meaning of the next word; LITERALS if there is no such word. */
static unsigned
take_word(struct bits *b, const struct code *c)
{
	/* words of a length are consecutive numbers, and the first of the next length is twice the one behind them */
	unsigned word = 0, first = 0, before = 0;

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
	for (unsigned i = 0; i < all && !b->over;) {
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
take_stored(struct bits *b, struct buf *out)
{
	unsigned n;

	b->n_held = 0;
	n = take(b, 16);
	if ((take(b, 16) ^ n) != 0xffff)
		return false;
	while (n-- > 0 && !b->over)
		buf_ch(out, (char)take(b, 8));
	return !b->over;
}

static bool
take_block(struct bits *b, struct buf *out, size_t from)
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

		if (b->over || word > 285)
			return false;
		if (word < END) {
			buf_ch(out, (char)word);
			continue;
		}
		length = word == 285 ? 258 : take_number(b, word - 257, 4, 3);
		word = take_word(b, &distances);
		distance = word < 30 ? take_number(b, word, 2, 1) : 0;
		if (distance == 0 || distance > out->len - from)
			return false;
		while (length-- > 0)
			buf_ch(out, out->s[out->len - distance]);
	}
	return true;
}

int
inflate(struct buf *out, const unsigned char *data, size_t n)
{
	static const unsigned char magic[] = { 0x1f, 0x8b, 8, 0 };
	struct bits b = { .next = data + HEAD };
	const size_t from = out->len;
	bool last = false;
	uint32_t size;

	if (n < HEAD + TAIL || memcmp(data, magic, sizeof magic) != 0)
		return -1;
	data += n - TAIL;
	b.end = data;
	while (!last) {
		last = take(&b, 1);
		if (!take_block(&b, out, from))
			return -1;
	}
	size = data[4] | (uint32_t)data[5] << 8 | (uint32_t)data[6] << 16 | (uint32_t)data[7] << 24;
	return !b.over && size == (uint32_t)(out->len - from) ? 0 : -1;
}
