/*
 * region.c - the list of regions; see region.h.
 */
#include "05-full/host/region.h"

#include "05-full/host/file.h"
#include "05-full/host/memory.h"

struct region *region_find(struct region *list, u64 addr)
{
	for (; list && list->start <= addr; list = list->next)
		if (addr < list->end)
			return list;
	return NULL;
}

struct region *region_overlap(struct region *list, u64 start, u64 end)
{
	while (list && list->end <= start)
		list = list->next;
	return list && list->start < end ? list : NULL;
}

u64 region_gap(struct region *list, u64 size, u64 align, u64 from, u64 to)
{
	u64 at = ALIGN_UP(from, align);

	for (; list; list = list->next) {
		if (list->end <= at)
			continue;
		if (list->start >= at && list->start - at >= size)
			break;
		at = ALIGN_UP(list->end, align);
	}
	return at < to && to - at >= size ? at : 0;
}

void region_insert(struct region **list, struct region *r)
{
	while (*list && (*list)->start < r->start)
		list = &(*list)->next;
	r->next = *list;
	*list = r;
}

void region_remove(struct region **list, struct region *r)
{
	while (*list != r)
		list = &(*list)->next;
	*list = r->next;
}

int region_cut(struct region *list, u64 addr)
{
	struct region *r = region_find(list, addr), *rest;

	if (!r || r->start == addr)
		return 0;
	rest = kmalloc(sizeof(*rest));
	if (!rest)
		return -ENOMEM;
	*rest = *r;
	rest->start = addr;
	rest->offset += addr - r->start;
	if (rest->file)
		file_get(rest->file);
	r->end = addr;
	r->next = rest;
	return 0;
}

u32 region_count(const struct region *list)
{
	u32 n = 0;

	for (; list; list = list->next)
		n++;
	return n;
}
