/*
 * pages.c - a bump allocator with a list of returned pages.
 */
#include "01-vmxon/pages.h"

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "lib/string.h"

extern u8 __image_end[];

struct free_page {
	struct free_page *next;
};

static struct spinlock lock;
static struct free_page *returned;
static u64 returned_count;
static u64 next, end;

void pages_init(u64 top)
{
	next = (u64)__image_end;
	end = ALIGN_DOWN(MIN(top, 3 * GiB), PAGE_SIZE);
}

void *pages_alloc_block(u64 size, u64 align)
{
	u64 at;

	spin_lock(&lock);
	at = ALIGN_UP(next, align);
	if (at + size > end) {
		spin_unlock(&lock);
		panic("out of memory: %lu KiB wanted, %lu KiB left",
		      size / KiB, pages_free_bytes() / KiB);
	}
	next = ALIGN_UP(at + size, PAGE_SIZE);
	spin_unlock(&lock);
	return memset((void *)at, 0, size);
}

void *page_alloc(void)
{
	struct free_page *p;

	spin_lock(&lock);
	p = returned;
	if (p) {
		returned = p->next;
		returned_count--;
	}
	spin_unlock(&lock);
	if (p)
		return memset(p, 0, PAGE_SIZE);
	return pages_alloc_block(PAGE_SIZE, PAGE_SIZE);
}

void page_free(void *page)
{
	struct free_page *p = page;

	spin_lock(&lock);
	p->next = returned;
	returned = p;
	returned_count++;
	spin_unlock(&lock);
}

u64 pages_free_bytes(void)
{
	return end - next + returned_count * PAGE_SIZE;
}
