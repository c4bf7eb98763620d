/*
 * exec_controls.c - the rules of exec_controls.def, SDM 27.2.1.1.
 */
#include "02-vmcs/entry_checks/check.h"

/* The task priority as the virtual-APIC page has it, at offset 80H. */
#define VTPR 0x80

static bool tpr_threshold_reached(const struct check *k)
{
	u64 page = F(VIRTUAL_APIC_PAGE_ADDR), vtpr;

	/* A bad address or threshold is broken elsewhere already. */
	if (!aligned(page, 4096) || !within_width(k, page) ||
	    F(TPR_THRESHOLD) > 0xf || !k->env->read(page + VTPR, &vtpr))
		return true;
	return F(TPR_THRESHOLD) <= BITS(vtpr, 7, 4);
}

static bool eptp_memory_type(const struct check *k)
{
	switch (BITS(F(EPT_POINTER), 2, 0)) {
	case 0:
		return CAP_BIT(IA32_VMX_EPT_VPID_CAP, EPT_CAP_UNCACHEABLE);
	case 6:
		return CAP_BIT(IA32_VMX_EPT_VPID_CAP, EPT_CAP_WRITE_BACK);
	default:
		return false;
	}
}

static bool eptp_walk_length(const struct check *k)
{
	switch (BITS(F(EPT_POINTER), 5, 3)) {
	case 3:
		return CAP_BIT(IA32_VMX_EPT_VPID_CAP, EPT_CAP_WALK_4);
	case 4:
		return CAP_BIT(IA32_VMX_EPT_VPID_CAP, EPT_CAP_WALK_5);
	default:
		return false;
	}
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/exec_controls.def"
