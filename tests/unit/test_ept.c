/*
 * test_ept.c - extended page tables as data: mapped, walked, split, unmapped.
 */
#include "03-entry-exit/ept.h"

#include <criterion/criterion.h>

#include "01-vmxon/pages.h"
#include "lib/errno.h"
#include "tests/fake/pages.h"

static struct ept e;

static gpa_t gpa(u64 v)
{
	return (gpa_t){ v };
}

static hpa_t hpa(u64 v)
{
	return (hpa_t){ v };
}

static void with_1g(void)
{
	ept_init(&e, GiB);
}

/* Every test ends with all tables given back. */
static void nothing_left(void)
{
	ept_destroy(&e);
	cr_assert_eq(fake_pages_in_use, 0, "%ld pages leaked",
	             fake_pages_in_use);
}

TestSuite(ept, .init = with_1g, .fini = nothing_left);

static void expect_page(u64 at, u64 to, u64 size)
{
	struct ept_walk w = ept_walk(&e, gpa(at));

	cr_assert(w.mapped, "%#lx is not mapped", at);
	cr_assert_eq(w.hpa.v, to, "%#lx is at %#lx", at, w.hpa.v);
	cr_assert_eq(w.size, size, "%#lx lies in a page of %#lx", at, w.size);
}

static void expect_nothing(u64 at)
{
	cr_assert(!ept_walk(&e, gpa(at)).mapped, "%#lx is mapped", at);
}

Test(ept, empty)
{
	struct ept_walk w = ept_walk(&e, gpa(0x1234));

	cr_assert(!w.mapped);
	cr_assert_eq(w.level, 4);
	cr_assert_eq(fake_pages_in_use, 1);
}

Test(ept, pointer_says_write_back_and_four_levels)
{
	cr_assert_eq(ept_pointer(&e) & MASK(11, 0), 6 | 3 << 3);
	cr_assert_eq(ALIGN_DOWN(ept_pointer(&e), PAGE_SIZE), (u64)e.root);
}

Test(ept, one_page_of_each_size)
{
	ept_map(&e, gpa(0), hpa(0x5000), PAGE_SIZE, EPT_RWX | EPT_WB);
	ept_map(&e, gpa(4 * MiB), hpa(6 * MiB), 2 * MiB, EPT_RWX | EPT_WB);
	ept_map(&e, gpa(3 * GiB), hpa(GiB), GiB, EPT_RWX | EPT_WB);
	expect_page(0xabc, 0x5abc, PAGE_SIZE);
	expect_nothing(0x1000);
	expect_page(4 * MiB + 0x12345, 6 * MiB + 0x12345, 2 * MiB);
	expect_page(3 * GiB + 0x7654321, GiB + 0x7654321, GiB);
}

Test(ept, bits_of_a_leaf)
{
	struct ept_walk w;

	ept_map(&e, gpa(2 * MiB), hpa(2 * MiB), 2 * MiB, EPT_READ | EPT_WB);
	w = ept_walk(&e, gpa(2 * MiB));
	cr_assert_eq(w.level, 2);
	/* address | bit 7: a page | memory type 6 | read (SDM table 29-5) */
	cr_assert_eq(w.entry[2], (2 * MiB) | 0x80 | 6 << 3 | 1);
	cr_assert_eq(w.flags, EPT_READ | EPT_WB);
	ept_map(&e, gpa(0), hpa(0x9000), PAGE_SIZE, EPT_RWX | EPT_UC);
	w = ept_walk(&e, gpa(0));
	cr_assert_eq(w.entry[1], 0x9000 | 7);
}

Test(ept, largest_pages_that_fit)
{
	/* From 2 MiB - 4 KiB up to 4 MiB + 4 KiB: small, large, small. */
	ept_map(&e, gpa(2 * MiB - PAGE_SIZE), hpa(4 * MiB - PAGE_SIZE),
	        2 * MiB + 2 * PAGE_SIZE, EPT_RWX | EPT_WB);
	expect_page(2 * MiB - 1, 4 * MiB - 1, PAGE_SIZE);
	expect_page(2 * MiB, 4 * MiB, 2 * MiB);
	expect_page(4 * MiB, 6 * MiB, PAGE_SIZE);
	expect_nothing(4 * MiB + PAGE_SIZE);
}

