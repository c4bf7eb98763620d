/*
 * kmalloc.c - small pieces of memory: pages cut into pieces of one size.
 *
 * Sizes are powers of two from 32 to 1024; anything larger is whole frames,
 * which begin at a page's start, as no small piece does: a page of pieces
 * begins with its struct slab.  An empty page is given back at once, so that
 * the count of free pages tells about leaks.
 */
#include "05-full/host/lock.h"
#include "05-full/host/memory.h"
#include "lib/panic.h"
#include "lib/string.h"

#define SMALLEST_SHIFT 5
#define CLASSES 6
#define LARGEST_PIECE (1ul << (SMALLEST_SHIFT + CLASSES - 1))

struct piece {
	struct piece *next;
};

/* At the start of its page. */
struct slab {
	struct slab *next, **back; /* slabs of this class with free pieces */
	struct piece *free;
	u32 used, class;
} __attribute__((aligned(32)));

static struct slab *slabs[CLASSES];
static struct spinlock slab_lock;

static unsigned class_of(u64 size)
{
	unsigned class = 0;

	while ((1ul << (SMALLEST_SHIFT + class)) < size)
		class ++;
	return class;
}

static void slab_list(struct slab *s)
{
	s->next = slabs[s->class];
	s->back = &slabs[s->class];
	if (s->next)
		s->next->back = &s->next;
	slabs[s->class] = s;
}

static void slab_unlist(struct slab *s)
{
	*s->back = s->next;
	if (s->next)
		s->next->back = s->back;
}

static struct slab *slab_create(unsigned class)
{
	u64 size = 1ul << (SMALLEST_SHIFT + class);
	struct slab *s = frames_alloc(0);

	if (!s)
		return NULL;
	s->class = class;
	for (u64 at = MAX(size, sizeof(*s)); at + size <= PAGE_SIZE;
	     at += size) {
		struct piece *p = (void *)((u8 *)s + at);

		p->next = s->free;
		s->free = p;
	}
	return s;
}

static void *slab_take(unsigned class)
{
	u64 flags = spin_lock_irq(&slab_lock);
	struct slab *s = slabs[class];
	struct piece *p = NULL;

	if (s) {
		p = s->free;
		s->free = p->next;
		s->used++;
		if (!s->free)
			slab_unlist(s);
	}
	spin_unlock_irq(&slab_lock, flags);
	return p;
}

static void slab_add(struct slab *s)
{
	u64 flags = spin_lock_irq(&slab_lock);

	slab_list(s);
	spin_unlock_irq(&slab_lock, flags);
}

void *kmalloc(u64 size)
{
	unsigned class = class_of(MIN(size, LARGEST_PIECE)), order = 0;
	void *p;

	if (size > LARGEST_PIECE) {
		while (order <= 10 && PAGE_SIZE << order < size)
			order++;
		return order <= 10 ? frames_alloc(order) : NULL;
	}
	while (!(p = slab_take(class))) {
		struct slab *s = slab_create(class);

		if (!s)
			return NULL;
		slab_add(s);
	}
	return memset(p, 0, 1ul << (SMALLEST_SHIFT + class));
}

/* True: this was the slab's last piece. */
static bool slab_give(struct slab *s, struct piece *p)
{
	u64 flags = spin_lock_irq(&slab_lock);
	bool was_full = !s->free, empty;

	p->next = s->free;
	s->free = p;
	empty = !--s->used;
	if (was_full && !empty)
		slab_list(s);
	else if (!was_full && empty)
		slab_unlist(s);
	spin_unlock_irq(&slab_lock, flags);
	return empty;
}

void kfree(void *p)
{
	struct slab *s = (void *)ALIGN_DOWN((u64)p, PAGE_SIZE);

	if (!p)
		return;
	if ((void *)s == p) {
		int order = frames_order(p);

		if (order < 0)
			panic("kfree of 0x%lx: nothing there", (u64)p);
		frames_free(p, (unsigned)order);
	} else if (slab_give(s, p)) {
		frames_free(s, 0);
	}
}
