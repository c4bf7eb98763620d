/*
 * msr_load.c - the rules of msr_load.def, SDM 27.4.
 */
#include "02-vmcs/entry_checks/msr_load.h"

enum {
	IA32_BIOS_UPDT_TRIG = 0x79,
	IA32_SMM_MONITOR_CTL = 0x9b,
};

unsigned msr_load_breaks(const struct check *k,
                         bool (*broken)(const struct check *k,
                                        const struct msr_entry *e))
{
	u64 at = F(VM_ENTRY_MSR_LOAD_ADDR);
	u64 count = MIN(F(VM_ENTRY_MSR_LOAD_COUNT),
	                (u64)vmx_msr_list_max(k->env->caps));
	struct msr_entry e;

	/* A bad address is broken elsewhere already. */
	if (!aligned(at, 16) || !within_width(k, at))
		return 0;
	for (unsigned i = 1; i <= count; i++, at += 16)
		if (k->env->read(at, &e.index) &&
		    k->env->read(at + 8, &e.value) && broken(k, &e))
			return i;
	return 0;
}

static bool is_fs_gs_base(const struct check *k, const struct msr_entry *e)
{
	(void)k;
	return (u32)e->index == IA32_FS_BASE || (u32)e->index == IA32_GS_BASE;
}

static bool is_x2apic(const struct check *k, const struct msr_entry *e)
{
	(void)k;
	return BITS(e->index, 31, 8) == 8;
}

static bool is_smm_only(const struct check *k, const struct msr_entry *e)
{
	return (u32)e->index == IA32_SMM_MONITOR_CTL && !k->env->in_smm;
}

static bool is_microcode_update(const struct check *k,
                                const struct msr_entry *e)
{
	(void)k;
	return (u32)e->index == IA32_BIOS_UPDT_TRIG;
}

static bool has_reserved_bits(const struct check *k, const struct msr_entry *e)
{
	(void)k;
	return BITS(e->index, 63, 32);
}

/* WRMSR may not switch long mode on or off under paging. */
static bool efer_would_fault(const struct check *k, u64 efer)
{
	bool lme_changes = !!(efer & EFER_LME) != IA32E_GUEST;

	return efer & k->env->efer_reserved ||
	       (F(GUEST_CR0) & CR0_PG && lme_changes);
}

/* The capabilities of VMX are the CPU's to say (SDM appendix A). */
static bool is_read_only(u32 msr)
{
	return msr >= IA32_VMX_BASIC && msr <= IA32_VMX_EXIT_CTLS2;
}

/* Would WRMSR fault?  For the MSRs whose rules we know; others would not. */
static bool wrmsr_would_fault(const struct check *k, const struct msr_entry *e)
{
	switch ((u32)e->index) {
	case IA32_SYSENTER_ESP:
	case IA32_SYSENTER_EIP:
	case IA32_LSTAR:
	case IA32_CSTAR:
	case IA32_KERNEL_GS_BASE:
		return !canonical(k, e->value);
	case IA32_EFER:
		return efer_would_fault(k, e->value);
	case IA32_PAT:
		return !valid_pat(e->value);
	case IA32_DEBUGCTL:
		return e->value & k->env->debugctl_reserved;
	case IA32_TSC_AUX:
		return BITS(e->value, 63, 32);
	default:
		return is_read_only((u32)e->index);
	}
}

unsigned msr_load_first_broken(const struct check *k)
{
	static bool (*const tests[])(const struct check *,
	                             const struct msr_entry *) = {
		is_fs_gs_base,       is_x2apic,         is_smm_only,
		is_microcode_update, has_reserved_bits, wrmsr_would_fault,
	};
	unsigned first = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(tests); i++) {
		unsigned n = msr_load_breaks(k, tests[i]);

		if (n && (!first || n < first))
			first = n;
	}
	return first;
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/msr_load.def"
