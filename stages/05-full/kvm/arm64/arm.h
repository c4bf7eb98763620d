/*
 * arm.h - KVM's arm64 files among themselves.
 */
#pragma once

#include "04-arm64-el2/exit.h"
#include "05-full/kvm/kvm.h"

/* A handler of stage 04's kind gets the first member. */
static inline struct kvm_vcpu *to_kvm_vcpu(struct vcpu *v)
{
	_Static_assert(offsetof(struct kvm_vcpu, arch.cpu) == 0, "");
	return (struct kvm_vcpu *)v;
}

_Static_assert(offsetof(struct kvm, arch.vm) == 0, "");

/* Pointer authentication is only for who has asked for it (both or none). */
static inline bool kvm_has_keys(const struct kvm_vcpu *v)
{
	return v->arch.features & BIT(KVM_ARM_VCPU_PTRAUTH_ADDRESS);
}

/* What a handler answers when KVM_RUN shall return this (0 or -errno). */
static inline enum handled exit_to_vmm(struct kvm_vcpu *v, int result)
{
	v->arch.result = result;
	return EXIT_TO_CALLER;
}

/* vcpu.arch.todo: before the next entry (kvm_arch_flush, B14). */
#define TODO_VGIC BIT(0)  /* fold, fill the list registers */
#define TODO_ALARM BIT(1) /* the alarm is set, and not needed any more */

/* KVM_REQ_RESET - PSCI CPU_ON: begin where arch.reset says. */
#define KVM_REQ_RESET KVM_REQ_ARCH(0)

/* arm_vcpu.c: all registers as after a reset; loaded or not. */
void kvm_reset_vcpu(struct kvm_vcpu *v);

/* guest_memory.c: the VM's memory is to be mapped anew. */
void kvm_forget_memory(struct kvm *kvm);

/* enter.c: what is to do before an entry (kvm_arch_flush). */
void kvm_flush(struct kvm_vcpu *v);

/* Numbers for the trace: exception classes, then the other ways out. */
#define REASON_OTHER 64

/* exits.c */
extern const struct exit_table kvm_exits;

/* abort.c */
exit_handler kvm_handle_abort;
int kvm_complete_mmio(struct kvm_vcpu *v);

/* sysreg.c */
extern const struct sysreg_table kvm_sysregs;
exit_handler kvm_handle_sysreg;

/* psci_guest.c: an HVC with a function number in x0. */
exit_handler kvm_handle_hvc;
/* KVM_REQ_RESET: before the guest runs, and before the VMM looks. */
void kvm_owed_reset(struct kvm_vcpu *v);

/* vtimer.c */
void kvm_timer_init(struct kvm_vcpu *v);
void kvm_timer_cpu_init(void); /* on each CPU */
/* Lines of both timers to the vGIC; g->lock held, vCPU loaded here, folded. */
void kvm_timer_update(struct kvm_vcpu *v);
/* Its two halves: is there anything to tell?  With or without the lock. */
bool kvm_timer_news(const struct kvm_vcpu *v);
void kvm_timer_tell(struct kvm_vcpu *v);
/* The lines as they are now, of a vCPU that is not loaded; g->lock held. */
void kvm_timer_note_lines(struct kvm_vcpu *v);
/* Before sleeping: an alarm for the earlier of the two. */
void kvm_timer_block(struct kvm_vcpu *v);
void kvm_timer_unblock(struct kvm_vcpu *v);

/* vgic_hw.c */
void kvm_vgic_cpu_init(void); /* on each CPU */
void kvm_vgic_create_cpu(struct kvm_vcpu *v);
/* B14: everything that changed, into list registers; preemption off. */
void kvm_vgic_flush(struct kvm_vcpu *v);
/* Is there an interrupt for a vCPU in WFI? */
bool kvm_vgic_pending(struct kvm_vcpu *v);
bool kvm_timer_pending(struct kvm_vcpu *v); /* without a vGIC */
void kvm_vgic_inject(struct kvm *kvm, struct vgic_cpu *c, u32 intid,
                     bool high);
/* A load or store of the guest: false: not at the vGIC. */
bool kvm_vgic_mmio(struct kvm_vcpu *v, u64 gpa, bool write, unsigned size,
                   u64 *value);
void kvm_vgic_sgi(struct kvm_vcpu *v, u64 value);
void kvm_vgic_sgi0(struct kvm_vcpu *v, u64 value);
extern const struct switch_block kvm_blocks[];

/* events.c: KVM_GET_VCPU_EVENTS and SET */
s64 kvm_vcpu_events(struct kvm_vcpu *v, u64 arg, bool set);

/* vgic_dev.c: the device KVM_DEV_TYPE_ARM_VGIC_V3. */
s64 kvm_create_device(struct kvm *kvm, u64 arg);
int kvm_vgic_init(struct kvm *kvm); /* 0, or why not */
void kvm_vgic_destroy(struct kvm *kvm);

/* onereg.c */
/* DBGBVR<n>_EL1 and so on, while not in the CPU; NULL: none of these. */
u64 *kvm_debug_slot(struct vcpu *cpu, u32 enc);
s64 kvm_one_reg(struct kvm_vcpu *v, u64 arg, bool set);
s64 kvm_get_reg_list(struct kvm_vcpu *v, u64 arg);

/* guest_debug.c */
s64 kvm_set_guest_debug(struct kvm_vcpu *v, u64 arg);
exit_handler kvm_handle_debug;
/* B16 for a guest that is being debugged: vcpu_run with our registers. */
u64 kvm_run_debugged(struct kvm_vcpu *v);
/* The guest's own access to a debug register, meanwhile; false: none. */
bool kvm_debug_register(struct kvm_vcpu *v, u32 enc, bool read, u64 *value);
