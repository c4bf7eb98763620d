/*
 * inject.c - exceptions for the guest, and the PC adjustment of step C6.
 */
#include "04-arm64-el2/inject.h"

#include "04-arm64-el2/esr.h"
#include "04-arm64-el2/hcr.h"

#define SCTLR_EL1_SPAN BIT(23)
#define SCTLR_EL1_DSSBS BIT(44)

void inject_sync(struct vcpu *v, u64 esr, u64 far)
{
	v->pending |= PENDING_EXCEPTION;
	v->pending_esr = esr;
	v->pending_far = far;
}

void inject_undef(struct vcpu *v)
{
	inject_sync(v, ESR_MAKE(EC_UNKNOWN, 0), vcpu_read_sys(v, FAR_EL1));
}

void inject_external_abort(struct vcpu *v, bool instruction, u64 far)
{
	bool from_el0 = (v->pstate & PSTATE_MODE) == PSTATE_EL0t;
	unsigned ec = instruction ? EC_IABT_CUR : EC_DABT_CUR;

	/* The classes of "a lower level" are one less (D13.2, ESR_ELx). */
	inject_sync(v, ESR_MAKE(from_el0 ? ec - 1 : ec, FSC_EXTERNAL), far);
}

void inject_irq_line(struct vcpu *v, bool high)
{
	if (high)
		v->hcr |= HCR_EL2_VI;
	else
		v->hcr &= ~HCR_EL2_VI;
}

void inject_serror(struct vcpu *v, u32 iss)
{
	v->vsesr = iss;
	__atomic_or_fetch(&v->hcr, HCR_EL2_VSE, __ATOMIC_RELAXED);
}

/* anchor: vector */
u64 inject_vector(u64 pstate)
{
	if (pstate & PSTATE_nRW)
		return 0x600;
	switch (pstate & PSTATE_MODE) {
	case PSTATE_EL0t:
		return 0x400;
	case PSTATE_EL1t:
		return 0x000;
	default:
		return 0x200;
	}
}

u64 inject_pstate(u64 pstate, u64 sctlr)
{
	u64 p = pstate & (PSTATE_NZCV | PSTATE_DIT | PSTATE_PAN);

	if (!(sctlr & SCTLR_EL1_SPAN))
		p |= PSTATE_PAN;
	if (sctlr & SCTLR_EL1_DSSBS)
		p |= PSTATE_SSBS;
	return p | PSTATE_DAIF | PSTATE_EL1h;
}
/* end: vector */

/* anchor: apply */
static void take_exception(struct vcpu *v)
{
	vcpu_write_sys(v, ESR_EL1, v->pending_esr);
	vcpu_write_sys(v, FAR_EL1, v->pending_far);
	vcpu_write_sys(v, ELR_EL1, v->pc);
	vcpu_write_sys(v, SPSR_EL1, v->pstate);
	v->pc = vcpu_read_sys(v, VBAR_EL1) + inject_vector(v->pstate);
	v->pstate = inject_pstate(v->pstate, vcpu_read_sys(v, SCTLR_EL1));
}

void inject_apply(struct vcpu *v)
{
	if (v->pending & PENDING_EXCEPTION) {
		take_exception(v);
	} else {
		v->pc += 4;
		v->pstate &= ~PSTATE_SS; /* the step is done */
	}
	v->pending = 0;
}
/* end: apply */
