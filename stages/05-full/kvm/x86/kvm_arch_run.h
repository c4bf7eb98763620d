/*
 * kvm_arch_run.h - the run loop's way to the guest and back, for run.c.
 */
#pragma once

#include "05-full/host/time.h"
#include "05-full/kvm/kvm.h"

void kvm_arch_flush(struct kvm_vcpu *v);
bool kvm_arch_entry_ok(struct kvm_vcpu *v);
void kvm_arch_enter(struct kvm_vcpu *v);
void kvm_arch_sync(struct kvm_vcpu *v);
int kvm_arch_handle_exit(struct kvm_vcpu *v);

static inline u64 kvm_arch_ticks(void)
{
	return arch_ticks();
}

static inline u32 kvm_arch_exit_reason(const struct kvm_vcpu *v)
{
	return v->exit_reason;
}

static inline u64 kvm_arch_exit_pc(const struct kvm_vcpu *v)
{
	return v->exit_pc;
}
