/*
 * check.h - the vocabulary in which the rules are written.
 *
 * Internal to entry_checks/.  In a rule, k is the check under way.
 */
#pragma once

#include "01-vmxon/regs.h"
#include "02-vmcs/entry_checks/entry_checks.h"

struct check {
	const struct vmcs_values *f;
	const struct check_env *env;
};

/* Each rule is a function: rule_PIN_RESERVED(k)... */
#define RULE(id, ...) bool rule_##id(const struct check *k);
#include "02-vmcs/entry_checks/rules.def"

/* The value of a field. */
#define F(field) (k->f->v[VMCS_IDX_##field])
/* "If a then b": the form of most rules. */
#define IF(a, b) (!(a) || (b))

/*
 * Is a control on?  Secondary and tertiary controls count as 0 where they are
 * not activated, whatever their fields hold (SDM 25.6.2, 25.7.1).
 */
u64 check_group(const struct check *k, enum vmx_group group);
#define PIN(name) (!!(check_group(k, VMX_PIN) & PIN_##name))
#define PROC(name) (!!(check_group(k, VMX_PROC) & PROC_##name))
#define PROC2(name) (!!(check_group(k, VMX_PROC2) & PROC2_##name))
#define PROC3(name) (!!(check_group(k, VMX_PROC3) & PROC3_##name))
#define VMFUNC(name) (!!(check_group(k, VMX_VMFUNC) & VMFUNC_##name))
#define EXIT(name) (!!(check_group(k, VMX_EXIT) & EXIT_##name))
#define EXIT2(name) (!!(check_group(k, VMX_EXIT2) & EXIT2_##name))
#define ENTRY(name) (!!(check_group(k, VMX_ENTRY) & ENTRY_##name))

/* Are all bits of the group's field as the capability MSR demands? */
bool group_fits(const struct check *k, enum vmx_group group);

/* Does the CPU have this capability bit? */
#define CAP_BIT(msr, bit) vmx_has(k->env->caps, IDX_##msr, bit)

/* --- addresses and MSR values (values.c) ------------------------------------ */

bool aligned(u64 address, u64 to);
/* No bit beyond what VMX structures may use: MAXPHYADDR, or 32 bits. */
bool within_width(const struct check *k, u64 address);
/* No bit beyond MAXPHYADDR. */
bool physical(const struct check *k, u64 address);
/* The same for CR3, but for the bits of linear-address masking. */
bool valid_cr3(const struct check *k, u64 cr3);
bool canonical(const struct check *k, u64 address);
/* Nearly canonical: the topmost bit of the width may differ from those above,
 * as in the RIP of a guest that has run off the end of the lower half. */
bool within_linear_width(const struct check *k, u64 address);
/* The last byte of an area, computed without losing bits (SDM 27.2.1.2). */
bool area_within_width(const struct check *k, u64 address, u64 bytes);
bool valid_pat(u64 pat);
bool valid_s_cet(const struct check *k, u64 s_cet);
/* One entry of a page-directory-pointer table, PAE paging (SDM 4.4.1). */
bool valid_pdpte(const struct check *k, u64 pdpte);
bool valid_fred_config(const struct check *k, u64 config);
/* Three neighbouring fields: IA32_FRED_RSP1-3 or _SSP1-3. */
bool valid_fred_stacks(const struct check *k, const u64 *first, u64 alignment);

/* --- the event to inject (SDM 25.8.3) ----------------------------------------- */

enum event_type {
	EVENT_EXTERNAL_INTERRUPT = 0,
	EVENT_RESERVED = 1,
	EVENT_NMI = 2,
	EVENT_HARDWARE_EXCEPTION = 3,
	EVENT_SOFTWARE_INTERRUPT = 4,
	EVENT_PRIVILEGED_SOFTWARE_EXCEPTION = 5,
	EVENT_SOFTWARE_EXCEPTION = 6,
	EVENT_OTHER = 7,
};
#define EVENT_HAS_ERROR_CODE BIT(11)
#define EVENT_NESTED BIT(13)
#define EVENT_VALID BIT(31)

#define INJECTED (!!(F(VM_ENTRY_INTERRUPTION_INFO) & EVENT_VALID))
#define EVENT_TYPE BITS(F(VM_ENTRY_INTERRUPTION_INFO), 10, 8)
#define EVENT_VECTOR BITS(F(VM_ENTRY_INTERRUPTION_INFO), 7, 0)
#define INJECTED_TYPE(type) (INJECTED && EVENT_TYPE == EVENT_##type)

/* --- what kind of guest it is --------------------------------------------------- */

#define IA32E_GUEST ENTRY(IA32E_MODE_GUEST)
#define UNRESTRICTED PROC2(UNRESTRICTED_GUEST)
#define V86_GUEST (!!(F(GUEST_RFLAGS) & RFLAGS_VM))
#define REAL_GUEST (!(F(GUEST_CR0) & CR0_PE))

/* Other bits that only the rules speak of. */
#define CR4_FRED BIT(32)
#define DEBUGCTL_BTF BIT(1)
#define BLOCKING_BY_STI BIT(0)
#define BLOCKING_BY_MOV_SS BIT(1)
#define BLOCKING_BY_SMI BIT(2)
#define BLOCKING_BY_NMI BIT(3)
#define ENCLAVE_INTERRUPTION BIT(4)
#define PENDING_BUS_LOCK BIT(11)
#define PENDING_ENABLED_BREAKPOINT BIT(12)
#define PENDING_BS BIT(14)
#define PENDING_RTM BIT(16)
enum activity { ACTIVE = 0, HLT = 1, SHUTDOWN = 2, WAIT_FOR_SIPI = 3 };
