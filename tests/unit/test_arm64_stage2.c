/*
 * test_arm64_stage2.c - stage 2 tables, against a plain model.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "04-arm64-el2/stage2.h"
#include "tests/fake/arm64_cpu.h"

static struct stage2 s;
static u32 vmid = 5;

static void setup(void)
{
	fake_page_limit = 1000000;
	cr_assert_eq(stage2_init(&s, &vmid), 0);
}

static void teardown(void)
{
	stage2_free(&s);
	cr_expect_eq(fake_pages, 0, "%ld pages lost", fake_pages);
}

TestSuite(arm64_stage2, .init = setup, .fini = teardown);

static void expect_mapped(u64 ipa, u64 pa, u64 size, u64 rights)
{
	struct s2_walk w = stage2_walk(&s, ipa);

	cr_expect(w.mapped, "0x%lx", (long)ipa);
	cr_expect_eq(w.pa, pa, "0x%lx -> 0x%lx", (long)ipa, (long)w.pa);
	cr_expect_eq(w.size, size);
	cr_expect_eq(w.rights, rights);
}

Test(arm64_stage2, page_and_blocks)
{
	cr_expect_eq(stage2_map(&s, 0x1000, 0x5000, PAGE_SIZE, S2_R), 0);
	cr_expect_eq(stage2_map(&s, 2 * MiB, 4 * MiB, 2 * MiB, S2_R | S2_W),
	             0);
	cr_expect_eq(stage2_map(&s, GiB, 8 * GiB, GiB, S2_R | S2_X), 0);
	expect_mapped(0x1fff, 0x5fff, PAGE_SIZE, S2_R);
	expect_mapped(2 * MiB + 5, 4 * MiB + 5, 2 * MiB, S2_R | S2_W);
	expect_mapped(2 * GiB - 1, 9 * GiB - 1, GiB, S2_R | S2_X);
	cr_expect_not(stage2_walk(&s, 0).mapped);
	cr_expect_eq(s.tables, 4); /* root, one of level 2, one of level 3 */
}

/* A range that is aligned for blocks only in its middle. */
Test(arm64_stage2, largest_pieces)
{
	cr_expect_eq(
		stage2_map(&s, 0x1ff000, 0x3ff000, 2 * MiB + 0x2000, S2_R), 0);
	expect_mapped(0x1ff000, 0x3ff000, PAGE_SIZE, S2_R);
	expect_mapped(0x200000, 0x400000, 2 * MiB, S2_R);
	expect_mapped(0x400000, 0x600000, PAGE_SIZE, S2_R);
	cr_expect_not(stage2_walk(&s, 0x401000).mapped);
}

Test(arm64_stage2, misaligned_against_each_other_means_pages)
{
	cr_expect_eq(stage2_map(&s, 2 * MiB, 3 * MiB, 2 * MiB, S2_R), 0);
	expect_mapped(2 * MiB, 3 * MiB, PAGE_SIZE, S2_R);
}

Test(arm64_stage2, both_ends_of_the_space)
{
	u64 top = BIT(S2_IPA_BITS);

	cr_expect_eq(stage2_map(&s, top - PAGE_SIZE, 0x7000, PAGE_SIZE, S2_R),
	             0);
	expect_mapped(top - 1, 0x7fff, PAGE_SIZE, S2_R);
	cr_expect_eq(stage2_map(&s, top, 0, PAGE_SIZE, S2_R), -2);
	cr_expect_eq(stage2_map(&s, top - PAGE_SIZE, 0, 2 * PAGE_SIZE, S2_R),
	             -2);
	cr_expect_eq(stage2_map(&s, 0x800, 0, PAGE_SIZE, S2_R), -2);
	cr_expect_eq(stage2_map(&s, 0, 0, ~0xfffull, S2_R), -2);
	cr_expect_not(stage2_walk(&s, ~0ull).mapped);
}

Test(arm64_stage2, unmap_splits_a_block)
{
	stage2_map(&s, GiB, 0, GiB, S2_R | S2_W | S2_X);
	cr_expect_eq(stage2_unmap(&s, GiB + 0x5000, PAGE_SIZE), 0);
	cr_expect_not(stage2_walk(&s, GiB + 0x5000).mapped);
	expect_mapped(GiB + 0x4000, 0x4000, PAGE_SIZE, S2_R | S2_W | S2_X);
	expect_mapped(GiB + 2 * MiB, 2 * MiB, 2 * MiB, S2_R | S2_W | S2_X);
}

Test(arm64_stage2, protect_keeps_what_is_not_mapped_so)
{
	stage2_map(&s, 0, 2 * MiB, 2 * MiB, S2_R | S2_W);
	cr_expect_eq(stage2_protect(&s, 0x1000, PAGE_SIZE, S2_R), 0);
	expect_mapped(0x1000, 2 * MiB + 0x1000, PAGE_SIZE, S2_R);
	expect_mapped(0x2000, 2 * MiB + 0x2000, PAGE_SIZE, S2_R | S2_W);
	cr_expect_eq(stage2_protect(&s, 4 * MiB, 2 * MiB, S2_R), 0);
	cr_expect_not(stage2_walk(&s, 4 * MiB).mapped);
	cr_expect_eq(stage2_protect(&s, 0, 2 * MiB, S2_R), 0);
	expect_mapped(0x2000, 2 * MiB + 0x2000, PAGE_SIZE, S2_R);
}

