/*
 * test_x86_vpid.c - lending VPIDs, with rollover forced by few tags.
 */
#include "05-full/kvm/x86/vpid.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct vpid_pool pool[2];

static void begin(void)
{
	vpid_begin(&pool[0]);
	vpid_begin(&pool[1]);
}

Test(x86_vpid, from_one_up)
{
	struct vpid a = { 0 }, b = { 0 };

	begin();
	cr_expect(!vpid_lend(&pool[0], &a, 2));
	cr_expect(!vpid_lend(&pool[0], &b, 2));
	cr_expect_eq(a.id, 1);
	cr_expect_eq(b.id, 2);
	cr_expect_eq(a.generation, pool[0].generation);
	cr_expect_eq(pool[0].rollovers, 0);
}

Test(x86_vpid, rollover_ends_all_loans)
{
	struct vpid a = { 0 }, b = { 0 };

	begin();
	vpid_lend(&pool[0], &a, 1);
	cr_expect(vpid_lend(&pool[0], &b, 1), "the CPU must forget");
	cr_expect_eq(b.id, 1);
	cr_expect_eq(pool[0].rollovers, 1);
	cr_expect_neq(a.generation, pool[0].generation);
	cr_expect_eq(b.generation, pool[0].generation);
}

/* A loan of one CPU is none of another: not even by accident. */
Test(x86_vpid, cpus_share_no_generation)
{
	struct vpid v[8] = { { 0 } };

	begin();
	srand(7);
	for (int i = 0; i < 10000; i++) {
		int cpu = rand() % 2;

		cr_assert_neq(pool[0].generation, pool[1].generation);
		vpid_lend(&pool[cpu], &v[rand() % 8], 3);
	}
	cr_expect_gt(pool[0].rollovers, 100);
}

/* Of those whose loan holds on this CPU no two have the same tag. */
Test(x86_vpid, never_shared)
{
	struct vpid v[8] = { { 0 } };

	begin();
	srand(7);
	for (int i = 0; i < 100000; i++) {
		int cpu = rand() % 2, n = rand() % 8;

		if (v[n].generation != pool[cpu].generation)
			vpid_lend(&pool[cpu], &v[n], 5);
		cr_assert(v[n].id >= 1 && v[n].id <= 5);
		for (int k = 0; k < 8; k++)
			cr_assert(k == n ||
			          v[k].generation != v[n].generation ||
			          v[k].id != v[n].id);
	}
}

Test(x86_vpid, all_of_them)
{
	struct vpid v = { 0 };

	begin();
	for (u32 i = 1; i <= VPIDS; i++)
		cr_assert(!vpid_lend(&pool[0], &v, VPIDS));
	cr_expect_eq(v.id, 65535);
	cr_expect(vpid_lend(&pool[0], &v, VPIDS));
	cr_expect_eq(v.id, 1);
}
