/*
 * page.c - pages for tables and guests: a bump pointer and a free list.
 */
#include "04-arm64-el2/page.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/stage2.h"
#include "lib/panic.h"
#include "lib/string.h"

static struct spinlock lock;
static u64 next, end;   /* virtual */
static void *free_list; /* single pages, linked through their first word */
const struct page_source *page_source;

void page_init(void)
{
	u64 image = ALIGN_UP(virt_to_phys(image_end), 2 * MiB);

	for (unsigned i = 0; i < machine.nr_banks; i++) {
		u64 base = machine.bank[i].base;
		u64 top = base + machine.bank[i].size;

		if (base <= image && image < top) {
			next = (u64)phys_to_virt(image);
			end = (u64)phys_to_virt(top);
		}
	}
	if (!end)
		stage_failed("this kernel is in no memory that the device "
		             "tree names");
}

void *page_alloc(unsigned n)
{
	void *p = NULL;

	if (page_source)
		return page_source->take(n);
	spin_lock(&lock);
	if (n == 1 && free_list) {
		p = free_list;
		free_list = *(void **)p;
	} else if (ALIGN_UP(next, n * PAGE_SIZE) + n * PAGE_SIZE <= end) {
		p = (void *)ALIGN_UP(next, n * PAGE_SIZE);
		next = (u64)p + n * PAGE_SIZE;
	}
	spin_unlock(&lock);
	return p ? memset(p, 0, n * PAGE_SIZE) : NULL;
}

void page_free(void *p, unsigned n)
{
	if (page_source) {
		page_source->give(p, n);
		return;
	}
	spin_lock(&lock);
	for (unsigned i = 0; i < n; i++) {
		void **page = (void **)((char *)p + i * PAGE_SIZE);

		*page = free_list;
		free_list = page;
	}
	spin_unlock(&lock);
}

u64 page_to_phys(const void *p)
{
	return virt_to_phys(p);
}

void *page_from_phys(u64 pa)
{
	return phys_to_virt(pa);
}
