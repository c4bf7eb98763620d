/*
 * guest_debug.c - the VMM as a debugger of the guest (KVM_SET_GUEST_DEBUG).
 */
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/inject.h"
#include "05-full/kvm/arm64/arm.h"

s64 kvm_set_guest_debug(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_guest_debug d;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	if (d.control & ~(u32)(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP |
	                       KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW))
		return -EINVAL;
	v->guest_debug = d.control & KVM_GUESTDBG_ENABLE ? d.control : 0;
	return 0;
}

enum handled kvm_handle_debug(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);

	v->run->exit_reason = KVM_EXIT_DEBUG;
	v->run->debug.arch.hsr = (u32)cpu->esr;
	if (ESR_EC(cpu->esr) == EC_WATCHPT_LOW)
		v->run->debug.arch.far = cpu->far;
	return exit_to_vmm(v, 0);
}
