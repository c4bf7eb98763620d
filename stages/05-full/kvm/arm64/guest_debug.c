/*
 * guest_debug.c - the VMM as a debugger of the guest (KVM_SET_GUEST_DEBUG).
 *
 * MDCR_EL2.TDE sends all debug exceptions to us, and makes every access of the
 * guest to a debug register trap: it goes on with its own, in memory, and
 * never sees those that are in the CPU.
 */
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/kvm/arm64/arm.h"
#include "lib/string.h"

#define MDSCR_EL1_SS BIT(0)
#define ENC_MDSCR SYSREG_ENC(2, 0, 0, 2, 2)
#define VALID_CONTROL                                                         \
	(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP |                      \
	 KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW)

s64 kvm_set_guest_debug(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_guest_debug d;
	struct debug_state *s = &v->arch.vmm_debug;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	if (d.control & ~(u32)VALID_CONTROL)
		return -EINVAL;
	v->guest_debug = d.control & KVM_GUESTDBG_ENABLE ? d.control : 0;
	if (!(v->guest_debug & KVM_GUESTDBG_USE_HW))
		return 0;
	memcpy(s->bvr, d.arch.dbg_bvr, sizeof(s->bvr));
	memcpy(s->bcr, d.arch.dbg_bcr, sizeof(s->bcr));
	memcpy(s->wvr, d.arch.dbg_wvr, sizeof(s->wvr));
	memcpy(s->wcr, d.arch.dbg_wcr, sizeof(s->wcr));
	return 0;
}

static void exchange_debug(struct kvm_vcpu *v)
{
	struct debug_state *a = &v->arch.cpu.debug, *b = &v->arch.vmm_debug;
	u64 *x = (u64 *)a, *y = (u64 *)b;

	for (unsigned i = 0; i < sizeof(*a) / 8; i++) {
		u64 t = x[i];

		x[i] = y[i];
		y[i] = t;
	}
}

/* anchor: run_debugged */
/*
 * PSTATE.SS says "one instruction, then a software step exception" (D2.12).
 * If the last exit's instruction is still to be skipped, skipping it is the
 * step: inject_apply clears SS, and the exception comes at once.
 */
u64 kvm_run_debugged(struct kvm_vcpu *v)
{
	struct vcpu *cpu = &v->arch.cpu;
	u64 mdscr = cpu->sys[MDSCR_EL1], mdcr = read_sysreg(MDCR_EL2), code;
	bool step = v->guest_debug & KVM_GUESTDBG_SINGLESTEP;
	bool in_use = cpu->debug_in_use, hw;

	hw = v->guest_debug & KVM_GUESTDBG_USE_HW;
	cpu->sys[MDSCR_EL1] = (mdscr & ~(MDSCR_EL1_SS | MDSCR_EL1_MDE)) |
	                      (step ? MDSCR_EL1_SS : 0) |
	                      (hw ? MDSCR_EL1_MDE : 0);
	if (step)
		cpu->pstate |= PSTATE_SS;
	cpu->debug_in_use = hw;
	if (hw)
		exchange_debug(v);
	write_sysreg(MDCR_EL2, mdcr | MDCR_EL2_TDE | MDCR_EL2_TDA);
	code = vcpu_run(cpu);
	if (code == EXIT_SYNC && ESR_EC(cpu->esr) == EC_WATCHPT_LOW)
		cpu->far = read_sysreg(FAR_EL2);
	write_sysreg(MDCR_EL2, mdcr); // not observable here: put does it
	if (hw)
		exchange_debug(v);
	cpu->debug_in_use = in_use; // not observable here: load asks anew
	cpu->pstate &= ~PSTATE_SS;
	cpu->sys[MDSCR_EL1] = mdscr;
	return code;
}
/* end: run_debugged */

bool kvm_debug_register(struct kvm_vcpu *v, u32 enc, bool read, u64 *value)
{
	struct vcpu *cpu = &v->arch.cpu;
	u64 *slot = enc == ENC_MDSCR ? &cpu->sys[MDSCR_EL1] :
	                               kvm_debug_slot(cpu, enc);

	if (!slot)
		return false;
	if (read)
		*value = *slot;
	else
		*slot = *value;
	return true;
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
