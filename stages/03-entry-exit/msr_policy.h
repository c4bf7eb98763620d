/*
 * msr_policy.h - which MSRs the guest reaches, and how.
 */
#pragma once

#include "lib/types.h"

struct vcpu;

/*
 * msr_policy_fill_bitmap - the page of MSR bitmaps (SDM 25.6.9): no exit for
 * MSRs that are switched for the guest, an exit for all others.
 */
void msr_policy_fill_bitmap(void *page);

/* msr_policy_trap - an exit for this one, too. */
void msr_policy_trap(void *page, u32 msr);

/*
 * msr_read, msr_write - an MSR of the guest that exits; false: the guest
 * gets #GP.
 */
bool msr_read(struct vcpu *v, u32 msr, u64 *value);
bool msr_write(struct vcpu *v, u32 msr, u64 value);
