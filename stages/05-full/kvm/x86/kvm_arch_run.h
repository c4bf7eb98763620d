/*
 * kvm_arch_run.h - the run loop's way to the guest and back, for run.c.
 */
#pragma once

#include "01-vmxon/insn.h"
#include "05-full/kvm/kvm.h"

void kvm_flush_rare(struct kvm_vcpu *v);
void kvm_arch_enter(struct kvm_vcpu *v);
int kvm_arch_handle_exit(struct kvm_vcpu *v);

/* B14: the preemption timer after a tick, and single step. */
static inline void kvm_arch_flush(struct kvm_vcpu *v)
{
	if (v->arch.timer_stale | v->guest_debug)
		kvm_flush_rare(v);
}

static inline bool kvm_arch_entry_ok(struct kvm_vcpu *v)
{
	(void)v;
	return true; /* requests say it all */
}

static inline void kvm_arch_sync(struct kvm_vcpu *v)
{
	(void)v; /* all is in the VMCS, and stays there until vcpu_put */
}

static inline u64 kvm_arch_ticks(void)
{
	return rdtsc();
}

static inline u32 kvm_arch_exit_reason(const struct kvm_vcpu *v)
{
	return v->exit_reason;
}

static inline u64 kvm_arch_exit_pc(const struct kvm_vcpu *v)
{
	return v->exit_pc;
}
