/*
 * guest_cpuid.h - what CPUID tells the guest: the VMM's table.
 */
#pragma once

#include <linux/kvm.h>

#include "lib/types.h"

#define CPUID_ENTRIES 80 /* Linux's KVM_MAX_CPUID_ENTRIES is 256 */
#define CPUID_BASIC 32   /* leaves 0-1f and 80000000-8000001f by index */

struct guest_cpuid {
	u32 nent;
	/* Where a leaf's entries begin, plus 1; 0: there are none. */
	u8 basic[CPUID_BASIC], extended[CPUID_BASIC];
	struct kvm_cpuid_entry2 entry[CPUID_ENTRIES];
};
