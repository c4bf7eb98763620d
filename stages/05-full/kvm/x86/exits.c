/*
 * exits.c - who handles which exit (B21): stage 03's handlers where they fit,
 * and ours where KVM has more to say.
 */
#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/guest_mem.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

/* anchor: errors */
/* The VMM is told what nobody here can handle, in Linux's numbers. */
enum exit_action kvm_internal_error(struct kvm_vcpu *v, u32 suberror)
{
	struct kvm_run *run = v->run;

	run->exit_reason = KVM_EXIT_INTERNAL_ERROR;
	run->internal.suberror = suberror;
	run->internal.ndata = 0;
	if (suberror == KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON) {
		run->internal.ndata = 2;
		run->internal.data[0] = v->arch.vcpu.reason;
		run->internal.data[1] = (u64)v->cpu;
	}
	if (suberror == KVM_INTERNAL_ERROR_DELIVERY_EV) {
		run->internal.ndata = 3;
		run->internal.data[0] = vmcs_read32(IDT_VECTORING_INFO);
		run->internal.data[1] = v->arch.vcpu.reason;
		run->internal.data[2] = vmcs_readnat(EXIT_QUALIFICATION);
	}
	return kvm_leave(v, 0);
}
/* end: errors */

/* anchor: queue */
/* Contributory exceptions and page faults (SDM table 6-5). */
static bool is_contributory(u32 vector)
{
	return vector == VECTOR_DE || (vector >= 10 && vector <= VECTOR_GP);
}

void kvm_queue_exception(struct kvm_vcpu *v, u8 vector, bool has_code,
                         u32 code)
{
	struct pending *p = &v->arch.vcpu.events;
	u32 first = p->event & EVENT_VECTOR;
	bool was_exception =
		p->event & EVENT_VALID &&
		(p->event & EVENT_TYPE) == EVENT_HARDWARE_EXCEPTION;

	if (was_exception && first == VECTOR_DF) {
		kvm_make_request(v, KVM_REQ_TRIPLE_FAULT);
		p->event = 0;
		return;
	}
	if (was_exception &&
	    ((is_contributory(first) && is_contributory(vector)) ||
	     (first == VECTOR_PF &&
	      (is_contributory(vector) || vector == VECTOR_PF)))) {
		vector = VECTOR_DF;
		has_code = true;
		code = 0;
	}
	p->event = 0; /* in all other cases the second is delivered first */
	if (has_code)
		inject_exception_code(&v->arch.vcpu, vector, code);
	else
		inject_exception(&v->arch.vcpu, vector);
}

void kvm_queue_page_fault(struct kvm_vcpu *v, u64 gva, u32 code)
{
	v->arch.vcpu.regs.cr2 = gva;
	kvm_queue_exception(v, VECTOR_PF, true, code);
}
/* end: queue */

/* A program must not end the machine: its kernel learns of it, as of any #UD. */
enum exit_action kvm_cannot_emulate(struct kvm_vcpu *v)
{
	kvm_queue_exception(v, VECTOR_UD, false, 0);
	if (AR_DPL(vmcs_read32(GUEST_SS_ACCESS_RIGHTS)))
		return EXIT_RESUME;
	return kvm_internal_error(v, KVM_INTERNAL_ERROR_EMULATION);
}

/* --- handlers ----------------------------------------------------------------- */

/* An interrupt was taken when interrupts went on (B18); mostly it was a tick. */
static enum exit_action handle_tick(struct vcpu *c)
{
	kvm_vcpu_of(c)->arch.timer_stale = true;
	return EXIT_RESUME;
}

static enum exit_action handle_fault(struct vcpu *c)
{
	u32 info = vmcs_read32(VM_EXIT_INTERRUPTION_INFO);

	inject_requeue(c);
	if ((info & EVENT_TYPE) == EVENT_NMI)
		return EXIT_RESUME; /* the host's; kvm_arch_enter took it */
	return handle_debug(c);
}

static enum exit_action handle_shutdown(struct vcpu *c)
{
	return kvm_leave_as(kvm_vcpu_of(c), KVM_EXIT_SHUTDOWN);
}

static enum exit_action handle_irq_window(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);

	c->events.any = true;
	if (v->kvm->arch.irqchip || !v->run->request_interrupt_window ||
	    v->arch.queued_irq != NO_VECTOR)
		return EXIT_RESUME;
	return kvm_leave_as(v, KVM_EXIT_IRQ_WINDOW_OPEN);
}

/* With an interrupt controller here a halted vCPU sleeps here (B13). */
static enum exit_action handle_guest_hlt(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);

	kvm_skip(v);
	if (!v->kvm->arch.irqchip)
		return kvm_leave_as(v, KVM_EXIT_HLT);
	v->arch.mp_state = KVM_MP_STATE_HALTED;
	kvm_make_request(v, KVM_REQ_EVENT);
	return EXIT_RESUME;
}

#define KVM_ENOSYS 1000 /* to the guest: no such hypercall */
#define KVM_EPERM 1

/* VMCALL exits from user mode, too (SDM vol. 3, 31.3). */
static enum exit_action handle_hypercall(struct vcpu *c)
{
	bool user = AR_DPL(vmcs_read32(GUEST_SS_ACCESS_RIGHTS)) != 0;

	c->regs.rax = user ? (u64)-KVM_EPERM : (u64)-KVM_ENOSYS;
	if (!guest_in_64bit_mode())
		c->regs.rax = (u32)c->regs.rax;
	kvm_skip(kvm_vcpu_of(c));
	return EXIT_RESUME;
}

