/*
 * enter.c - the run loop's seams: what stands between KVM_RUN and VMRESUME,
 * B7 to B21, in the order of their calls.
 */
#include "01-vmxon/insn.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/x86.h"
#include "kvm_arch_run.h"

int kvm_arch_first_run(struct kvm_vcpu *v)
{
	(void)v;
	return 0;
}

/* anchor: complete */
static int take_synced_registers(struct kvm_vcpu *v)
{
	struct kvm_run *run = v->run;
	struct kvm_sync_regs s;
	u64 dirty = run->kvm_dirty_regs;
	int err = 0;

	if (run->kvm_valid_regs & ~(u64)KVM_SYNC_X86_VALID_FIELDS ||
	    dirty & ~(u64)KVM_SYNC_X86_VALID_FIELDS)
		return -EINVAL;
	if (!dirty)
		return 0;
	s = run->s.regs; /* the VMM's other threads can write while we look */
	if (dirty & KVM_SYNC_X86_REGS)
		kvm_set_regs(v, &s.regs);
	if (dirty & KVM_SYNC_X86_SREGS)
		err = kvm_set_sregs(v, &s.sregs);
	if (!err && dirty & KVM_SYNC_X86_EVENTS)
		err = kvm_set_events(v, &s.events);
	run->kvm_dirty_regs = 0;
	return err;
}

/* Has the VMM changed what lies in kvm_run, or must the vCPU sleep on? */
static bool news_at_entry(const struct kvm_vcpu *v)
{
	const struct kvm_run *run = v->run;

	return run->kvm_valid_regs | run->kvm_dirty_regs |
	               run->request_interrupt_window ||
	       v->arch.mp_state != KVM_MP_STATE_RUNNABLE ||
	       (!v->arch.lapic && run->cr8 != v->arch.vcpu.cr8);
}

static int take_news(struct kvm_vcpu *v)
{
	int err = take_synced_registers(v);

	if (err)
		return err;
	if (v->arch.mp_state != KVM_MP_STATE_RUNNABLE)
		kvm_make_request(v, KVM_REQ_SLEEP | KVM_REQ_EVENT);
	if (!v->arch.lapic)
		kvm_set_cr8(v, v->run->cr8 & 15);
	if (v->run->request_interrupt_window)
		v->arch.vcpu.events.any = true;
	return 0;
}

/* B8: what the VMM has answered goes to the guest. */
int kvm_arch_complete_exit(struct kvm_vcpu *v)
{
	complete_fn complete;
	int err = news_at_entry(v) ? take_news(v) : 0;

	if (err)
		return err;
	complete = v->arch.complete;
	if (!complete)
		return 1;
	v->arch.complete = NULL;
	return complete(v);
}
/* end: complete */

/* anchor: requests */
static bool has_reason_to_run(struct kvm_vcpu *v)
{
	const struct pending *p = &v->arch.vcpu.events;

	switch (v->arch.mp_state) {
	case KVM_MP_STATE_RUNNABLE:
		return true;
	case KVM_MP_STATE_HALTED:
		return p->event || p->nmi || kvm_init_or_sipi(v) ||
		       ((v->arch.queued_irq >= 0 || kvm_irq_waits(v)) &&
		        vmcs_readnat(GUEST_RFLAGS) & RFLAGS_IF);
	default:
		return kvm_init_or_sipi(v);
	}
}

/*
 * It wakes up, and accept_events says so to mp_state.  Whoever set what woke it
 * may only be about to make the request for that.
 */
bool kvm_arch_runnable(struct kvm_vcpu *v)
{
	bool runs = has_reason_to_run(v);

	if (runs && v->arch.mp_state != KVM_MP_STATE_RUNNABLE)
		kvm_make_request(v, KVM_REQ_EVENT);
	return runs;
}

/* INIT, then SIPI (SDM 9.4): the vCPU changes state here, by its own thread. */
static void accept_events(struct kvm_vcpu *v)
{
	kvm_accept_init_sipi(v);
	if (v->arch.mp_state == KVM_MP_STATE_HALTED && has_reason_to_run(v))
		v->arch.mp_state = KVM_MP_STATE_RUNNABLE;
	if (v->arch.mp_state != KVM_MP_STATE_RUNNABLE)
		kvm_make_request(v, KVM_REQ_SLEEP);
}

int kvm_arch_requests(struct kvm_vcpu *v)
{
	u32 r = v->requests;

	if (r & KVM_REQ_TLB_FLUSH) {
		kvm_clear_request(v, KVM_REQ_TLB_FLUSH);
		vcpu_invalidate_ept(&v->arch.vcpu);
	}
	if (r & KVM_REQ_TRIPLE_FAULT) {
		kvm_clear_request(v, KVM_REQ_TRIPLE_FAULT);
		v->run->exit_reason = KVM_EXIT_SHUTDOWN;
		return 0;
	}
	if (r & KVM_REQ_EOI_EXITS) {
		kvm_clear_request(v, KVM_REQ_EOI_EXITS);
		apicv_set_eoi_exits(v);
	}
	if (r & (KVM_REQ_IRQ | KVM_REQ_EVENT)) {
		kvm_clear_request(v, KVM_REQ_IRQ | KVM_REQ_EVENT);
		v->arch.vcpu.events.any = true;
		accept_events(v);
	}
	return 1;
}
/* end: requests */

/* anchor: timer */
#define LONGEST_NS 10000000ul

