/*
 * frames.c - all pages of the machine, given out by the buddy system.
 */
#include "05-full/host/buddy.h"
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"
#include "lib/panic.h"

static struct buddy buddy;
static struct spinlock frames_lock;

#define LARGEST (PAGE_SIZE << (BUDDY_ORDERS - 1))

/* Where all of it begins and ends, and the piece that holds the states. */
static u64 survey(hpa_t *lowest, hpa_t *states)
{
	u64 top = 0, size, largest = 0;
	hpa_t start;

	lowest->v = ~0ul;
	for (unsigned n = 0; arch_memory(n, &start, &size); n++) {
		lowest->v = MIN(lowest->v, ALIGN_DOWN(start.v, LARGEST));
		top = MAX(top, start.v + size);
		if (size > largest) {
			largest = size;
			*states = start;
		}
	}
	return top ? (top - lowest->v) / PAGE_SIZE : 0;
}

void frames_init(void)
{
	hpa_t lowest, states = { 0 }, start;
	u64 pages = survey(&lowest, &states), size;

	if (!pages)
		stage_failed("the boot loader left no free memory");
	buddy_init(&buddy, arch_hpa_to_virt(lowest), pages,
	           arch_hpa_to_virt(states));
	for (unsigned n = 0; arch_memory(n, &start, &size); n++) {
		if (start.v == states.v) {
			start.v += ALIGN_UP(pages, PAGE_SIZE);
			size -= ALIGN_UP(pages, PAGE_SIZE);
		}
		buddy_add(&buddy, (start.v - lowest.v) / PAGE_SIZE,
		          size / PAGE_SIZE);
	}
}

void *frames_alloc(unsigned order)
{
	u64 flags = spin_lock_irq(&frames_lock);
	void *p = buddy_alloc(&buddy, order);

	spin_unlock_irq(&frames_lock, flags);
	if (p)
		arch_clear_pages(p, PAGE_SIZE << order);
	return p;
}

void frames_free(void *p, unsigned order)
{
	u64 flags = spin_lock_irq(&frames_lock);
	bool ok = buddy_free(&buddy, p, order);

	spin_unlock_irq(&frames_lock, flags);
	if (!ok)
		panic("frames_free of 0x%lx: no block of order %u there",
		      (u64)p, order);
}

void frames_split(void *p, unsigned order)
{
	u64 flags = spin_lock_irq(&frames_lock);
	bool ok = buddy_split(&buddy, p, order);

	spin_unlock_irq(&frames_lock, flags);
	assert(ok);
}

int frames_order(const void *p)
{
	return buddy_order(&buddy, p);
}

u64 frames_free_count(void)
{
	return buddy.free;
}
