/*
 * events.c - exceptions that are on their way to the guest, for the VMM.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/inject.h"
#include "05-full/kvm/arm64/arm.h"

#define VSESR_ISS MASK(24, 0)

static int set_events(struct kvm_vcpu *v, const struct kvm_vcpu_events *e)
{
	struct vcpu *cpu = &v->arch.cpu;

	v->arch.wfi = false; /* a WFI may end early, and here it should */
	if (e->exception.serror_pending && e->exception.serror_has_esr) {
		if (!cpu_features.ras || e->exception.serror_esr & ~VSESR_ISS)
			return -EINVAL;
		inject_serror(cpu, (u32)e->exception.serror_esr);
	} else if (e->exception.serror_pending) {
		inject_serror(cpu, 0);
	}
	if (e->exception.ext_dabt_pending) {
		v->arch.mmio = false; /* that is the answer */
		inject_external_abort(cpu, false, cpu->far);
	}
	return 0;
}

s64 kvm_vcpu_events(struct kvm_vcpu *v, u64 arg, bool set)
{
	struct kvm_vcpu_events e = { 0 };

	if (set && copy_from_user(&e, arg, sizeof(e)))
		return -EFAULT;
	if (set)
		return set_events(v, &e);
	e.exception.serror_pending = !!(v->arch.cpu.hcr & HCR_EL2_VSE);
	e.exception.serror_has_esr = cpu_features.ras;
	if (e.exception.serror_pending && e.exception.serror_has_esr)
		e.exception.serror_esr = v->arch.cpu.vsesr;
	return copy_to_user(arg, &e, sizeof(e));
}
