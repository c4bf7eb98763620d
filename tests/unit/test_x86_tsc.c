/*
 * test_x86_tsc.c - the VMM writes the TSCs of a machine's vCPUs.
 */
#include "05-full/kvm/x86/tsc.h"

#include <criterion/criterion.h>

#define HZ 1000

Test(x86_tsc, the_first_is_exact)
{
	struct guest_tsc t = { .offset = 0 };

	cr_expect_eq(tsc_write(&t, 5500, 5000, HZ), 500);
	cr_expect_eq(t.offset, 500);
}

/* Saved at 70000 and 70020; written 40 ticks apart. */
Test(x86_tsc, the_next_ones_join_it)
{
	struct guest_tsc t = { .offset = -100ul };

	cr_expect_eq(tsc_write(&t, 70000, 200, HZ), 69800);
	cr_expect_eq(tsc_write(&t, 70020, 240, HZ), 69800);
	cr_expect_eq(tsc_write(&t, 70799, 0, HZ), 69800);
	cr_expect_eq(tsc_write(&t, 68900, 100, HZ), 69800, "a second less");
}

Test(x86_tsc, far_away_is_another_time)
{
	struct guest_tsc t = { .offset = 0 };

	tsc_write(&t, 70000, 0, HZ);
	cr_expect_eq(tsc_write(&t, 71001, 0, HZ), 71001);
	cr_expect_eq(tsc_write(&t, 70000, 0, HZ), 70000);
	cr_expect_eq(tsc_write(&t, 10, 20, HZ), -10ul);
	cr_expect_eq(t.offset, -10ul);
}
