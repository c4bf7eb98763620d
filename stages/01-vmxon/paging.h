/*
 * paging.h - the host's own page tables (SDM 4.5).
 */
#pragma once

#include "lib/types.h"

/*
 * paging_init - build tables that map the first 4 GiB onto themselves: code
 * may run and not be written, data the reverse, and under every CPU's stack
 * lies a page that faults.  Once, after pages_init.
 */
void paging_init(void);

/* paging_load - use them on the calling CPU. */
void paging_load(void);

/*
 * paging_boot_cr3 - boot.S's tables, in which all memory may run: a CPU that
 * starts in real mode needs them for its first instructions.
 */
u32 paging_boot_cr3(void);
