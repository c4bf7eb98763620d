/*
 * memory.h - the kernel's memory: pages by a buddy system, and small pieces.
 */
#pragma once

#include "lib/types.h"

/* frames_init - all memory that the earlier stages' allocators did not use. */
void frames_init(void);
/* frames_alloc - 2^order zeroed pages, aligned to their size; or NULL. */
void *frames_alloc(unsigned order);
void frames_free(void *p, unsigned order);
/* frames_order - of the block that was allocated at p; -1: none was. */
int frames_order(const void *p);
/* frames_free_count - pages; the same before and after, or something leaked. */
u64 frames_free_count(void);

#define BLOCK_ORDER 9 /* 2 MiB */

/* kmalloc - zeroed, aligned to 16; NULL if there is no memory.  kfree(NULL) is allowed. */
void *kmalloc(u64 size);
void kfree(void *p);

/* frames_split - a block becomes 2^order pages, to be freed one by one. */
void frames_split(void *p, unsigned order);

/* Seams: the n-th piece of free memory, whole pages; false: no more. */
bool arch_memory(unsigned n, hpa_t *start, u64 *size);
void arch_clear_pages(void *p, u64 size);
/* Where a frame is. */
hpa_t arch_virt_to_hpa(const void *p);
void *arch_hpa_to_virt(hpa_t pa);
