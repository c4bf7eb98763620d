/*
 * demo_stage2.c - stage 2 tables and VMIDs, without a guest.
 */
#include "04-arm64-el2/demo.h"
#include "04-arm64-el2/stage2.h"
#include "lib/panic.h"

static const char *size_text(u64 size)
{
	return size == GiB ? "1 GB" : size == 2 * MiB ? "2 MB" : "4 KB";
}

static void show(const struct stage2 *s, u64 ipa)
{
	struct s2_walk w = stage2_walk(s, ipa);

	if (!w.mapped)
		printk("  IPA 0x%010lx: nothing, at level %d\n", ipa, w.level);
	else
		printk("  IPA 0x%010lx -> 0x%010lx, %s at level %d, %s%s%s\n",
		       ipa, w.pa, size_text(w.size), w.level,
		       w.rights & S2_R ? "R" : "-",
		       w.rights & S2_W ? "W" : "-",
		       w.rights & S2_X ? "X" : "-");
}

void demo_stage2(void)
{
	u32 vmid = 0;
	struct stage2 s;

	printk("--- stage 2: a page, blocks, and a block that is split\n");
	if (stage2_init(&s, &vmid))
		panic("no memory");
	stage2_map(&s, 0x1000, 0x50001000, PAGE_SIZE, S2_R | S2_W);
	stage2_map(&s, 0x40000000, 0x80000000, GiB, S2_R | S2_W | S2_X);
	stage2_map(&s, 0x80200000, 0x60200000, 2 * MiB, S2_R | S2_X);
	stage2_unmap(&s, 0x40001000, PAGE_SIZE);
	show(&s, 0x1234);
	show(&s, 0x7fffffff);
	show(&s, 0x40000000);
	show(&s, 0x40001000);
	show(&s, 0x80345678);
	show(&s, 0xffffffffff);
	printk("  %lu pages of tables\n\n", s.tables);
	stage2_free(&s);
}

/* A pool of four VMIDs, of which one is not lent: five guests roll it over. */
void demo_vmid(void)
{
	static struct vmid_pool pool;
	struct vmid guest[5] = { { 0, 0 } };

	printk("--- VMIDs: three to lend, five guests\n  ");
	vmid_init(&pool, 2);
	for (unsigned i = 0; i < 2 * ARRAY_SIZE(guest); i++) {
		vmid_update(&pool, &guest[i % 5], 0);
		printk("%c:%u.%lu ", 'a' + i % 5, guest[i % 5].id,
		       guest[i % 5].generation);
	}
	printk("\n  (guest:VMID.generation; %lu rollovers, each with a TLB "
	       "flush on all CPUs)\n\n",
	       pool.rollovers);
	assert(pool.rollovers);
}
