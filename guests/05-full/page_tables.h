/*
 * page_tables.h - the seam of page_tables.c.
 */
#pragma once

#include "lib/types.h"

#define WILD_TABLE_ENTRIES 512

/*
 * wild_map - switch to page tables in which [wild_base, + 512 GiB) is what the
 * random numbers in table say; the rest stays as it is.
 */
void wild_map(u64 *table);

/* wild_address - an address that the n-th entry maps. */
u64 wild_address(u64 n);
