/*
 * exits.c - who handles which exit of a KVM guest: stage 04's handlers where
 * they fit, and ours.
 */
#include "04-arm64-el2/esr.h"
#include "05-full/kvm/arm64/arm.h"

/* anchor: wfx */
/*
 * WFI: sleep at the top of the loop (B13) until there is an interrupt.  WFE:
 * the guest waits for another of its CPUs, which may wait for ours.
 */
static enum handled kvm_handle_wfx(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);

	vcpu_skip(cpu);
	if (ISS_WFX_IS_WFE(ESR_ISS(cpu->esr))) {
		cond_resched();
		return RESUME_GUEST;
	}
	v->arch.wfi = true;
	kvm_make_request(v, KVM_REQ_SLEEP);
	return RESUME_GUEST;
}
/* end: wfx */

/* The host took it at B18. */
static enum handled kvm_handle_irq(struct vcpu *cpu)
{
	cpu->irq_exits++;
	return RESUME_GUEST;
}

/* An illegal PSTATE was loaded: only the VMM can have done that. */
static enum handled kvm_handle_illegal(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);

	v->run->exit_reason = KVM_EXIT_FAIL_ENTRY;
	return exit_to_vmm(v, -EINVAL);
}

/* anchor: kvm_exits */
const struct exit_table kvm_exits = {
	.by_class = {
		[EC_WFX] = kvm_handle_wfx,
		[EC_HVC64] = kvm_handle_hvc,
		[EC_SMC64] = handle_smc,
		[EC_SYS64] = kvm_handle_sysreg,
		[EC_IABT_LOW] = kvm_handle_abort,
		[EC_DABT_LOW] = kvm_handle_abort,
		[EC_BREAKPT_LOW] = kvm_handle_debug,
		[EC_SOFTSTP_LOW] = kvm_handle_debug,
		[EC_WATCHPT_LOW] = kvm_handle_debug,
		[EC_BRK64] = kvm_handle_debug,
	},
	.otherwise = handle_undef,
	.irq = kvm_handle_irq,
	.serror = handle_serror,
	.illegal = kvm_handle_illegal,
	.sysregs = &sysreg_emul_table,
};
/* end: kvm_exits */

static const char *const other_names[] = {
	[EXIT_IRQ] = "interrupt of the host",
	[EXIT_SERROR] = "SError",
	[EXIT_ILLEGAL] = "illegal PSTATE",
};

const char *kvm_arch_exit_name(u32 reason)
{
	if (reason < REASON_OTHER)
		return esr_class_name(reason) ? esr_class_text(reason) : NULL;
	reason -= REASON_OTHER;
	return reason < ARRAY_SIZE(other_names) ? other_names[reason] : NULL;
}

/* B22: kvm_run has nothing beyond the exit's own fields. */
void kvm_arch_leave(struct kvm_vcpu *v)
{
	(void)v;
}
