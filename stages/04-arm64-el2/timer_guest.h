/*
 * timer_guest.h - the guest's two timers (Arm ARM D11).
 *
 * The virtual one is the guest's alone: it counts CNTVCT_EL0, which runs
 * CNTVOFF_EL2 behind the physical counter.  The physical one has no such
 * offset before Armv8.6 (FEAT_ECV), so accesses trap and are fixed up: a guest
 * sees one time in both.
 */
#pragma once

#include "04-arm64-el2/vcpu.h"

void timer_guest_load(struct vcpu *v);
void timer_guest_put(struct vcpu *v);

/*
 * timer_guest_set_cval - CNTP_CVAL_EL0 of a loaded vCPU, in the guest's time.
 * All of the guest's accesses trap, so that v->sys[] always has it.
 */
void timer_guest_set_cval(struct vcpu *v, u64 value);

/*
 * timer_guest_access - emulate MRS or MSR of CNTPCT_EL0 or CNTP_*_EL0 for the
 * loaded vCPU.  False if enc is none of them (or a write of the counter).
 */
bool timer_guest_access(struct vcpu *v, u32 enc, bool read, u64 *value);
