/*
 * vpid.c - lending VPIDs; see vpid.h for the idea.
 */
#include "05-full/kvm/x86/vpid.h"

/* Generations are numbered through, over all CPUs. */
static u64 generations;

/* anchor: lend */
void vpid_begin(struct vpid_pool *p)
{
	p->generation = __atomic_add_fetch(&generations, 1, __ATOMIC_RELAXED);
	p->last = 0;
}

bool vpid_lend(struct vpid_pool *p, struct vpid *v, u32 limit)
{
	bool full = p->last >= limit;

	if (full) {
		vpid_begin(p);
		p->rollovers++;
	}
	v->id = (u16)++p->last;
	v->generation = p->generation;
	return full;
}
/* end: lend */
