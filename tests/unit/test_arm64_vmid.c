/*
 * test_arm64_vmid.c - lending VMIDs, with rollover forced by tiny pools.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "04-arm64-el2/vmid.h"
#include "tests/fake/arm64_cpu.h"

static struct vmid_pool pool;

Test(arm64_vmid, first_loans)
{
	struct vmid a = { 0 }, b = { 0 };

	vmid_init(&pool, 8);
	vmid_update(&pool, &a, 0);
	vmid_update(&pool, &b, 0);
	cr_expect_eq(a.id, 1);
	cr_expect_eq(b.id, 2);
	vmid_update(&pool, &a, 0);
	cr_expect_eq(a.id, 1, "a loan is kept");
	cr_expect_eq(fake_vmid_flushes, 0);
}

Test(arm64_vmid, rollover_flushes_and_lends_again)
{
	struct vmid v[4] = { { 0 } };

	vmid_init(&pool, 2); /* 1, 2, 3 */
	for (int i = 0; i < 3; i++)
		vmid_update(&pool, &v[i], 0);
	cr_expect_eq(pool.rollovers, 0);
	vmid_update(&pool, &v[3], 0);
	cr_expect_eq(pool.rollovers, 1);
	cr_expect_eq(fake_vmid_flushes, 1);
	cr_expect_neq(v[3].id, v[2].id, "CPU 0 was still running v[2]");
	cr_expect_eq(v[3].generation, 2);
	vmid_update(&pool, &v[0], 0);
	cr_expect_eq(v[0].generation, 2, "the old loan is over");
}

/* A guest that another CPU is in keeps its VMID over rollovers. */
Test(arm64_vmid, running_guest_keeps_its_vmid)
{
	struct vmid running = { 0 }, v[8] = { { 0 } };
	u32 id;

	vmid_init(&pool, 2);
	vmid_update(&pool, &running, 1);
	id = running.id;
	for (int i = 0; i < 40; i++) {
		vmid_update(&pool, &v[i % 8], 0);
		cr_expect_neq(v[i % 8].id, id);
	}
	cr_expect_gt(pool.rollovers, 5);
	vmid_update(&pool, &running, 1);
	cr_expect_eq(running.id, id);
	cr_expect_eq(running.generation, pool.generation);
}

/* Random guests on random CPUs: no two CPUs ever share a VMID by accident. */
Test(arm64_vmid, never_shared)
{
	enum { GUESTS = 40, CPUS = 4 };
	struct vmid v[GUESTS] = { { 0 } };
	int on[CPUS] = { -1, -1, -1, -1 };

	vmid_init(&pool, 3);
	srand(7);
	for (int i = 0; i < 100000; i++) {
		int cpu = rand() % CPUS, guest = rand() % GUESTS;

		vmid_update(&pool, &v[guest], cpu);
		on[cpu] = guest;
		cr_assert_neq(v[guest].id, 0);
		cr_assert_lt(v[guest].id, 8);
		for (int c = 0; c < CPUS; c++)
			if (on[c] >= 0 && on[c] != guest)
				cr_assert_neq(pool.active[c].id ?
				                      pool.active[c].id :
				                      pool.reserved[c].id,
				              v[guest].id);
	}
	cr_expect_gt(pool.rollovers, 100);
}

/* Fewer than there are (.vmids=N), as many as CPUs and one: just enough. */
Test(arm64_vmid, as_few_as_possible)
{
	struct vmid v[8] = { { 0 } };

	vmid_init(&pool, 8);
	pool.end = 4;
	for (int i = 0; i < 1000; i++) {
		vmid_update(&pool, &v[i % 8], (unsigned)i % 2);
		cr_assert(v[i % 8].id >= 1 && v[i % 8].id <= 3);
	}
	cr_expect_gt(pool.rollovers, 100);
}

Test(arm64_vmid, sixteen_bits)
{
	static struct vmid v[70000];

	vmid_init(&pool, 16);
	for (unsigned i = 0; i < ARRAY_SIZE(v); i++)
		vmid_update(&pool, &v[i], 0);
	cr_expect_eq(pool.rollovers, 1);
	cr_expect_eq(v[65534].id, 65535);
}
