/*
 * page_tables.c - hostile: page tables with random entries; each is touched.
 * What is there may fault, or be a device, or nothing: the guest goes on.
 */
#include "page_tables.h"

#include "guest.h"
#include "lib/try.h"

static u64 table[WILD_TABLE_ENTRIES] __attribute__((aligned(4096)));
static volatile u64 *where;

static void touch(void)
{
	(void)*where;
}

int guest_main(void)
{
	u64 random = guest_number(1) * 2 + 1, faults = 0;

	guest_catch_exceptions();
	for (u64 i = 0; i < WILD_TABLE_ENTRIES; i++) {
		random ^= random >> 12;
		random ^= random << 25;
		random ^= random >> 27;
		table[i] = random * 0x2545f4914f6cdd1d;
	}
	wild_map(table);
	for (u64 i = 0; i < WILD_TABLE_ENTRIES; i++) {
		where = (volatile u64 *)wild_address(i);
		faults += guest_try(touch) != -1;
	}
	printk("%u wild entries touched, %lu faults\n", WILD_TABLE_ENTRIES,
	       faults);
	return 0;
}
