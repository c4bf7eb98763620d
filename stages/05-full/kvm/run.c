/*
 * run.c - KVM_RUN: from the VMM's ioctl to the guest and back, B5 to B22.
 *
 * (B1 to B4, and the end of B22, are vcpu.c's.)  This is the same on both
 * architectures; what differs are the kvm_arch_ functions, in kvm.h in the
 * order in which they are called here.
 */
#include "05-full/kvm/trace.h"

/* anchor: checks */
/* B6: the VMM may give the vCPU to another of its threads at any time. */
static void note_thread(struct kvm_vcpu *v)
{
	if (v->thread == current)
		return;
	v->thread = current;
	v->stat->threads++;
}

/* B7: the first time, what needs the whole VM: controllers, timers. */
static int first_run(struct kvm_vcpu *v)
{
	int ret;

	if (!kvm_arch_vcpu_initialized(v))
		return -ENOEXEC;
	if (v->ran)
		return 0;
	ret = kvm_arch_first_run(v);
	v->ran = !ret;
	v->stat->first = kvm_arch_ticks();
	return ret;
}
/* end: checks */

/* anchor: requests */
/*
 * B12, B13: what other CPUs asked for.  (B12's other half, a VMID or VPID of
 * the current generation, is kvm_arch_vcpu_load's: it comes with the CPU.)  A
 * vCPU that has nothing to do sleeps here; the request stays until something
 * wakes it.  A signal also does: then the request keeps it out of the guest,
 * and interrupted() finds the signal.
 */
static int serve_requests(struct kvm_vcpu *v)
{
	int ret = kvm_arch_requests(v);

	if (ret > 0 && v->requests & KVM_REQ_SLEEP && !kvm_vcpu_block(v))
		kvm_clear_request(v, KVM_REQ_SLEEP);
	return ret;
}
/* end: requests */

/* anchor: interrupted */
/* B15: not into the guest after all.  Why: a signal, or go round once more. */
static int interrupted(struct kvm_vcpu *v)
{
	v->mode = OUTSIDE_GUEST_MODE;
	arch_irq_enable();
	kvm_arch_sync(v);
	preempt_enable();
	if (!signal_pending())
		return 1;
	v->run->exit_reason = KVM_EXIT_INTR;
	return -EINTR;
}
/* end: interrupted */

/* anchor: may_enter */
/*
 * B15: the last look, interrupts off.  mode is set first: who makes a request
 * from now on sees it and interrupts us (kvm_vcpu_kick), and with interrupts
 * off that interrupt waits, and ends the guest's run as soon as it begins.
 */
static bool may_enter(struct kvm_vcpu *v)
{
	v->mode = IN_GUEST_MODE;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !(v->requests | current->work) && kvm_arch_entry_ok(v);
}
/* end: may_enter */

/* anchor: run_loop */
static int run_loop(struct kvm_vcpu *v)
{
	int ret = 1;

	v->run->exit_reason = KVM_EXIT_UNKNOWN; /* B10 */
	while (ret > 0) {
		if (need_resched())
			cond_resched(); /* B11: the others' turn */
		if (v->requests) {
			ret = serve_requests(v); /* B12, B13 */
			if (ret <= 0)
				break;
		}
		preempt_disable();   /* B14: this CPU, from here to B20 */
		kvm_arch_flush(v);   /* timer, interrupt controller */
		arch_irq_disable();  /* B15: nobody can come between... */
		if (!may_enter(v)) { /* ...these questions and the guest */
			ret = interrupted(v);
			continue;
		}
		trace_entry(v);    /* B16 */
		kvm_arch_enter(v); /* B17: the guest runs */
		v->mode = OUTSIDE_GUEST_MODE;
		arch_irq_enable(); /* B18: the host takes its interrupt */
		trace_exit(v);     /* B19: only now: that was guest time */
		kvm_arch_sync(v);  /* B20 */
		preempt_enable();
		ret = kvm_arch_handle_exit(v); /* B21 */
	}
	return ret;
}
/* end: run_loop */

/* anchor: ioctl_run */
s64 kvm_vcpu_ioctl_run(struct kvm_vcpu *v, u64 arg)
{
	u64 blocked = 0;
	int ret;

	if (arg)
		return -EINVAL; /* B5 */
	note_thread(v);         /* B6 */
	ret = first_run(v);     /* B7 */
	if (ret)
		return ret;
	ret = kvm_arch_complete_exit(v); /* B8: the VMM's answer */
	if (ret <= 0)
		return ret;
	if (v->run->immediate_exit)
		return -EINTR;
	if (v->sigmask_set)
		signal_set_mask(v->sigmask, &blocked); /* B9 */
	ret = run_loop(v);                             /* B10 - B21 */
	kvm_arch_leave(v);
	if (v->sigmask_set)
		signal_set_mask(blocked, NULL); /* B22 */
	return ret;
}
/* end: ioctl_run */
