/*
 * test_host_memory.c - the buddy system, kmalloc, and lists of regions.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "05-full/host/buddy.h"
#include "05-full/host/file.h"
#include "05-full/host/memory.h"
#include "05-full/host/region.h"
#include "tests/fake/host.h"

/* --- buddy ------------------------------------------------------------------ */

#define PAGES 2048

static struct buddy b;
static u8 state[PAGES];
static u8 *area;

static void start_buddy(void)
{
	area = aligned_alloc(4 * MiB, PAGES * PAGE_SIZE);
	buddy_init(&b, area, PAGES, state);
}

Test(host_buddy, merges_to_the_largest, .init = start_buddy)
{
	buddy_add(&b, 0, PAGES);
	cr_assert_eq(b.free, PAGES);
	cr_assert_not_null(buddy_alloc(&b, 10));
	cr_assert_not_null(buddy_alloc(&b, 10));
	cr_assert_null(buddy_alloc(&b, 0));
}

Test(host_buddy, aligned_and_disjoint, .init = start_buddy)
{
	u8 *p[PAGES];
	u8 taken[PAGES] = { 0 };
	unsigned n = 0, order;

	buddy_add(&b, 0, PAGES);
	srand(1);
	while ((p[n] = buddy_alloc(&b, order = (unsigned)rand() % 4))) {
		u64 page = (u64)(p[n] - area) / PAGE_SIZE;

		cr_assert_eq(page % (1u << order), 0);
		cr_assert_eq(buddy_order(&b, p[n]), (int)order);
		for (unsigned i = 0; i < 1u << order; i++)
			cr_assert_eq(taken[page + i]++, 0);
		n++;
	}
	/* Back in another order: the same large blocks again. */
	for (unsigned i = 0; i < n; i++) {
		unsigned k = (unsigned)rand() % (n - i);
		u8 *q = p[k];

		p[k] = p[n - i - 1];
		cr_assert(buddy_free(&b, q, (unsigned)buddy_order(&b, q)));
	}
	cr_assert_eq(b.free, PAGES);
	cr_assert_not_null(buddy_alloc(&b, 10));
	cr_assert_not_null(buddy_alloc(&b, 10));
}

Test(host_buddy, refuses_what_is_none, .init = start_buddy)
{
	u8 *p;

	buddy_add(&b, 0, PAGES);
	p = buddy_alloc(&b, 2);
	cr_assert_not(buddy_free(&b, p, 1));
	cr_assert_not(buddy_free(&b, p + PAGE_SIZE, 2));
	cr_assert_not(buddy_free(&b, p + 8, 2));
	cr_assert(buddy_free(&b, p, 2));
	cr_assert_not(buddy_free(&b, p, 2));
	cr_assert_null(buddy_alloc(&b, BUDDY_ORDERS));
}

Test(host_buddy, holes_stay_holes, .init = start_buddy)
{
	void *p;

	buddy_add(&b, 0, 100);
	buddy_add(&b, 101, PAGES - 101);
	while ((p = buddy_alloc(&b, 0)))
		cr_assert_neq(p, area + 100 * PAGE_SIZE);
	cr_assert_eq(b.free, 0);
}

Test(host_buddy, split, .init = start_buddy)
{
	u8 *p;

	buddy_add(&b, 0, PAGES);
	p = buddy_alloc(&b, 9);
	cr_assert_not(buddy_split(&b, p, 8));
	cr_assert(buddy_split(&b, p, 9));
	for (unsigned i = 0; i < 512; i++)
		cr_assert(buddy_free(&b, p + i * PAGE_SIZE, 0));
	cr_assert_eq(b.free, PAGES);
	cr_assert_not_null(buddy_alloc(&b, 10));
	cr_assert_not_null(buddy_alloc(&b, 10));
}

/* --- frames and kmalloc -------------------------------------------------------- */

