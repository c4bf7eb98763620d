/*
 * trace.h - noting entries and exits (B16, B19): a few stores each.
 */
#pragma once

#include "05-full/kvm/kvm.h"
#include "05-full/kvm/stat.h"

#define TRACE_RING 256 /* a power of 2 */
#define EXIT_REASONS 128

/* Of a vCPU; allocated with it. */
struct kvm_stat {
	u64 entered, left; /* the latest entry and exit, ticks */
	u64 guest_ticks, threads;
	u32 reason; /* of the latest exit */
	u64 entries;
	struct {
		u64 count, ticks;
	} by[EXIT_REASONS];
	struct {
		u64 entered, left, pc;
		u32 reason;
	} ring[TRACE_RING];
};

_Static_assert(sizeof(struct kvm_stat) <= 4 * PAGE_SIZE, "STAT_ORDER");
#define STAT_ORDER 2

/* What the last exit cost is known only at the next entry. */
static inline void trace_entry(struct kvm_vcpu *v)
{
	struct kvm_stat *s = v->stat;

	s->entered = arch_ticks();
	s->by[s->reason].count++;
	s->by[s->reason].ticks += s->entered - s->left;
}

static inline void trace_exit(struct kvm_vcpu *v)
{
	struct kvm_stat *s = v->stat;
	unsigned i = s->entries++ % TRACE_RING;

	s->left = arch_ticks();
	s->guest_ticks += s->left - s->entered;
	s->reason = v->exit_reason;
	s->ring[i].entered = s->entered;
	s->ring[i].left = s->left;
	s->ring[i].pc = v->exit_pc;
	s->ring[i].reason = v->exit_reason;
}

/* The ioctls of stat.h; -ENOIOCTLCMD: not one of them. */
s64 kvm_stat_ioctl(struct kvm_vcpu *v, u32 request, u64 arg);
