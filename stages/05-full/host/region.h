/*
 * region.h - the list of an address space's regions: searching, cutting.
 * Pure: memory comes from kmalloc, the rest is arithmetic.
 */
#pragma once

#include "05-full/host/mm.h"

/* region_find - the region that contains addr, or NULL. */
struct region *region_find(struct region *list, u64 addr);
/* region_overlap - the first region of which something is in [start, end). */
struct region *region_overlap(struct region *list, u64 start, u64 end);
/* region_gap - size bytes that are free in [from, to), aligned; 0: none. */
u64 region_gap(struct region *list, u64 size, u64 align, u64 from, u64 to);
/* region_insert - there must be room. */
void region_insert(struct region **list, struct region *r);
/* region_remove - out of the list, not freed. */
void region_remove(struct region **list, struct region *r);
/*
 * region_cut - if addr lies inside of a region, make it two that meet there.
 * 0 or -ENOMEM.  The second half gets a reference of the file.
 */
int region_cut(struct region *list, u64 addr);
u32 region_count(const struct region *list);