/* Stage 03's; but paging that goes off must leave no translation behind. */
static enum exit_action handle_other_cr(struct kvm_vcpu *v)
{
	bool paging = vmcs_readnat(GUEST_CR0) & CR0_PG;
	enum exit_action action = handle_cr(&v->arch.vcpu);

	if (paging && !(vmcs_readnat(GUEST_CR0) & CR0_PG))
		kvm_vpid_renew(&v->arch.vpid);
	return action;
}

/* CR8 is the LAPIC's task priority; the other registers are stage 03's. */
static enum exit_action handle_control_register(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u64 q = vmcs_readnat(EXIT_QUALIFICATION);
	unsigned reg = BITS(q, 11, 8);
	u64 old = kvm_get_cr8(v);

	if (BITS(q, 3, 0) != 8)
		return handle_other_cr(v);
	if (BITS(q, 5, 4) == 1) {
		vcpu_set_reg(c, reg, old);
	} else if (vcpu_reg(c, reg) > 15) {
		return handle_protection(c);
	} else {
		kvm_set_cr8(v, vcpu_reg(c, reg));
	}
	kvm_skip(v);
	/* Without a LAPIC here the VMM wants to know of a lower priority. */
	if (!v->arch.lapic && kvm_get_cr8(v) < old)
		return kvm_leave_as(v, KVM_EXIT_SET_TPR);
	return EXIT_RESUME;
}

static enum exit_action handle_guest_rdmsr(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u64 value;

	if (!kvm_get_msr(v, (u32)c->regs.rcx, &value))
		return handle_protection(c);
	c->regs.rax = (u32)value;
	c->regs.rdx = value >> 32;
	kvm_skip(v);
	return EXIT_RESUME;
}

static enum exit_action handle_guest_wrmsr(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u64 value = c->regs.rdx << 32 | (u32)c->regs.rax;

	if (!kvm_set_msr(v, (u32)c->regs.rcx, value, false))
		return handle_protection(c);
	kvm_skip(v);
	return EXIT_RESUME;
}

/* No such guest of ours: hardware task switches do not exist in 64-bit mode. */
static enum exit_action handle_task_switch(struct vcpu *c)
{
	return kvm_internal_error(kvm_vcpu_of(c),
	                          KVM_INTERNAL_ERROR_EMULATION);
}

/* anchor: table */
/* In the order of exit_reasons.def. */
const exit_handler kvm_exit_handlers[EXIT_REASONS] = {
	[EXIT_EXCEPTION_OR_NMI] = handle_fault,
	[EXIT_EXTERNAL_INTERRUPT] = handle_tick,
	[EXIT_TRIPLE_FAULT] = handle_shutdown,
	[EXIT_INTERRUPT_WINDOW] = handle_irq_window,
	[EXIT_NMI_WINDOW] = handle_window,
	[EXIT_TASK_SWITCH] = handle_task_switch,
	[EXIT_CPUID] = handle_guest_cpuid,
	[EXIT_GETSEC] = handle_undefined,
	[EXIT_HLT] = handle_guest_hlt,
	[EXIT_INVD] = handle_nothing,
	[EXIT_INVLPG] = handle_nothing,
	[EXIT_RDPMC] = handle_protection,
	[EXIT_RDTSC] = handle_rdtsc,
	[EXIT_VMCALL] = handle_hypercall,
	[EXIT_VMCLEAR] = handle_undefined,
	[EXIT_VMLAUNCH] = handle_undefined,
	[EXIT_VMPTRLD] = handle_undefined,
	[EXIT_VMPTRST] = handle_undefined,
	[EXIT_VMREAD] = handle_undefined,
	[EXIT_VMRESUME] = handle_undefined,
	[EXIT_VMWRITE] = handle_undefined,
	[EXIT_VMXOFF] = handle_undefined,
	[EXIT_VMXON] = handle_undefined,
	[EXIT_CR_ACCESS] = handle_control_register,
	[EXIT_MOV_DR] = handle_debug_register,
	[EXIT_IO_INSTRUCTION] = handle_pio,
	[EXIT_RDMSR] = handle_guest_rdmsr,
	[EXIT_WRMSR] = handle_guest_wrmsr,
	[EXIT_MWAIT] = handle_undefined,
	[EXIT_MONITOR] = handle_undefined,
	[EXIT_PAUSE] = handle_nothing,
	[EXIT_TPR_BELOW_THRESHOLD] = handle_window,
	[EXIT_APIC_ACCESS] = handle_apic_access,
	[EXIT_VIRTUALIZED_EOI] = handle_virtualized_eoi,
	[EXIT_APIC_WRITE] = handle_apic_write,
	[EXIT_EPT_VIOLATION] = handle_memory,
	[EXIT_INVEPT] = handle_undefined,
	[EXIT_PREEMPTION_TIMER] = handle_tick,
	[EXIT_INVVPID] = handle_undefined,
	[EXIT_WBINVD] = handle_nothing,
	[EXIT_XSETBV] = handle_undefined,
	[EXIT_INVPCID] = handle_undefined,
	[EXIT_VMFUNC] = handle_undefined,
	[EXIT_RDTSCP] = handle_undefined,
	[EXIT_RDRAND] = handle_undefined,
	[EXIT_RDSEED] = handle_undefined,
	/* A CPU that has them has no control for them (SDM 26.1.2). */
	[EXIT_SEAMCALL] = handle_undefined,
	[EXIT_TDCALL] = handle_undefined,
};
/* end: table */
