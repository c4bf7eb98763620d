/*
 * mm_pages.c - what lies in a region: pages on first touch, and away again.
 */
#include "05-full/host/mm_pages.h"

#include "05-full/host/arch.h"
#include "05-full/host/memory.h"
#include "05-full/host/region.h"
#include "lib/string.h"

#define BLOCK (PAGE_SIZE << BLOCK_ORDER)

static unsigned order_of(u64 size)
{
	return size == BLOCK ? BLOCK_ORDER : 0;
}

void mm_notify(struct mm *mm, u64 start, u64 end)
{
	for (struct mm_notifier *n = mm->notifiers; n; n = n->next)
		n->invalidate(n, start, end);
}

/* A frame of its own for [va, va + size): 0, -ENOMEM, -EEXIST. */
static int add_frame(struct mm *mm, struct region *r, u64 va, u64 size,
                     struct mm_page *page)
{
	void *frame = frames_alloc(order_of(size));
	int err;

	if (!frame)
		return -ENOMEM;
	page->hpa = arch_virt_to_hpa(frame);
	page->size = size;
	page->writable = r->prot & PROT_W;
	err = arch_mm_map(mm, va, page->hpa, size, r->prot);
	if (err)
		frames_free(frame, order_of(size));
	return err;
}

static int add_file_page(struct mm *mm, struct region *r, u64 va,
                         struct mm_page *page)
{
	u64 n = (r->offset + va - r->start) / PAGE_SIZE;
	void *frame = r->file->ops->mmap_page ?
	                      r->file->ops->mmap_page(r->file, n) :
	                      NULL;

	if (!frame)
		return -EFAULT;
	page->hpa = arch_virt_to_hpa(frame);
	page->size = PAGE_SIZE;
	page->writable = r->prot & PROT_W;
	return arch_mm_map(mm, va, page->hpa, PAGE_SIZE, r->prot);
}

int mm_populate(struct mm *mm, struct region *r, u64 va, struct mm_page *page)
{
	u64 block = ALIGN_DOWN(va, BLOCK);

	va = ALIGN_DOWN(va, PAGE_SIZE);
	*page = arch_mm_lookup(mm, va);
	if (page->size)
		return 0;
	if (r->shared)
		return add_file_page(mm, r, va, page);
	if (r->start <= block && block + BLOCK <= r->end &&
	    !add_frame(mm, r, block, BLOCK, page))
		return 0;
	return add_frame(mm, r, va, PAGE_SIZE, page);
}

void mm_pages_drop(struct mm *mm, struct region *r, u64 start, u64 end)
{
	for (u64 va = start; va < end;) {
		struct mm_page page = arch_mm_lookup(mm, va);

		if (!page.size) {
			va += page.hole ? page.hole : PAGE_SIZE;
			continue;
		}
		arch_mm_unmap(mm, va, page.size);
		arch_mm_flush(mm, va, va + page.size);
		if (!r->shared)
			frames_free(arch_hpa_to_virt(page.hpa),
			            order_of(page.size));
		va += page.size;
	}
}

void mm_pages_protect(struct mm *mm, u64 start, u64 end, u32 prot)
{
	for (u64 va = start; va < end;) {
		struct mm_page page = arch_mm_lookup(mm, va);

		if (!page.size) {
			va += page.hole ? page.hole : PAGE_SIZE;
			continue;
		}
		(void)arch_mm_map(mm, va, page.hpa, page.size, prot);
		va += page.size;
	}
	arch_mm_flush(mm, start, end);
}

/* The same memory, mapped by pages.  Only taking a table can fail. */
int mm_pages_cut(struct mm *mm, u64 addr)
{
	u64 block = ALIGN_DOWN(addr, BLOCK);
	struct mm_page page = arch_mm_lookup(mm, block);
	struct region *r = region_find(mm->regions, block);
	int err;

	if (block == addr || page.size != BLOCK || !r)
		return 0;
	mm_notify(mm, block, block + BLOCK);
	arch_mm_unmap(mm, block, BLOCK);
	arch_mm_flush(mm, block, block + BLOCK);
	for (u64 at = 0; at < BLOCK; at += PAGE_SIZE) {
		hpa_t hpa = { page.hpa.v + at };

		err = arch_mm_map(mm, block + at, hpa, PAGE_SIZE, r->prot);
		if (err && !at) {
			/* The block's own entry is free: this cannot fail. */
			arch_mm_map(mm, block, page.hpa, BLOCK, r->prot);
			return err;
		}
	}
	frames_split(arch_hpa_to_virt(page.hpa), BLOCK_ORDER);
	return 0;
}

int mm_pages_copy(struct mm *from, struct mm *to, struct region *r)
{
	for (u64 va = r->start; va < r->end;) {
		struct mm_page page = arch_mm_lookup(from, va), copy;
		int err;

		if (!page.size) {
			va += page.hole ? page.hole : PAGE_SIZE;
			continue;
		}
		err = add_frame(to, r, va, page.size, &copy);
		if (err)
			return err;
		memcpy(arch_hpa_to_virt(copy.hpa), arch_hpa_to_virt(page.hpa),
		       page.size);
		va += page.size;
		cond_resched();
	}
	return 0;
}
