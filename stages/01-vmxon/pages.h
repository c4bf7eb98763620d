/*
 * pages.h - the machine's memory, in pages of 4 KiB.
 *
 * Memory is mapped where it is: an hpa_t is also a pointer (below 4 GiB).
 */
#pragma once

#include "lib/types.h"

/* Below this a stage does not try. */
#define PAGES_MIN_MEMORY (24 * MiB)

static inline void *hpa_to_ptr(hpa_t pa)
{
	return (void *)pa.v;
}

static inline hpa_t ptr_to_hpa(const void *p)
{
	return (hpa_t){ (u64)p };
}

/* pages_init - take over the memory from..top (bytes; whole pages of it). */
void pages_init(u64 from, u64 top);

/*
 * pages_take_rest - the memory not handed out so far is the caller's from now
 * on; *size bytes.  alloc and free serve page_alloc (NULL: no memory) and
 * page_free afterwards.
 */
void *pages_take_rest(u64 *size, void *(*alloc)(void), void (*free)(void *));

/* page_alloc - a page full of zeros; panics when memory is used up. */
void *page_alloc(void);

/* page_free - give a page of page_alloc back. */
void page_free(void *page);

/*
 * pages_alloc_block - size bytes of zeros, aligned to align (a power of two,
 * 4 KiB or more).  Such a block is never given back.
 */
void *pages_alloc_block(u64 size, u64 align);

/* pages_free_bytes - how much is left. */
u64 pages_free_bytes(void);