Test(ept, both_sides_must_be_aligned_for_a_large_page)
{
	ept_map(&e, gpa(2 * MiB), hpa(2 * MiB + PAGE_SIZE), 2 * MiB,
	        EPT_RWX | EPT_WB);
	expect_page(2 * MiB, 2 * MiB + PAGE_SIZE, PAGE_SIZE);
	expect_page(4 * MiB - 1, 4 * MiB + PAGE_SIZE - 1, PAGE_SIZE);
}

Test(ept, a_cpu_without_large_pages)
{
	ept_destroy(&e);
	ept_init(&e, PAGE_SIZE);
	ept_map(&e, gpa(0), hpa(0), 4 * MiB, EPT_RWX | EPT_WB);
	expect_page(3 * MiB, 3 * MiB, PAGE_SIZE);
}

Test(ept, remap_replaces_and_frees)
{
	long before;

	ept_map(&e, gpa(0), hpa(0), GiB, EPT_RWX | EPT_WB);
	before = fake_pages_in_use;
	ept_map(&e, gpa(0x3000), hpa(0x8000), PAGE_SIZE, EPT_READ | EPT_WB);
	expect_page(0x3000, 0x8000, PAGE_SIZE);
	expect_page(0x4000, 0x4000, PAGE_SIZE); /* a split neighbour */
	expect_page(5 * MiB, 5 * MiB, 2 * MiB);
	ept_map(&e, gpa(0), hpa(GiB), GiB, EPT_RWX | EPT_WB);
	expect_page(0x3000, GiB + 0x3000, GiB);
	cr_assert_eq(fake_pages_in_use, before);
}

Test(ept, split_keeps_rights)
{
	ept_map(&e, gpa(0), hpa(0), 2 * MiB, EPT_READ | EPT_EXEC | EPT_WB);
	ept_unmap(&e, gpa(0x5000), PAGE_SIZE);
	expect_nothing(0x5000);
	expect_page(0x6000, 0x6000, PAGE_SIZE);
	cr_assert_eq(ept_walk(&e, gpa(0x6000)).flags,
	             EPT_READ | EPT_EXEC | EPT_WB);
}

Test(ept, unmap_frees_empty_tables)
{
	ept_map(&e, gpa(0x1000), hpa(0x1000), 3 * PAGE_SIZE, EPT_RWX | EPT_WB);
	ept_unmap(&e, gpa(0), 2 * MiB);
	expect_nothing(0x1000);
	cr_assert_eq(fake_pages_in_use, 1);
}

Test(ept, unmap_over_table_borders)
{
	ept_map(&e, gpa(0), hpa(0), 2 * GiB, EPT_RWX | EPT_WB);
	ept_unmap(&e, gpa(GiB - PAGE_SIZE), 2 * PAGE_SIZE);
	expect_page(GiB - PAGE_SIZE - 1, GiB - PAGE_SIZE - 1, PAGE_SIZE);
	expect_nothing(GiB - PAGE_SIZE);
	expect_nothing(GiB);
	expect_page(GiB + PAGE_SIZE, GiB + PAGE_SIZE, PAGE_SIZE);
	ept_unmap(&e, gpa(0), 2 * GiB);
	cr_assert_eq(fake_pages_in_use, 1);
}

Test(ept, unmap_of_nothing)
{
	cr_assert_eq(ept_unmap(&e, gpa(0), BIT(48)), 0);
	cr_assert_eq(fake_pages_in_use, 1);
}

Test(ept, bad_arguments)
{
	cr_assert_eq(ept_map(&e, gpa(1), hpa(0), PAGE_SIZE, EPT_RWX), -EINVAL);
	cr_assert_eq(ept_map(&e, gpa(0), hpa(1), PAGE_SIZE, EPT_RWX), -EINVAL);
	cr_assert_eq(ept_map(&e, gpa(0), hpa(0), 1, EPT_RWX), -EINVAL);
	cr_assert_eq(ept_map(&e, gpa(BIT(48)), hpa(0), PAGE_SIZE, EPT_RWX),
	             -EINVAL);
	cr_assert_eq(ept_map(&e, gpa(0), hpa(0), ~0ul << 12, EPT_RWX),
	             -EINVAL);
	cr_assert_eq(ept_map(&e, gpa(0), hpa(0), PAGE_SIZE, 0), -EINVAL,
	             "no rights at all is not a mapping");
	cr_assert_eq(ept_map(&e, gpa(0), hpa(0), PAGE_SIZE, EPT_WRITE),
	             -EINVAL, "an EPT misconfiguration");
	cr_assert_eq(ept_unmap(&e, gpa(0x10), PAGE_SIZE), -EINVAL);
	cr_assert_eq(fake_pages_in_use, 1);
}

