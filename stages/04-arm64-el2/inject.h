/*
 * inject.h - making a guest take an exception at its EL1.
 *
 * Synchronous ones are done by hand, as the CPU would (Arm ARM D1.10): a
 * handler notes it, inject_apply does it just before the entry (C6).  IRQ and
 * SError are left to the CPU: HCR_EL2.{VI,VSE} make one pending for EL1, and
 * the guest takes it when its PSTATE allows.
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

/* inject_sync - an exception with this syndrome, e.g. of a fault. */
void inject_sync(struct vcpu *v, u64 esr, u64 far);

/* inject_undef - as if the instruction did not exist. */
void inject_undef(struct vcpu *v);

/* inject_external_abort - nothing answered at this address (data or code). */
void inject_external_abort(struct vcpu *v, bool instruction, u64 far);

/* inject_irq_line - raise or lower the virtual IRQ line. */
void inject_irq_line(struct vcpu *v, bool high);

/* inject_serror - a virtual SError with this ISS; delivered once. */
void inject_serror(struct vcpu *v, u32 iss);

/* inject_apply - C6, if v->pending: skip the instruction, or take exception. */
void inject_apply(struct vcpu *v);

/* inject_vector - offset from VBAR_EL1 for a synchronous exception. */
u64 inject_vector(u64 pstate);

/* inject_pstate - PSTATE after an exception to EL1 (D1.10). */
u64 inject_pstate(u64 pstate, u64 sctlr);
