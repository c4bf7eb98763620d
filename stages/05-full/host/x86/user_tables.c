/*
 * user_tables.c - page tables of user programs (SDM 4.5).  Pure.
 *
 * A table stays until its address space goes, so nobody ever walks a table
 * that somebody else is freeing.
 */
#include "05-full/host/x86/user_tables.h"

#include "05-full/host/memory.h"
#include "lib/errno.h"

#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)
#define PTE_LARGE BIT(7)
#define PTE_NO_ACCESS BIT(9) /* ours: a page is here, but PROT_NONE */
#define PTE_XD BIT(63)
#define PTE_ADDRESS MASK(51, 12)

#define LARGE (2 * MiB)
#define KERNEL_SLOTS 2

static u64 *user_table(u64 entry)
{
	return arch_hpa_to_virt((hpa_t){ entry & PTE_ADDRESS });
}

static bool maps_memory(u64 entry, unsigned level)
{
	return level == 1 || entry & PTE_LARGE;
}

/* The entry for va at a level: 1 maps 4 KiB, 2 maps 2 MiB; or NULL. */
static u64 *find_entry(u64 *table, u64 va, unsigned level, bool create)
{
	for (unsigned l = 4;; l--) {
		u64 *e = &table[va >> (12 + 9 * (l - 1)) & 511];

		if (l == level)
			return e;
		if (!*e && create) {
			void *new = frames_alloc(0);

			if (!new)
				return NULL;
			*e = arch_virt_to_hpa(new).v | PTE_P | PTE_W | PTE_U;
		}
		if (!*e || maps_memory(*e, l))
			return NULL;
		table = user_table(*e);
	}
}

static u64 leaf_bits(u32 prot)
{
	u64 bits = PTE_P | PTE_U;

	if (!prot)
		return PTE_NO_ACCESS;
	if (prot & PROT_W)
		bits |= PTE_W;
	if (!(prot & PROT_X))
		bits |= PTE_XD;
	return bits;
}

int tables_map(u64 *pml4, u64 va, hpa_t hpa, u64 size, u32 prot)
{
	u64 *pd, *e;

	pd = e = find_entry(pml4, va, 2, true);
	if (!pd)
		return -ENOMEM;
	if (size == LARGE) {
		if (*e && !maps_memory(*e, 2))
			return -EEXIST;
		*e = hpa.v | leaf_bits(prot) | PTE_LARGE;
		return 0;
	}
	if (*pd && maps_memory(*pd, 2))
		return -EEXIST;
	e = find_entry(pml4, va, 1, true);
	if (!e)
		return -ENOMEM;
	*e = hpa.v | leaf_bits(prot);
	return 0;
}

/* The lowest entry for va that there is, and how much it stands for. */
static u64 *find_leaf(u64 *pml4, u64 va, u64 *size)
{
	u64 *table = pml4;

	for (unsigned l = 4;; l--) {
		u64 *e = &table[va >> (12 + 9 * (l - 1)) & 511];

		*size = 1ul << (12 + 9 * (l - 1));
		if (!*e || maps_memory(*e, l))
			return e;
		table = user_table(*e);
	}
}

struct mm_page tables_lookup(u64 *pml4, u64 va)
{
	u64 size, e = *find_leaf(pml4, va, &size);

	if (!e)
		return (struct mm_page){ .hole = size - va % size };
	return (struct mm_page){
		.hpa = { ALIGN_DOWN(e & PTE_ADDRESS, size) },
		.size = size,
		.writable = e & PTE_W,
	};
}

void tables_unmap(u64 *pml4, u64 va, u64 size)
{
	u64 mapped, *e = find_leaf(pml4, va, &mapped);

	if (mapped == size)
		*e = 0;
}

u64 *tables_create(const u64 *kernel_pml4)
{
	u64 *pml4 = frames_alloc(0);

	for (unsigned i = 0; pml4 && i < KERNEL_SLOTS; i++)
		pml4[i] = kernel_pml4[i];
	return pml4;
}

static void free_tables(u64 *table, unsigned level, unsigned first)
{
	for (unsigned i = first; i < 512; i++)
		if (table[i] && !maps_memory(table[i], level))
			free_tables(user_table(table[i]), level - 1, 0);
	frames_free(table, 0);
}

void tables_free(u64 *pml4)
{
	free_tables(pml4, 4, KERNEL_SLOTS);
}
