#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "boot/order.h"

static struct order
nodes(size_t n)
{
	struct order o = ORDER_INIT;

	while (o.n_nodes < n) {
		int v = order_node(&o);

		o.nodes[v].levels = 1;
	}
	return o;
}

static void
keeps_edges(const struct order *o)
{
	for (size_t e = 0; e < o->n_edges; e++)
		if (!o->edges[e].dropped)
			assert_true(o->nodes[o->edges[e].from].num < o->nodes[o->edges[e].to].num);
}

static void
test_chain(void **state)
{
	struct order o = nodes(4);

	(void)state;
	order_edge(&o, 2, 1, ORDER_HARD, 0, 0);
	order_edge(&o, 1, 0, ORDER_SOFT, 0, 0);
	order_edge(&o, 3, 3, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.nodes[2].num, 1);
	assert_int_equal(o.nodes[1].num, 2);
	assert_int_equal(o.nodes[0].num, 3);
	assert_int_equal(o.nodes[3].num, 1);
	assert_int_equal(o.nodes[0].why, 1);
	assert_int_equal(o.n_loops, 0);
	order_free(&o);
}

static void
test_numbers_hold(void **state)
{
	struct order o = nodes(4);

	(void)state;
	o.nodes[0].now = 20;
	o.nodes[1].now = 30;
	o.nodes[2].now = 25;
	order_edge(&o, 0, 1, ORDER_HARD, 0, 0);
	order_edge(&o, 1, 2, ORDER_HARD, 0, 0);
	order_edge(&o, 0, 3, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.nodes[0].num, 20);
	assert_int_equal(o.nodes[1].num, 30);
	assert_int_equal(o.nodes[2].num, 31);
	assert_int_equal(o.nodes[3].num, 21);
	order_free(&o);
}

static void
test_should_gives_way(void **state)
{
	struct order o = nodes(3);

	(void)state;
	order_edge(&o, 0, 1, ORDER_HARD, 0, 0);
	order_edge(&o, 1, 2, ORDER_SOFT, 0, 0);
	order_edge(&o, 2, 0, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.n_loops, 1);
	assert_int_equal(o.loops[0].n, 3);
	assert_int_equal(o.loops[0].cut, 1);
	assert_false(o.loops[0].hard);
	keeps_edges(&o);
	order_free(&o);
}

/* a loop of five with a shortcut: the shorter way round is the one that is told */
static void
test_loop_is_minimal(void **state)
{
	struct order o = nodes(7);

	(void)state;
	for (int v = 0; v < 5; v++)
		order_edge(&o, v, (v + 1) % 5, ORDER_HARD, 0, 0);
	order_edge(&o, 2, 1, ORDER_HARD, 0, 0);
	order_edge(&o, 5, 0, ORDER_HARD, 0, 0);
	order_edge(&o, 4, 6, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.n_loops >= 1, 1);
	assert_int_equal(o.loops[0].n, 2);
	assert_true(o.loops[0].hard);
	for (size_t i = 0; i < o.n_loops; i++)
		for (size_t k = 0; k < o.loops[i].n; k++)
			assert_int_equal(o.edges[o.loops[i].edges[k]].to,
			    o.edges[o.loops[i].edges[(k + 1) % o.loops[i].n]].from);
	keeps_edges(&o);
	order_free(&o);
}

static void
test_many_loops(void **state)
{
	struct order o = nodes(80);

	(void)state;
	for (int a = 0; a < 80; a++)
		for (int b = 0; b < 80; b++)
			order_edge(&o, a, b, ORDER_SOFT, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_true(o.more_loops);
	keeps_edges(&o);
	order_free(&o);
}

static void
test_too_deep(void **state)
{
	struct order o = nodes(100);

	(void)state;
	for (int v = 0; v + 1 < 100; v++)
		order_edge(&o, v, v + 1, ORDER_HARD, 0, 0);
	errno = 0;
	assert_int_equal(order_solve(&o), -1);
	assert_int_equal(errno, ERANGE);
	order_free(&o);
}

static void
test_compressed(void **state)
{
	struct order o = nodes(99);

	(void)state;
	o.nodes[0].now = 50;
	o.nodes[1].base = 90;
	for (int v = 0; v + 1 < 99; v++)
		order_edge(&o, v, v + 1, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.nodes[0].num, 1);
	assert_int_equal(o.nodes[98].num, 99);
	order_free(&o);
}

static void
test_interactive_alone(void **state)
{
	struct order o = nodes(4);

	(void)state;
	o.nodes[1].interactive = true;
	o.nodes[3].levels = 2;
	assert_int_equal(order_solve(&o), 0);
	assert_int_not_equal(o.nodes[0].num, o.nodes[1].num);
	assert_int_not_equal(o.nodes[2].num, o.nodes[1].num);
	assert_int_equal(o.nodes[3].num, 1);
	for (int v = 0; v < 4; v++)
		o.nodes[v].now = o.nodes[v].num;
	assert_int_equal(order_solve(&o), 0);
	for (int v = 0; v < 4; v++)
		assert_int_equal(o.nodes[v].now, o.nodes[v].num);
	order_free(&o);
}

static void
test_hidden(void **state)
{
	struct order o = nodes(3);

	(void)state;
	o.nodes[1].hidden = true;
	order_edge(&o, 0, 1, ORDER_HARD, 0, 0);
	order_edge(&o, 1, 2, ORDER_HARD, 0, 0);
	assert_int_equal(order_solve(&o), 0);
	assert_int_equal(o.nodes[0].num, 1);
	assert_int_equal(o.nodes[2].num, 2);
	order_free(&o);
}

/* random graphs without loops, some of the nodes numbered: edges hold, and a second run changes nothing */
static void
test_random(void **state)
{
	(void)state;
	srand(4711);
	for (int round = 0; round < 300; round++) {
		int n = 2 + rand() % 40;
		struct order o = nodes((size_t)n);

		for (int k = 0; k < 3 * n; k++) {
			int a = rand() % n, b = rand() % n;

			if (a < b)
				order_edge(&o, a, b, (enum order_weight)(rand() % 3), 0, 0);
		}
		for (int v = 0; v < n; v++)
			if (rand() % 2)
				o.nodes[v].now = 1 + rand() % 20;
		assert_int_equal(order_solve(&o), 0);
		assert_int_equal(o.n_loops, 0);
		keeps_edges(&o);
		for (int v = 0; v < n; v++)
			o.nodes[v].now = o.nodes[v].num;
		assert_int_equal(order_solve(&o), 0);
		for (int v = 0; v < n; v++)
			assert_int_equal(o.nodes[v].now, o.nodes[v].num);
		order_free(&o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain), cmocka_unit_test(test_numbers_hold), cmocka_unit_test(test_should_gives_way),
		cmocka_unit_test(test_loop_is_minimal), cmocka_unit_test(test_many_loops), cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_compressed), cmocka_unit_test(test_interactive_alone), cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
