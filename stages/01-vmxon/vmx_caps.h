/*
 * vmx_caps.h - what this CPU's VMX can do: the capability MSRs, decoded.
 *
 * Everything here is pure: the MSRs are read once, by a function that the
 * caller passes in, and then only looked at.  SDM appendix A.
 */
#pragma once

#include "01-vmxon/vmx_controls.h"

/* The MSR numbers by name: IA32_VMX_BASIC is 0x480. */
enum vmx_msr_number {
#define MSR(name, number, exists, section, words) name = number,
#include "01-vmxon/vmx_msrs.def"
};

/* Their places in struct vmx_caps: IDX_IA32_VMX_BASIC. */
enum vmx_msr_index {
#define MSR(name, number, exists, section, words) IDX_##name,
#include "01-vmxon/vmx_msrs.def"
	VMX_MSRS
};

/* Single capability bits, as their value in their MSR: EPT_CAP_2M. */
enum vmx_cap_bits {
#define CAP(msr, name, bit, words, section) name = BIT(bit),
#include "01-vmxon/vmx_cap_bits.def"
};

struct vmx_caps {
	u64 msr[VMX_MSRS]; /* 0 where the CPU has no such MSR */
	u32 exists;        /* bit i: msr[i] was there to be read */
};

/* vmx_caps_from - read all capability MSRs that exist, by the given RDMSR. */
struct vmx_caps vmx_caps_from(u64 (*rdmsr)(u32 number));

/* One row per MSR and one per capability bit, for reports. */
struct vmx_msr {
	u32 number;
	const char *name, *words, *section;
};
struct vmx_cap {
	enum vmx_msr_index msr;
	unsigned bit;
	const char *name, *words, *section;
};
extern const struct vmx_msr vmx_msrs[VMX_MSRS];
extern const struct vmx_cap vmx_cap_table[];
extern const unsigned vmx_cap_count;

/* --- IA32_VMX_BASIC, SDM A.1 --------------------------------------------- */

/* vmx_revision - the number that opens every VMXON and VMCS region. */
u32 vmx_revision(const struct vmx_caps *c);
/* vmx_region_size - bytes of a VMXON or VMCS region, at most 4096. */
u32 vmx_region_size(const struct vmx_caps *c);
/* vmx_memory_type - memory type for the regions: 0 uncacheable, 6 write-back. */
unsigned vmx_memory_type(const struct vmx_caps *c);
/* vmx_has_true_controls - are the IA32_VMX_TRUE_* MSRs there? */
bool vmx_has_true_controls(const struct vmx_caps *c);

/* --- controls, SDM A.2 to A.5 --------------------------------------------- */

/* Which bits of a control word must be 1, and which may be. */
struct vmx_allowed {
	u64 must_be_1; /* the manual's "allowed 0-settings" */
	u64 may_be_1;  /* the manual's "allowed 1-settings" */
};

/* vmx_allowed - the limits of a group; from the TRUE MSR where there is one. */
struct vmx_allowed vmx_allowed(const struct vmx_caps *c, enum vmx_group group);
/* vmx_may_set - does the CPU allow all these bits of that group to be 1? */
bool vmx_may_set(const struct vmx_caps *c, enum vmx_group group, u64 bits);

/* --- CR0 and CR4 in VMX operation, SDM A.7 and A.8 ------------------------- */

struct vmx_allowed vmx_allowed_cr0(const struct vmx_caps *c);
struct vmx_allowed vmx_allowed_cr4(const struct vmx_caps *c);
/* vmx_fits - are all of a's demands met by this value? */
bool vmx_fits(struct vmx_allowed a, u64 value);
/* vmx_adjust - the value with the must-be-1 bits set, impossible ones cleared. */
u64 vmx_adjust(struct vmx_allowed a, u64 value);

/* --- the rest: A.1, A.6, A.10 ----------------------------------------------- */

/* vmx_has - is that capability bit (of vmx_cap_bits.def) set in its MSR? */
bool vmx_has(const struct vmx_caps *c, enum vmx_msr_index msr, u64 bit);
/* vmx_timer_shift - the preemption timer counts each 2^shift TSC ticks. */
unsigned vmx_timer_shift(const struct vmx_caps *c);
/* vmx_cr3_targets - how many CR3-target values the CPU supports. */
unsigned vmx_cr3_targets(const struct vmx_caps *c);
/* vmx_msr_list_max - recommended most entries of an MSR load or store list. */
unsigned vmx_msr_list_max(const struct vmx_caps *c);
