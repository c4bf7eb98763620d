/*
 * wild.c - arm64: 512 GiB of random level 1 entries, two of them kept.
 */
#include "guest.h"
#include "page_tables.h"

#define BLOCK 1ul
#define TABLE 3ul
#define ACCESS_FLAG BIT(10)
#define INNER_SHAREABLE (3ul << 8)
#define ATTR_NORMAL (0ul << 2) /* MAIR_EL1: attribute 0 */
#define ATTR_DEVICE (1ul << 2)
#define MAIR 0x00ff
/* TCR_EL1: 39 bits below, 4 KiB, cached; 40-bit physical addresses. */
#define TCR (25ul | 1ul << 8 | 1ul << 10 | 3ul << 12 | 1ul << 23 | 2ul << 32)

void wild_map(u64 *table)
{
	for (u64 i = 2; i < WILD_TABLE_ENTRIES; i++)
		table[i] = i & 1 ? table[i] :
		                   (table[i] & 0x3fff000) | 0x40000000 | TABLE;
	table[0] = BLOCK | ACCESS_FLAG | ATTR_DEVICE; /* devices */
	table[1] = 0x40000000 | BLOCK | ACCESS_FLAG | INNER_SHAREABLE |
	           ATTR_NORMAL; /* the guest itself */
	mmu_on((u64)table, MAIR, TCR);
}

u64 wild_address(u64 n)
{
	return n < 2 ? 0x40000000 : n << 30 | (n * 0x12345678 & 0x3ffffff8);
}