/*
 * A guest that has interrupts off and spins must be preempted all the same.
 * On real CPUs an interrupt exits in any case; Bochs forgets it while the
 * guest's IF is 0.  So the VMX-preemption timer stands at the time of this
 * CPU's next timer interrupt.  It counts while the guest runs and is saved at
 * exits, so it is written only when such an interrupt may have been: a tick
 * that came while the host ran lets it end late, by one tick at most.
 */
static void set_preemption_timer(struct kvm_vcpu *v)
{
	u64 deadline = ktimer_next(), now = clock_ns();
	u64 ns = deadline > now ? MIN(deadline - now, LONGEST_NS) : 0;

	v->arch.timer_stale = false; // not observable here: it saves time
	// not observable here: it only saves time
	v->arch.timer_until = rdtsc() + (ns * v->kvm->arch.ticks_per_ns >> 32);
	if (v->arch.timer_per_ns)
		vmcs_write32(VMX_PREEMPTION_TIMER_VALUE,
		             (u32)(ns * v->arch.timer_per_ns >> 32) + 1);
}
/* end: timer */

/* anchor: offer */
/*
 * The interrupt to deliver is offered, and acknowledged in its controller only
 * when inject_before_entry has taken it: else a more urgent one may come.
 */
static void offer_events(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	int irq = kvm_next_irq(v);

	c->events.irq = irq;
	inject_before_entry(c);
	if (irq != NO_VECTOR && c->events.irq == NO_VECTOR)
		kvm_irq_taken(v, (u8)irq);
	if (c->events.irq == NO_VECTOR)
		apicv_await_eoi(v);
	if (v->run->request_interrupt_window && !v->kvm->arch.irqchip)
		vmcs_write32(PRIMARY_VM_EXEC_CONTROL,
		             vmcs_read32(PRIMARY_VM_EXEC_CONTROL) |
		                     PROC_INTERRUPT_WINDOW_EXITING);
}
/* end: offer */

/* anchor: enter */
void kvm_flush_rare(struct kvm_vcpu *v)
{
	if (v->arch.timer_stale)
		set_preemption_timer(v);
	if (v->guest_debug)
		kvm_debug_before_entry(v);
}

/* An NMI that ended the guest's run has been taken: handle it here and now. */
static bool was_nmi(void)
{
	u32 info = vmcs_read32(VM_EXIT_INTERRUPTION_INFO);

	return (info & EVENT_TYPE) == EVENT_NMI;
}

void kvm_arch_enter(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;

	if (c->events.any)
		offer_events(v);
	v->arch.entry = vcpu_enter(c);
	v->exit_reason = c->reason & EXIT_REASON_BASIC;
	v->exit_pc = vmcs_readnat(GUEST_RIP);
	if (!c->reason && v->arch.entry == VMX_OK && was_nmi())
		call_nmi_handler(); // not observable here: Bochs has no NMI
}
/* end: enter */

/* anchor: handle_exit */
static int entry_failed(struct kvm_vcpu *v)
{
	struct kvm_run *run = v->run;

	run->exit_reason = KVM_EXIT_FAIL_ENTRY;
	run->fail_entry.hardware_entry_failure_reason =
		v->arch.entry == VMX_OK ? v->arch.vcpu.reason :
					  v->arch.vcpu.error;
	run->fail_entry.cpu = (u32)v->cpu;
	return 0;
}

static int back_to_vmm(struct kvm_vcpu *v, enum exit_action action)
{
	if (action != EXIT_TO_CALLER)
		kvm_internal_error(v,
		                   KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON);
	return action == EXIT_TO_CALLER ? v->arch.result : 0;
}

int kvm_arch_handle_exit(struct kvm_vcpu *v)
{
	struct vcpu *c = &v->arch.vcpu;
	enum exit_action action = EXIT_UNHANDLED;

	if (v->arch.entry | (c->reason & EXIT_ENTRY_FAILURE))
		return entry_failed(v);
	if (v->exit_reason < EXIT_REASONS && kvm_exit_handlers[v->exit_reason])
		action = kvm_exit_handlers[v->exit_reason](c);
	return action == EXIT_RESUME ? 1 : back_to_vmm(v, action);
}
/* end: handle_exit */

/* anchor: leave */
static bool ready_for_interrupt(const struct kvm_vcpu *v, bool if_flag)
{
	if (v->kvm->arch.irqchip)
		return true; /* the VMM has nothing to inject */
	return if_flag && v->arch.queued_irq == NO_VECTOR &&
	       !v->arch.vcpu.events.event &&
	       !(vmcs_read32(GUEST_INTERRUPTIBILITY_STATE) &
	         (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS));
}

static void sync_registers(struct kvm_vcpu *v)
{
	struct kvm_run *run = v->run;

	if (run->kvm_valid_regs & KVM_SYNC_X86_REGS)
		kvm_get_regs(v, &run->s.regs.regs);
	if (run->kvm_valid_regs & KVM_SYNC_X86_SREGS)
		kvm_get_sregs(v, &run->s.regs.sregs);
	if (run->kvm_valid_regs & KVM_SYNC_X86_EVENTS)
		kvm_get_events(v, &run->s.regs.events);
}

/* What the VMM may look at without a further ioctl. */
void kvm_arch_leave(struct kvm_vcpu *v)
{
	struct kvm_run *run = v->run;

	run->if_flag = !!(vmcs_readnat(GUEST_RFLAGS) & RFLAGS_IF);
	run->cr8 = kvm_get_cr8(v);
	run->apic_base = v->arch.apic_base;
	run->ready_for_interrupt_injection =
		ready_for_interrupt(v, run->if_flag);
	if (run->kvm_valid_regs)
		sync_registers(v);
}
/* end: leave */
