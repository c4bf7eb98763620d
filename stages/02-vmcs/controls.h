/*
 * controls.h - control words that this CPU accepts.
 *
 * A hypervisor asks for bits that it must have and bits that would be nice;
 * the capability MSRs force some on and forbid others (SDM 25.6, A.2-A.5).
 */
#pragma once

#include "01-vmxon/vmx_caps.h"

struct controls {
	u64 value;   /* for the VMCS, if nothing is missing */
	u64 missing; /* must-have bits that the CPU does not allow */
	u64 imposed; /* bits on that nobody asked for: the CPU demands them */
};

/* controls_round - the best word for a group out of what is wanted. */
struct controls controls_round(const struct vmx_caps *caps,
                               enum vmx_group group, u64 must, u64 nice);

/*
 * controls_words - the names of those bits of a group, in the manual's words,
 * comma-separated; a reserved bit is "bit N".  Cut off at size.
 */
void controls_words(enum vmx_group group, u64 bits, char *buf, size_t size);
