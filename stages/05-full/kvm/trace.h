/*
 * trace.h - noting entries and exits (B16, B19): a few stores each.
 */
#pragma once

#include "05-full/kvm/kvm.h"
#include "05-full/kvm/stat.h"
#include "kvm_arch_run.h"

#define TRACE_RING 256 /* a power of 2 */
#define EXIT_REASONS 128

struct exit_count {
	u64 count, ticks;
};

struct exit_note {
	u64 entered, left, pc, reason; /* reason: NOT_YET in a new ring */
};
#define NOT_YET (~0ul)

/* Of a vCPU; allocated with it.  What each exit needs comes first. */
struct kvm_stat {
	u64 left;                /* the latest exit, in ticks */
	struct exit_count *last; /* of its reason */
	struct exit_note *at;    /* the next one's place */
	u64 threads, first;
	struct exit_count by[EXIT_REASONS], none;
	struct exit_note ring[TRACE_RING] __attribute__((
		aligned(TRACE_RING * sizeof(struct exit_note))));
};

#define STAT_ORDER 2
_Static_assert(sizeof(struct kvm_stat) <= PAGE_SIZE << STAT_ORDER, "");

/* What the last exit cost is known only at the next entry. */
static inline void trace_entry(struct kvm_vcpu *v)
{
	struct kvm_stat *s = v->stat;
	u64 now = kvm_arch_ticks();

	s->at->entered = now;
	s->last->ticks += now - s->left;
}

/* The place behind it, or the first again: only the low bits of a pointer. */
static inline struct exit_note *next_note(struct exit_note *at)
{
	const u64 mask = sizeof(((struct kvm_stat *)0)->ring) - 1;
	u64 p = (u64)at;

	_Static_assert(!(sizeof(((struct kvm_stat *)0)->ring) &
	                 (sizeof(((struct kvm_stat *)0)->ring) - 1)),
	               "a power of 2");
	return (struct exit_note *)((p & ~mask) | ((p + sizeof(*at)) & mask));
}

static inline void trace_exit(struct kvm_vcpu *v)
{
	struct kvm_stat *s = v->stat;
	struct exit_note *n = s->at;
	struct exit_count *by;
	u32 reason = kvm_arch_exit_reason(v);
	u64 now = kvm_arch_ticks();

	n->left = s->left = now;
	n->pc = kvm_arch_exit_pc(v);
	n->reason = reason;
	s->at = next_note(n);
	by = &s->by[reason];
	by->count++;
	s->last = by;
}

/* trace_init - of a new vCPU. */
void trace_init(struct kvm_stat *s);

/* The ioctls of stat.h; the vCPU may be running. */
s64 kvm_stat_ioctl(struct kvm_vcpu *v, u32 request, u64 arg);
