/*
 * buddy.h - memory in blocks of 2^order pages, aligned to their size.
 *
 * A free block's partner ("buddy") is the block of the same size with which
 * it makes up one of the next size: its number differs in one bit.  Freeing
 * merges as long as the buddy is free, too; so the same pages given back in
 * any order make up the same blocks again.
 *
 * Pure bookkeeping: no lock, no zeroing (frames.c has both).
 */
#pragma once

#include "lib/types.h"

#define BUDDY_ORDERS 11 /* orders 0 to 10: 4 KiB to 4 MiB */

/* A free block says in its first words who its neighbours in the list are. */
struct buddy_link {
	struct buddy_link *next, **back;
};

struct buddy {
	u8 *base;  /* of page 0; aligned to the largest block */
	u64 pages; /* from there on, holes included */
	u64 free;  /* of these, in the lists */
	u8 *state; /* of each page (buddy.c) */
	struct buddy_link *list[BUDDY_ORDERS];
};

/* buddy_init - nothing is free yet.  state: a byte per page. */
void buddy_init(struct buddy *b, void *base, u64 pages, u8 *state);
/* buddy_add - these pages are free from now on. */
void buddy_add(struct buddy *b, u64 first, u64 pages);
/* buddy_alloc - NULL if there is no such block. */
void *buddy_alloc(struct buddy *b, unsigned order);
/* buddy_free - a block, or false: it is not one of that size. */
bool buddy_free(struct buddy *b, void *p, unsigned order);
/* buddy_order - of the block that was allocated at p, or -1. */
int buddy_order(const struct buddy *b, const void *p);
/* buddy_split - make a block 2^order of single pages; false: it is none. */
bool buddy_split(struct buddy *b, void *p, unsigned order);
