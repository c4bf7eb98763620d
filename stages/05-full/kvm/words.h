/*
 * words.h - KVM's own words on the kernel's command line.
 *
 *   .vmids=N    lend only N VMIDs (x86: VPIDs, on each CPU)
 *   .noapicv    x86: no APIC virtualization
 *   .apicv      x86: all of it, although the CPU's is not to be trusted
 */
#pragma once

#include "lib/types.h"

/* kvm_word - false: none of ours, or N is none that works. */
bool kvm_word(const char *word);

/* kvm_report - at the end: what the words have led to. */
void kvm_report(void);

/* The seams. */
bool kvm_arch_word(const char *word);
/* kvm_arch_limit_vmids - before the first guest; false: too few or too many. */
bool kvm_arch_limit_vmids(u32 n);
u64 kvm_arch_vmid_rollovers(void);
