/*
 * cpuid_policy.h - what of this CPU a guest may be told.  Pure.
 */
#pragma once

#include <linux/kvm.h>

#include "05-full/kvm/x86/guest_cpuid.h"

/* A CPU's answer to CPUID; a seam, so that tests can have their own CPU. */
typedef void (*cpuid_ask)(u32 leaf, u32 index, u32 out[4]);

/*
 * cpuid_supported - the leaves that a guest may see, into e[max]; tsc_khz:
 * what the guest's TSC counts.  Returns how many there are, which may be more
 * than max.
 */
u32 cpuid_supported(struct kvm_cpuid_entry2 *e, u32 max, cpuid_ask ask,
                    u32 tsc_khz);

/* guest_cpuid_index - note where each leaf of c->entry begins. */
void guest_cpuid_index(struct guest_cpuid *c);

/*
 * guest_cpuid_find - what CPUID with EAX = leaf, ECX = index says; a leaf
 * beyond the highest one is as the highest basic one (SDM vol. 2, CPUID).
 * NULL: zeros.
 */
const struct kvm_cpuid_entry2 *guest_cpuid_find(const struct guest_cpuid *c,
                                                u32 leaf, u32 index);

/* guest_cpuid_quick - the same for a leaf with one entry only, else NULL. */
static inline const struct kvm_cpuid_entry2 *
guest_cpuid_quick(const struct guest_cpuid *c, u32 leaf)
{
	u32 i = leaf < CPUID_BASIC ? c->basic[leaf] : 0;

	if (!i || c->entry[i - 1].flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)
		return NULL;
	return &c->entry[i - 1];
}

/* guest_cpuid_exact - the same without that rule. */
const struct kvm_cpuid_entry2 *guest_cpuid_exact(const struct guest_cpuid *c,
                                                 u32 leaf, u32 index);
