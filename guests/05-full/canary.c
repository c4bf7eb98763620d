/*
 * canary.c - fills every register with a pattern, exits in every way, compares.
 * --append says how many rounds (default 10000); 0 for ever.
 */
#include "canary_ways.h"
#include "guest.h"
#include "lib/try.h"

#define SYSTEM_ROUNDS 64 /* so many rounds between looks at system registers */

static struct canary_regs in, out;

static u64 pattern(u64 round, u64 n)
{
	u64 v = (round + 1) * 0x9e3779b97f4a7c15 + n * 0xbf58476d1ce4e5b9;

	v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9;
	return v ^ v >> 27;
}

static bool compare(const struct canary_way *way, u64 round)
{
	u64 *a = in.general, *b = out.general;

	for (u64 i = 0; i < CANARY_GENERAL; i++)
		if (a[i] != b[i] && !(way->changes & BIT(i))) {
			printk("FAILED: round %lu, %s: general register %lu "
			       "was 0x%lx, is 0x%lx\n",
			       round, way->name, i, a[i], b[i]);
			return false;
		}
	if (!memcmp(in.vector, out.vector, sizeof(in.vector)))
		return true;
	printk("FAILED: round %lu, %s: a vector register changed\n", round,
	       way->name);
	return false;
}

static bool one_round(const struct canary_way *way, u64 round)
{
	for (u64 i = 0; i < CANARY_GENERAL; i++)
		in.general[i] = pattern(round, i);
	for (u64 i = 0; i < ARRAY_SIZE(in.vector); i++) {
		in.vector[i][0] = pattern(round, 100 + i);
		in.vector[i][1] = pattern(round, 200 + i);
	}
	canary_fix(&in);
	way->go(&in, &out);
	return compare(way, round);
}

int guest_main(void)
{
	u64 rounds = guest_number(10000), seed = 0;
	const struct canary_way *way = canary_ways;

	guest_catch_exceptions();
	canary_fill_system(seed);
	for (u64 r = 0; !rounds || r < rounds; r++) {
		if (r % SYSTEM_ROUNDS == 0) {
			if (!canary_check_system(seed)) {
				printk("FAILED: round %lu\n", r);
				return 1;
			}
			canary_fill_system(seed = pattern(r, 300));
		}
		if (!one_round(way, r))
			return 1;
		if (!(++way)->name)
			way = canary_ways;
	}
	printk("canary: %lu rounds, all registers kept\n", rounds);
	return 0;
}
