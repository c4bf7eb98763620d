/*
 * wild.c - x86: 512 GiB of random 1 GiB entries.
 */
#include "guest.h"
#include "page_tables.h"

#define PML4 0x2000ul /* where the VMM put it */
#define SLOT 5        /* of the PML4 */
#define PRESENT_WRITE 3

void wild_map(u64 *table)
{
	u64 *pml4 = (u64 *)PML4;

	/* Some are tables in RAM, which are no tables; some large pages. */
	for (u64 i = 0; i < WILD_TABLE_ENTRIES; i++)
		table[i] = i & 1 ? table[i] :
		                   (table[i] & 0x3fff000) | PRESENT_WRITE;
	pml4[SLOT] = (u64)table | PRESENT_WRITE;
	write_cr3(PML4);
}

u64 wild_address(u64 n)
{
	return (u64)SLOT << 39 | n << 30 | (n * 0x12345678 & 0x3ffffff8);
}
