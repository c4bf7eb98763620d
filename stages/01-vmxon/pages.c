/*
 * pages.c - a bump allocator with a list of returned pages.
 */
#include "01-vmxon/pages.h"

#include "lib/panic.h"
#include "lib/spinlock.h"
#include "lib/string.h"

struct free_page {
	struct free_page *next;
};

static struct spinlock lock;
static struct free_page *returned;
static u64 returned_count;
static u64 next, end;

/* Who has taken over; NULL: nobody. */
static void *(*alloc_elsewhere)(void);
static void (*free_elsewhere)(void *);

void pages_init(u64 from, u64 top)
{
	next = ALIGN_UP(from, PAGE_SIZE);
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

	if (alloc_elsewhere) {
		p = alloc_elsewhere();
		if (!p)
			panic("out of memory: 4 KiB wanted, nothing left");
		return p;
	}
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

	if (free_elsewhere) {
		free_elsewhere(page);
		return;
	}
	spin_lock(&lock);
	p->next = returned;
	returned = p;
	returned_count++;
	spin_unlock(&lock);
}

void *pages_take_rest(u64 *size, void *(*alloc)(void), void (*free)(void *))
{
	u64 start = next;

	*size = end - next;
	next = end;
	alloc_elsewhere = alloc;
	free_elsewhere = free;
	return (void *)start;
}

u64 pages_free_bytes(void)
{
	return end - next + returned_count * PAGE_SIZE;
}