/* Break-before-make: whatever was valid is flushed, nothing else is. */
Test(arm64_stage2, flushes)
{
	unsigned before = fake_flushes_ipa;

	stage2_map(&s, 0x1000, 0x2000, PAGE_SIZE, S2_R);
	cr_expect_eq(fake_flushes_ipa, before);
	stage2_map(&s, 0x1000, 0x3000, PAGE_SIZE, S2_R);
	cr_expect_eq(fake_flushes_ipa, before + 1);
	cr_expect_eq(fake_flushed_ipa, 0x1000);
	before = fake_flushes_all;
	stage2_map(&s, 0, 0, 2 * MiB, S2_R); /* a table becomes a block */
	cr_expect_eq(fake_flushes_all, before + 1);
	expect_mapped(0x1000, 0x1000, 2 * MiB, S2_R);
}

Test(arm64_stage2, without_memory_for_tables)
{
	fake_page_limit = fake_pages;
	cr_expect_eq(stage2_map(&s, 0, 0, PAGE_SIZE, S2_R), -1);
	cr_expect_not(stage2_walk(&s, 0).mapped);
	fake_page_limit = fake_pages + 1;
	cr_expect_eq(stage2_map(&s, 0, 0, PAGE_SIZE, S2_R), -1);
	fake_page_limit = 1000000;
}

Test(arm64_stage2, registers)
{
	/* 40 bits, from level 1, write-back, inner shareable. */
	cr_expect_eq(stage2_vtcr(5, 16), 0x800d3558);
	cr_expect_eq(stage2_vttbr(&s, 0x1234) >> 48, 0x1234);
	cr_expect_eq(stage2_vttbr(&s, 0) & MASK(47, 0), s.root_pa);
}

/* A thousand random operations on 16 MB, page by page against an array. */
Test(arm64_stage2, model)
{
	static struct {
		u64 pa, rights;
	} model[4096];

	srand(1);
	for (int i = 0; i < 1000; i++) {
		u64 first = rand() % 4096, n = 1 + rand() % 1024, rights;

		if (rand() % 3 == 0)
			first &= ~511ull, n = 512;
		n = MIN(n, 4096 - first);
		rights = 1 + rand() % 7;
		if (rand() % 3) {
			u64 pa = 64 * MiB + (u64)(rand() % 8) * 0x100000;

			stage2_map(&s, first * 4096, pa, n * 4096, rights);
			for (u64 p = 0; p < n; p++) {
				model[first + p].pa = pa + p * 4096;
				model[first + p].rights = rights;
			}
		} else {
			stage2_unmap(&s, first * 4096, n * 4096);
			for (u64 p = 0; p < n; p++)
				model[first + p].rights = 0;
		}
	}
	for (u64 p = 0; p < 4096; p++) {
		struct s2_walk w = stage2_walk(&s, p * 4096);

		cr_assert_eq(w.mapped, model[p].rights != 0);
		if (!w.mapped)
			continue;
		cr_assert_eq(w.pa, model[p].pa);
		cr_assert_eq(w.rights, model[p].rights);
	}
}

/* One flush for many pages, and none is forgotten. */
Test(arm64_stage2, gathers_flushes)
{
	unsigned ipa = fake_flushes_ipa, all = fake_flushes_all;

	cr_assert_eq(stage2_map(&s, 0x1000, 0x40001000, 64 * PAGE_SIZE,
	                        S2_R | S2_W | S2_X),
	             0);
	s.gather = true;
	cr_assert_eq(stage2_protect(&s, 0x1000, 32 * PAGE_SIZE, S2_R), 0);
	cr_expect_eq(stage2_walk(&s, 0x1000).rights, S2_R);
	cr_expect_eq(stage2_walk(&s, 0x1000).pa, 0x40001000);
	cr_expect(s.stale);
	s.stale = false;
	cr_assert_eq(stage2_unmap(&s, 0x1000, 64 * PAGE_SIZE), 0);
	cr_expect(!stage2_walk(&s, 0x1000).mapped);
	cr_expect(s.stale);
	cr_expect_eq(fake_flushes_ipa, ipa);
	cr_expect_eq(fake_flushes_all, all);
	/* Another address is another matter: break before make. */
	s.gather = false;
	cr_assert_eq(stage2_map(&s, 0x1000, 0x40001000, PAGE_SIZE, S2_R), 0);
	s.gather = true;
	cr_assert_eq(stage2_map(&s, 0x1000, 0x50001000, PAGE_SIZE, S2_R), 0);
	cr_expect_eq(fake_flushes_ipa, ipa + 1);
}
