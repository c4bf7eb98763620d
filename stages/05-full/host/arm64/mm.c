/*
 * mm.c - a user program's page tables: TTBR0_EL2, 39 bits, three levels of
 * 512 descriptors (Arm ARM D5.3), tagged by an ASID.
 */
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/host_insn.h"
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"

#define PTE_VALID BIT(0)
#define PTE_TABLE BIT(1) /* at level 3: a page */
#define PTE_ATTR(i) ((u64)(i) << 2)
#define PTE_USER BIT(6)   /* AP[1]: EL0 may */
#define PTE_RDONLY BIT(7) /* AP[2] */
#define PTE_SH_INNER (3ull << 8)
#define PTE_AF BIT(10)
#define PTE_NG BIT(11) /* not global: only with this ASID */
#define PTE_PXN BIT(53)
#define PTE_UXN BIT(54)
#define PTE_ADDR MASK(47, 12)
#define BLOCK (2 * MiB)

#define ASIDS 256 /* 8 bits are what every CPU has */

extern u64 empty_root[512];

static u64 asids_used[ASIDS / 64] = { 1 }; /* 0 is for no program at all */
static struct spinlock asid_lock;

static u64 asid_take(void)
{
	u64 flags = spin_lock_irq(&asid_lock), asid = 0;

	for (unsigned i = 0; i < ASIDS && !asid; i++) {
		if (asids_used[i / 64] & BIT(i % 64))
			continue;
		asids_used[i / 64] |= BIT(i % 64);
		asid = i;
	}
	spin_unlock_irq(&asid_lock, flags);
	return asid;
}

static void asid_give(u64 asid)
{
	u64 flags = spin_lock_irq(&asid_lock);

	asids_used[asid / 64] &= ~BIT(asid % 64);
	spin_unlock_irq(&asid_lock, flags);
}

int arch_mm_init(struct mm *mm)
{
	mm->arch.asid = asid_take();
	if (!mm->arch.asid)
		return -ENOMEM;
	mm->arch.root = frames_alloc(0);
	if (!mm->arch.root) {
		asid_give(mm->arch.asid);
		return -ENOMEM;
	}
	return 0;
}

static void free_tables(u64 *table, int level)
{
	for (int i = 0; level < 3 && i < 512; i++)
		if (table[i] & PTE_TABLE)
			free_tables(phys_to_virt(table[i] & PTE_ADDR),
			            level + 1);
	frames_free(table, 0);
}

void arch_mm_free(struct mm *mm)
{
	dsb_ishst();
	tlbi_aside1is(mm->arch.asid);
	dsb_ish();
	free_tables(mm->arch.root, 1);
	asid_give(mm->arch.asid);
}

static unsigned slot_index(u64 va, int level)
{
	return va >> (39 - 9 * level) & 511;
}

/* The descriptor for va at level; NULL: no memory, or a block is above it. */
static u64 *slot_make(struct mm *mm, u64 va, int level)
{
	u64 *table = mm->arch.root;

	for (int l = 1; l < level; l++) {
		u64 *slot = &table[slot_index(va, l)];

		if (!*slot) {
			u64 *next = frames_alloc(0);

			if (!next)
				return NULL;
			dsb_ishst(); /* its zeros before its address */
			*slot = virt_to_phys(next) | PTE_TABLE | PTE_VALID;
		}
		table = phys_to_virt(*slot & PTE_ADDR);
	}
	return &table[slot_index(va, level)];
}

/* The last descriptor that a walk for va reads, and its level. */
static u64 *slot_find(struct mm *mm, u64 va, int *level)
{
	u64 *table = mm->arch.root;

	for (*level = 1;; ++*level) {
		u64 *slot = &table[slot_index(va, *level)];

		if (*level == 3 || !(*slot & PTE_TABLE))
			return slot;
		table = phys_to_virt(*slot & PTE_ADDR);
	}
}

static u64 user_bits(u32 prot)
{
	u64 bits = PTE_VALID | PTE_AF | PTE_SH_INNER | PTE_NG | PTE_PXN |
	           PTE_ATTR(MT_NORMAL);

	if (prot)
		bits |= PTE_USER;
	if (!(prot & PROT_W))
		bits |= PTE_RDONLY;
	if (!(prot & PROT_X))
		bits |= PTE_UXN;
	return bits;
}

/* Code was written as data: the instruction side must see it (D4.4.2). */
static void sync_code(hpa_t hpa, u64 size)
{
	u64 at = (u64)phys_to_virt(hpa.v);

	for (u64 end = at + size; at < end; at += 64)
		dc_cvau(at);
	dsb_ish();
	ic_ialluis();
	dsb_ish();
}

int arch_mm_map(struct mm *mm, u64 va, hpa_t hpa, u64 size, u32 prot)
{
	u64 *slot = slot_make(mm, va, size == BLOCK ? 2 : 3);

	if (!slot)
		return -ENOMEM;
	if (size == BLOCK && *slot & PTE_TABLE)
		return -EEXIST;
	if (prot & PROT_X)
		sync_code(hpa, size);
	*slot = hpa.v | user_bits(prot) | (size == BLOCK ? 0 : PTE_TABLE);
	dsb_ishst();
	isb();
	return 0;
}

struct mm_page arch_mm_lookup(struct mm *mm, u64 va)
{
	int level;
	u64 desc = *slot_find(mm, va, &level);
	u64 size = level == 3 ? PAGE_SIZE : level == 2 ? BLOCK : GiB;

	if (!desc)
		return (struct mm_page){ .hole = size - va % size };
	return (struct mm_page){
		.hpa = { desc & PTE_ADDR },
		.size = size,
		.writable = desc & PTE_USER && !(desc & PTE_RDONLY),
	};
}

void arch_mm_unmap(struct mm *mm, u64 va, u64 size)
{
	int level;

	for (u64 end = va + size; va < end;
	     va += level == 2 ? BLOCK : PAGE_SIZE)
		*slot_find(mm, va, &level) = 0;
}

/* One by one what is little, everything of this program what is much. */
#define FLUSH_ALL_FROM (64 * PAGE_SIZE)

void arch_mm_flush(struct mm *mm, u64 start, u64 end)
{
	dsb_ishst();
	if (end - start >= FLUSH_ALL_FROM && end - start != BLOCK)
		tlbi_aside1is(mm->arch.asid);
	else if (end - start == BLOCK)
		tlbi_vae1is(mm->arch.asid, start);
	else
		for (; start < end; start += PAGE_SIZE)
			tlbi_vae1is(mm->arch.asid, start);
	dsb_ish();
	isb();
}

void arch_mm_switch(struct mm *mm)
{
	write_sysreg(TTBR0_EL2,
	             mm ? virt_to_phys(mm->arch.root) | mm->arch.asid << 48 :
	                  virt_to_phys(empty_root));
	isb();
}
