/*
 * values.c - what the rules ask of controls, addresses and MSR values.
 */
#include "02-vmcs/entry_checks/check.h"

static const enum vmcs_index group_field[VMX_GROUPS] = {
	[VMX_PIN] = VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL,
	[VMX_PROC] = VMCS_IDX_PRIMARY_VM_EXEC_CONTROL,
	[VMX_PROC2] = VMCS_IDX_SECONDARY_VM_EXEC_CONTROL,
	[VMX_PROC3] = VMCS_IDX_TERTIARY_VM_EXEC_CONTROL,
	[VMX_VMFUNC] = VMCS_IDX_VM_FUNCTION_CONTROLS,
	[VMX_EXIT] = VMCS_IDX_VM_EXIT_CONTROLS,
	[VMX_EXIT2] = VMCS_IDX_SECONDARY_VM_EXIT_CONTROLS,
	[VMX_ENTRY] = VMCS_IDX_VM_ENTRY_CONTROLS,
};

static bool is_activated(const struct check *k, enum vmx_group group)
{
	switch (group) {
	case VMX_PROC2:
		return PROC(ACTIVATE_SECONDARY_CONTROLS);
	case VMX_PROC3:
		return PROC(ACTIVATE_TERTIARY_CONTROLS);
	case VMX_VMFUNC:
		return PROC2(ENABLE_VM_FUNCTIONS);
	case VMX_EXIT2:
		return EXIT(ACTIVATE_SECONDARY_CONTROLS);
	default:
		return true;
	}
}

u64 check_group(const struct check *k, enum vmx_group group)
{
	return is_activated(k, group) ? k->f->v[group_field[group]] : 0;
}

bool group_fits(const struct check *k, enum vmx_group group)
{
	return vmx_fits(vmx_allowed(k->env->caps, group),
	                check_group(k, group));
}

bool aligned(u64 address, u64 to)
{
	return !(address & (to - 1));
}

bool physical(const struct check *k, u64 address)
{
	return !(address >> k->env->physical_bits);
}

/* CR3.LAM_U57 and CR3.LAM_U48 */
#define CR3_LAM MASK(62, 61)

bool valid_cr3(const struct check *k, u64 cr3)
{
	return physical(k, k->env->has_lam ? cr3 & ~CR3_LAM : cr3);
}

bool within_width(const struct check *k, u64 address)
{
	/* Early CPUs took VMX structures only from the first 4 GiB. */
	if (CAP_BIT(IA32_VMX_BASIC, BASIC_32BIT_ADDRESSES) && address >> 32)
		return false;
	return physical(k, address);
}

bool canonical(const struct check *k, u64 address)
{
	unsigned unused = 64 - k->env->linear_bits;

	return (u64)((s64)(address << unused) >> unused) == address;
}

bool within_linear_width(const struct check *k, u64 address)
{
	s64 above = (s64)address >> k->env->linear_bits;

	return above == 0 || above == -1;
}

bool area_within_width(const struct check *k, u64 address, u64 bytes)
{
	u64 last = address + bytes - 1;

	return last >= address && within_width(k, last);
}

bool valid_pat(u64 pat)
{
	for (unsigned i = 0; i < 64; i += 8) {
		u8 type = pat >> i;

		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	return true;
}

bool valid_s_cet(const struct check *k, u64 s_cet)
{
	u64 suppress = BIT(10), wait_endbranch = BIT(11);

	return canonical(k, s_cet) && !BITS(s_cet, 9, 6) &&
	       (s_cet & (suppress | wait_endbranch)) !=
	               (suppress | wait_endbranch);
}

bool valid_pdpte(const struct check *k, u64 pdpte)
{
	if (!(pdpte & BIT(0)))
		return true;
	return !BITS(pdpte, 2, 1) && !BITS(pdpte, 8, 5) && physical(k, pdpte);
}

bool valid_fred_config(const struct check *k, u64 config)
{
	return canonical(k, config) &&
	       !(config & (BIT(2) | BIT(4) | BIT(5) | BIT(11)));
}

bool valid_fred_stacks(const struct check *k, const u64 *first, u64 alignment)
{
	for (unsigned i = 0; i < 3; i++)
		if (!canonical(k, first[i]) || !aligned(first[i], alignment))
			return false;
	return true;
}
