/*
 * guest_registers.c - the rules of guest_registers.def, SDM 27.3.1.1.
 */
#include "02-vmcs/entry_checks/check.h"

/* An unrestricted guest may run with paging or protection off. */
static struct vmx_allowed guest_allowed_cr0(const struct check *k)
{
	struct vmx_allowed a = vmx_allowed_cr0(k->env->caps);

	if (UNRESTRICTED)
		a.must_be_1 &= ~(CR0_PE | CR0_PG);
	return a;
}

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/guest_registers.def"