Test(host_kmalloc, aligned_zeroed_and_given_back, .init = fake_host_start)
{
	u64 before = frames_free_count();
	void *p[1000];

	cr_assert_gt(before, FAKE_PAGES - 16);
	srand(2);
	for (unsigned i = 0; i < ARRAY_SIZE(p); i++) {
		u64 size = 1 + (unsigned)rand() % 3000;

		p[i] = kmalloc(size);
		cr_assert_not_null(p[i]);
		cr_assert_eq((u64)p[i] % 16, 0);
		for (u64 k = 0; k < size; k++)
			cr_assert_eq(((u8 *)p[i])[k], 0);
		memset(p[i], (int)i, size);
		if (i % 3 == 0) {
			kfree(p[i]);
			p[i] = NULL;
		}
	}
	for (unsigned i = 0; i < ARRAY_SIZE(p); i++)
		kfree(p[i]);
	cr_assert_eq(frames_free_count(), before);
}

Test(host_kmalloc, until_nothing_is_left, .init = fake_host_start)
{
	u64 before = frames_free_count();
	void **list = NULL, **p;

	while ((p = kmalloc(500))) {
		*p = list;
		list = (void **)p;
	}
	cr_assert_lt(frames_free_count(), 8);
	cr_assert_null(kmalloc(4 * MiB + 1));
	while (list) {
		p = *list;
		kfree(list);
		list = p;
	}
	cr_assert_eq(frames_free_count(), before);
}

/* --- regions ---------------------------------------------------------------- */

static struct region *list;

static struct region *add(u64 start, u64 end)
{
	struct region *r = kmalloc(sizeof(*r));

	r->start = start;
	r->end = end;
	region_insert(&list, r);
	return r;
}

Test(host_regions, find_and_overlap, .init = fake_host_start)
{
	struct region *a = add(0x3000, 0x5000), *c = add(0x1000, 0x2000);

	cr_assert_eq(list, c);
	cr_assert_eq(c->next, a);
	cr_assert_null(region_find(list, 0xfff));
	cr_assert_eq(region_find(list, 0x1000), c);
	cr_assert_null(region_find(list, 0x2000));
	cr_assert_eq(region_find(list, 0x4fff), a);
	cr_assert_null(region_find(list, 0x5000));
	cr_assert_null(region_overlap(list, 0x2000, 0x3000));
	cr_assert_eq(region_overlap(list, 0x2000, 0x3001), a);
	cr_assert_eq(region_overlap(list, 0, 0x10000), c);
	region_remove(&list, c);
	cr_assert_eq(list, a);
	cr_assert_eq(region_count(list), 1);
}

Test(host_regions, gaps, .init = fake_host_start)
{
	add(0x3000, 0x5000);
	add(0x6000, 0x9000);
	cr_assert_eq(region_gap(list, 0x1000, 0x1000, 0x3000, 0xc000), 0x5000);
	cr_assert_eq(region_gap(list, 0x2000, 0x1000, 0x3000, 0xc000), 0x9000);
	cr_assert_eq(region_gap(list, 0x3000, 0x1000, 0x3000, 0xc000), 0x9000);
	cr_assert_eq(region_gap(list, 0x4000, 0x1000, 0x3000, 0xc000), 0);
	cr_assert_eq(region_gap(list, 0x1000, 0x4000, 0x3000, 0x20000),
	             0xc000);
	cr_assert_eq(region_gap(list, 0x2000, 0x1000, 0x1000, 0xc000), 0x1000);
	cr_assert_eq(region_gap(NULL, 0x2000, 0x1000, 0x1000, 0x2000), 0);
}

Test(host_regions, cut_keeps_file_and_offset, .init = fake_host_start)
{
	struct file f = { .refs = 1 };
	struct region *a = add(0x1000, 0x5000);

	a->file = &f;
	a->offset = 0x7000;
	cr_assert_eq(region_cut(list, 0x1000), 0);
	cr_assert_eq(region_cut(list, 0x9000), 0);
	cr_assert_eq(region_count(list), 1);
	cr_assert_eq(region_cut(list, 0x2000), 0);
	cr_assert_eq(region_count(list), 2);
	cr_assert_eq(a->end, 0x2000);
	cr_assert_eq(a->next->start, 0x2000);
	cr_assert_eq(a->next->end, 0x5000);
	cr_assert_eq(a->next->offset, 0x8000);
	cr_assert_eq(f.refs, 2);
}
