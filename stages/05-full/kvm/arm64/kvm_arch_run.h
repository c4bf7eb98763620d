/*
 * kvm_arch_run.h - the run loop's way to the guest and back, for run.c.
 *
 * Inline: an exit that the kernel handles costs 250 instructions in all, and
 * each call would be two or three percent more.
 */
#pragma once

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/kvm/arm64/arm.h"

/* Without an ISB: the trace may be wrong by some instructions. */
static inline u64 kvm_arch_ticks(void)
{
	return read_sysreg(CNTPCT_EL0);
}

/* anchor: inline_seams */
/*
 * B14, only when something has changed: list registers and timers stay in the
 * CPU from load to put, over all exits in between.
 */
static inline void kvm_arch_flush(struct kvm_vcpu *v)
{
	if (v->arch.todo)
		kvm_flush(v);
}

/*
 * B12, B15.  A VMID was taken at load (vmid_update), and if no new generation
 * has begun since, it is still ours.  If one begins now, a rollover leaves
 * every CPU the VMID that it runs (vmid.c).
 */
static inline bool kvm_arch_entry_ok(struct kvm_vcpu *v)
{
	struct vmid *id = &v->kvm->arch.vm.vmid;

	if (id->generation != vmid_pool.generation)
		vmid_get(&vmid_pool, id, this_cpu()->id);
	return true;
}

/*
 * B17.  The switch runs with all of DAIF masked: a debug exception or SError
 * of ours between C4 and C13 would come with the guest's traps on.
 */
static inline void kvm_arch_enter(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;
	u64 daif = mask_all();
	u64 code = v->guest_debug ? kvm_run_debugged(v) : vcpu_run(cpu);

	write_daif(daif);
	v->arch.code = code;
}

/* B19. */
static inline u32 kvm_arch_exit_reason(const struct kvm_vcpu *v)
{
	return v->arch.code == EXIT_SYNC ? ESR_EC(v->arch.cpu.esr) :
	                                   REASON_OTHER + (v->arch.code & 3);
}

static inline u64 kvm_arch_exit_pc(const struct kvm_vcpu *v)
{
	return v->arch.cpu.pc;
}

/*
 * B20: what KVM reads back here after each exit, timer before vGIC, is read
 * when somebody asks (kvm_vgic_flush), in that order.
 */
static inline void kvm_arch_sync(struct kvm_vcpu *v)
{
	(void)v;
}

/* B21: stage 04's handle_exit, with the usual case of it here. */
static inline int kvm_arch_handle_exit(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;
	exit_handler *handle = kvm_exits.by_class[ESR_EC(cpu->esr)];
	enum handled done = v->arch.code == EXIT_SYNC && handle ?
	                            handle(cpu) :
	                            handle_exit(cpu, v->arch.code);

	return done == RESUME_GUEST ? 1 : v->arch.result;
}
/* end: inline_seams */