/* A reference model: one entry per page, random ranges against it. */
#define MODEL_PAGES 4096

Test(ept, random_ranges_against_a_model)
{
	static u64 model[MODEL_PAGES]; /* hpa + 1, or 0 */
	u64 seed = 1;

	for (int step = 0; step < 2000; step++) {
		u64 at, n, to;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		at = seed >> 40 & (MODEL_PAGES - 1);
		n = MIN((seed >> 20 & 1023) + 1, MODEL_PAGES - at);
		to = (seed >> 33 & 3) * 2 * MiB +
		     (seed >> 30 & 1 ? at : 7) * PAGE_SIZE;
		if (seed >> 60 & 1)
			ept_map(&e, gpa(at * PAGE_SIZE), hpa(to),
			        n * PAGE_SIZE, EPT_RWX | EPT_WB);
		else
			ept_unmap(&e, gpa(at * PAGE_SIZE), n * PAGE_SIZE);
		for (u64 i = 0; i < n; i++)
			model[at + i] =
				seed >> 60 & 1 ? to + i * PAGE_SIZE + 1 : 0;
	}
	for (u64 i = 0; i < MODEL_PAGES; i++) {
		struct ept_walk w = ept_walk(&e, gpa(i * PAGE_SIZE));

		cr_assert_eq(w.mapped, model[i] != 0, "page %lu", i);
		if (w.mapped)
			cr_assert_eq(w.hpa.v, model[i] - 1, "page %lu", i);
	}
}

Test(ept, protect_takes_rights_in_a_split_page)
{
	struct ept_walk w;

	cr_assert_eq(ept_map(&e, gpa(0), hpa(4 * MiB), 2 * MiB,
	                     EPT_RWX | EPT_WB),
	             0);
	cr_assert_eq(ept_protect(&e, gpa(0x3000), PAGE_SIZE, EPT_WRITE), 0);
	w = ept_walk(&e, gpa(0x3000));
	cr_assert(w.mapped);
	cr_assert_eq(w.flags, EPT_READ | EPT_EXEC | EPT_WB);
	cr_assert_eq(w.hpa.v, 4 * MiB + 0x3000);
	cr_assert_eq(ept_walk(&e, gpa(0x2000)).flags, EPT_RWX | EPT_WB);
}

/* A split needs a page, and there may be none: not for nothing. */
Test(ept, protect_again_splits_nothing)
{
	long before;

	ept_map(&e, gpa(0), hpa(4 * MiB), 2 * MiB, EPT_RWX);
	cr_assert_eq(ept_protect(&e, gpa(0), 2 * MiB, EPT_WRITE), 0);
	before = fake_pages_in_use;
	cr_assert_eq(ept_protect(&e, gpa(0x3000), PAGE_SIZE, EPT_WRITE), 0);
	cr_assert_eq(fake_pages_in_use, before);
	expect_page(0x3000, 4 * MiB + 0x3000, 2 * MiB);
}

Test(ept, protect_all_unmaps_and_keeps_tables)
{
	long tables;

	ept_map(&e, gpa(0), hpa(0), 64 * KiB, EPT_RWX | EPT_WB);
	tables = fake_pages_in_use;
	cr_assert_eq(ept_protect(&e, gpa(0), 64 * KiB, EPT_RWX), 0);
	expect_nothing(0x5000);
	cr_assert_eq(fake_pages_in_use, tables);
	cr_assert_eq(ept_map(&e, gpa(0x5000), hpa(0), PAGE_SIZE,
	                     EPT_READ | EPT_WB),
	             0);
	expect_page(0x5000, 0, PAGE_SIZE);
	expect_nothing(0x6000);
}

Test(ept, protect_refuses_what_is_no_right)
{
	cr_assert_eq(ept_protect(&e, gpa(0), PAGE_SIZE, EPT_WB), -EINVAL);
	cr_assert_eq(ept_protect(&e, gpa(1), PAGE_SIZE, EPT_WRITE), -EINVAL);
}
