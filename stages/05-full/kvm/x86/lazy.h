/*
 * lazy.h - stage 03's switch.c for KVM: what is exchanged at load and put, and
 * what only for a guest that uses it (A14).
 *
 * Each exit to the VMM is a put and a load.  Most guests leave the debug
 * registers alone all the time, and SYSCALL's MSRs while they boot; others
 * write the latter once.  So their accesses exit, their values stand in
 * vcpu.state, and `held' says which of them this CPU must have:
 *
 *   STAR, LSTAR, CSTAR, FMASK   if the guest's EFER.SCE is 1 and the value is
 *                     not the host's; else SYSCALL is #UD, and nobody can tell
 *   TSC_AUX           if the value is not the host's
 *   DR0 to DR3        after a MOV DR, as long as DR7 or DR6 are not as after a
 *                     reset, or while the VMM has breakpoints in the guest
 *
 * KERNEL_GS_BASE is the guest's from load to put, always: SWAPGS does not exit.
 * So is DR6: a #DB in the guest writes it.  The host's values are the same on
 * all CPUs, and known: nothing of the host's is read.
 */
#pragma once

#include "01-vmxon/cpu.h"
#include "05-full/kvm/x86/x86.h"

#define DR6_RESET 0xffff0ff0

#define HELD_DEBUG BIT(SWITCHED_MSRS) /* the bits below: an MSR each */

/* lazy_cpu_init - this CPU's MSRs and DR6 become the host's; after cpus.c. */
void lazy_cpu_init(void);

/* lazy_update - the vCPU is loaded, and its EFER may have changed. */
void lazy_update(struct kvm_vcpu *v);

/* A switched MSR of a vCPU that is loaded.  false: #GP. */
bool lazy_get_msr(struct kvm_vcpu *v, u32 msr, u64 *value);
bool lazy_set_msr(struct kvm_vcpu *v, u32 msr, u64 value);
void lazy_msr_bitmap(void *page);

/* lazy_take_debug - the guest's DR0 to DR3 to this CPU; preemption is off. */
void lazy_take_debug(struct kvm_vcpu *v);

/* lazy_exit_on_dr - MOV DR of the loaded vCPU exits, or does not. */
void lazy_exit_on_dr(bool on);

void lazy_held_to_guest(struct kvm_vcpu *v);
void lazy_held_to_host(struct kvm_vcpu *v);

/* anchor: lazy */
static inline void lazy_to_guest(struct kvm_vcpu *v)
{
	struct switch_state *s = &v->arch.vcpu.state;
	const u64 *gs = &s->guest_msr[SWITCHED_IA32_KERNEL_GS_BASE];

	switch_fx_to_guest(s);
	if (*gs) /* the host's is 0: no program of ours has a GS base */
		wrmsr_from(IA32_KERNEL_GS_BASE, gs);
	if (v->arch.held)
		lazy_held_to_guest(v);
}

static inline void lazy_to_host(struct kvm_vcpu *v)
{
	struct switch_state *s = &v->arch.vcpu.state;
	u64 *gs = &s->guest_msr[SWITCHED_IA32_KERNEL_GS_BASE];

	rdmsr_to(IA32_KERNEL_GS_BASE, gs);
	if (*gs)
		wrmsr(IA32_KERNEL_GS_BASE, 0);
	if (v->arch.held | (read_dr6() ^ DR6_RESET))
		lazy_held_to_host(v);
	switch_fx_to_host(s);
	cpu_load_tables(); /* the limits, as in switch.c */
}
/* end: lazy */
