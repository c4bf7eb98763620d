/*
 * handlers.c - the exits, one by one.
 *
 * No handler panics: whatever a guest does, it gets an answer, an exception,
 * or its caller is told.
 */
#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/exit.h"
#include "04-arm64-el2/inject.h"

/* SMCCC: "not supported", as x0 (DEN0028, 5.1). */
#define SMCCC_NOT_SUPPORTED (~0ull)

static enum handled ask_caller(struct vcpu *v, enum exit_why why)
{
	v->exit.why = why;
	return EXIT_TO_CALLER;
}

/*
 * HVC #0 with a function number that nobody knows is answered here; with any
 * other immediate it is a call to our caller.  ELR_EL2 is behind it already.
 */
enum handled handle_hvc(struct vcpu *v)
{
	if (ESR_ISS(v->esr) & 0xffff)
		return ask_caller(v, WHY_HVC);
	v->x[0] = SMCCC_NOT_SUPPORTED;
	return RESUME_GUEST;
}

/* A trapped SMC, unlike HVC, has not been passed: skip it. */
enum handled handle_smc(struct vcpu *v)
{
	vcpu_skip(v);
	v->x[0] = SMCCC_NOT_SUPPORTED;
	return RESUME_GUEST;
}

/* WFI: the guest has nothing to do.  WFE: it spins; let others run. */
enum handled handle_wfx(struct vcpu *v)
{
	vcpu_skip(v);
	if (ISS_WFX_IS_WFE(ESR_ISS(v->esr)))
		return RESUME_GUEST;
	return ask_caller(v, WHY_WFI);
}

enum handled handle_sysreg(struct vcpu *v)
{
	struct sysreg_trap t = esr_sysreg(ESR_ISS(v->esr));
	u64 value = vcpu_get_reg(v, t.rt);

	switch (sysreg_emulate(v->vm->exits->sysregs, v, t.enc, t.read,
	                       &value)) {
	case SYSREG_DONE:
		if (t.read)
			vcpu_set_reg(v, t.rt, value);
		vcpu_skip(v);
		break;
	case SYSREG_AGAIN:
		break;
	case SYSREG_UNDEF:
		inject_undef(v);
		break;
	}
	return RESUME_GUEST;
}

/*
 * A load or store to where stage 2 has nothing: memory not mapped yet, or a
 * device that the caller plays.  If the CPU did not describe the instruction
 * there is nothing to play with: the guest sees a bus that did not answer.
 */
enum handled handle_data_abort(struct vcpu *v)
{
	struct mmio m = mmio_decode(ESR_ISS(v->esr));

	if (memory_fault(v))
		return RESUME_GUEST;
	if (!m.valid) {
		inject_external_abort(v, false, v->far);
		return RESUME_GUEST;
	}
	v->exit.mmio = m;
	v->exit.mmio_ipa = v->ipa;
	if (m.write)
		v->exit.mmio_data =
			mmio_store_value(m, vcpu_get_reg(v, m.reg));
	return ask_caller(v, WHY_MMIO);
}

/* The caller has answered v->exit: finish the instruction. */
void mmio_finish(struct vcpu *v)
{
	if (!v->exit.mmio.write)
		vcpu_set_reg(v, v->exit.mmio.reg,
		             mmio_load_value(v->exit.mmio, v->exit.mmio_data));
	vcpu_skip(v);
}

/* Code can only run from memory. */
enum handled handle_instruction_abort(struct vcpu *v)
{
	if (!memory_fault(v))
		inject_external_abort(v, true, v->far);
	return RESUME_GUEST;
}

/* Everything that we do not offer looks like an undefined instruction. */
enum handled handle_undef(struct vcpu *v)
{
	inject_undef(v);
	return RESUME_GUEST;
}

/* The host took it when vcpu_run_loop unmasked interrupts. */
enum handled handle_irq(struct vcpu *v)
{
	v->irq_exits++;
	return ask_caller(v, WHY_IRQ);
}

/* The guest broke it, so the guest is told: a virtual SError. */
enum handled handle_serror(struct vcpu *v)
{
	v->serror_exits++;
	inject_serror(v, 0);
	return RESUME_GUEST;
}

/* Its PSTATE is lost: the CPU replaced it by the host's. */
enum handled handle_illegal(struct vcpu *v)
{
	return ask_caller(v, WHY_BAD_STATE);
}
