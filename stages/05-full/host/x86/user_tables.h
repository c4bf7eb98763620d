/*
 * user_tables.h - page tables of user programs: four levels, 4 KiB and 2 MiB.
 *
 * Entries 0 and 1 of each PML4 are the kernel's, the same tables for all.
 */
#pragma once

#include "05-full/host/mm.h"

/* tables_create - an empty address space: a PML4, or NULL without memory. */
u64 *tables_create(const u64 *kernel_pml4);
/* tables_free - all tables; what they map is the caller's. */
void tables_free(u64 *pml4);

/* As arch_mm_map, arch_mm_lookup and arch_mm_unmap (arch.h). */
int tables_map(u64 *pml4, u64 va, hpa_t hpa, u64 size, u32 prot);
struct mm_page tables_lookup(u64 *pml4, u64 va);
void tables_unmap(u64 *pml4, u64 va, u64 size);
