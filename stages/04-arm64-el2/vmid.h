/*
 * vmid.h - VMIDs: the tags by which the TLB tells guests apart (D5.10.2).
 *
 * There are 256 or 65536, and there may be more guests than that: they are
 * lent, not owned.  When all are lent, a new generation begins: every loan is
 * over, all TLBs forget all guests, and a guest that wants to run asks again.
 * A VMID that is in use on a CPU at that moment stays with its guest.
 */
#pragma once

#include "04-arm64-el2/layout.h"
#include "lib/spinlock.h"

#define VMID_MAX_BITS 16

/* In a struct vm. */
struct vmid {
	u64 generation; /* of the loan; 0: never had one */
	u32 id;         /* 1 and up; 0 is never given to a guest */
};

struct vmid_pool {
	struct spinlock lock;
	u32 end;        /* 1 to end - 1 are lent */
	u64 generation; /* starts at 1 */
	u64 rollovers;
	u32 next; /* search from here */
	u64 used[(1 << VMID_MAX_BITS) / 64];
	struct {
		u64 generation;
		u32 id;
	} active[MAX_CPUS],         /* what each CPU runs in this generation */
		reserved[MAX_CPUS]; /* what it ran when the last one ended */
};

/* vmid_init - lend VMIDs of this many bits, 2 to 16. */
void vmid_init(struct vmid_pool *p, unsigned bits);

/* vmid_get - the long way of vmid_update. */
void vmid_get(struct vmid_pool *p, struct vmid *v, unsigned cpu);

/*
 * vmid_update - make sure that v holds a VMID of the current generation, and
 * note that this CPU runs it.  Interrupts masked, before each entry (C4, B12).
 *
 * The short way: this CPU ran the same guest last, and no rollover came
 * between.  (One that comes right now finds the guest active here, and leaves
 * it its VMID.)
 */
static inline void vmid_update(struct vmid_pool *p, struct vmid *v,
                               unsigned cpu)
{
	if (__atomic_load_n(&p->active[cpu].id, __ATOMIC_RELAXED) != v->id ||
	    !v->id || v->generation != p->generation)
		vmid_get(p, v, cpu);
}

/* The seam: forget all guests' translations on all CPUs (tlb.c). */
void vmid_flush_all(void);

/* The machine's one pool. */
extern struct vmid_pool vmid_pool;
