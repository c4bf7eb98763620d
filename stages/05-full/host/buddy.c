/*
 * buddy.c - the buddy system; see buddy.h.
 */
#include "05-full/host/buddy.h"

/* Of a block's first page; all others have 0, and so have holes. */
#define STATE_FREE 0x40
#define STATE_USED 0x80

static u64 page_of(const struct buddy *b, const void *p)
{
	return ((u64)p - (u64)b->base) / PAGE_SIZE;
}

static void push(struct buddy *b, u64 page, unsigned order)
{
	struct buddy_link *l = (void *)(b->base + page * PAGE_SIZE);

	l->next = b->list[order];
	l->back = &b->list[order];
	if (l->next)
		l->next->back = &l->next;
	b->list[order] = l;
	b->state[page] = STATE_FREE | order;
	b->free += 1ul << order;
}

static void take_out(struct buddy *b, u64 page, unsigned order)
{
	struct buddy_link *l = (void *)(b->base + page * PAGE_SIZE);

	*l->back = l->next;
	if (l->next)
		l->next->back = l->back;
	b->state[page] = 0;
	b->free -= 1ul << order;
}

void buddy_init(struct buddy *b, void *base, u64 pages, u8 *state)
{
	*b = (struct buddy){ .base = base, .pages = pages, .state = state };
	for (u64 i = 0; i < pages; i++)
		state[i] = 0;
}

static void merge(struct buddy *b, u64 page, unsigned order)
{
	for (; order < BUDDY_ORDERS - 1; order++) {
		u64 other = page ^ (1ul << order);

		if (other >= b->pages ||
		    b->state[other] != (STATE_FREE | order))
			break;
		take_out(b, other, order);
		page = MIN(page, other);
	}
	push(b, page, order);
}

void buddy_add(struct buddy *b, u64 first, u64 pages)
{
	for (u64 i = 0; i < pages; i++)
		merge(b, first + i, 0);
}

void *buddy_alloc(struct buddy *b, unsigned order)
{
	unsigned o = order;
	u64 page;

	while (o < BUDDY_ORDERS && !b->list[o])
		o++;
	if (o >= BUDDY_ORDERS)
		return NULL;
	page = page_of(b, b->list[o]);
	take_out(b, page, o);
	while (o > order) {
		o--;
		push(b, page + (1ul << o), o); /* the upper half */
	}
	b->state[page] = STATE_USED | order;
	return b->base + page * PAGE_SIZE;
}

int buddy_order(const struct buddy *b, const void *p)
{
	u64 page = page_of(b, p);

	if (page >= b->pages || !(b->state[page] & STATE_USED))
		return -1;
	return b->state[page] & ~STATE_USED;
}

bool buddy_free(struct buddy *b, void *p, unsigned order)
{
	if (order >= BUDDY_ORDERS || (u64)p % PAGE_SIZE ||
	    buddy_order(b, p) != (int)order)
		return false;
	b->state[page_of(b, p)] = 0;
	merge(b, page_of(b, p), order);
	return true;
}

bool buddy_split(struct buddy *b, void *p, unsigned order)
{
	if (order >= BUDDY_ORDERS || buddy_order(b, p) != (int)order)
		return false;
	for (u64 i = 0; i < 1ul << order; i++)
		b->state[page_of(b, p) + i] = STATE_USED;
	return true;
}
