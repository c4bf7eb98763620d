/*
 * vmcs.c - the life of a VMCS; see vmcs.h.
 */
#include "02-vmcs/vmcs.h"

#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "lib/panic.h"

struct vmcs *vmcs_of_cpu[MAX_CPUS];

/* Why the last VMX instruction failed, for a panic. */
static const char *reason_of(enum vmx_result r)
{
	u64 error = 0;

	/* With CF there is no current VMCS, so no place for a number. */
	if (r == VMX_FAIL_VALID &&
	    vmcs_try_vmread(VM_INSTRUCTION_ERROR, &error))
		return vmx_error_words(error);
	return vmx_outcome_name(r);
}

static void must_succeed(const char *what, hpa_t pa, enum vmx_result r)
{
	if (r != VMX_OK)
		panic("%s of %#lx: %s", what, pa.v, reason_of(r));
}

/* anchor: init */
void vmcs_init(struct vmcs *v, void *page, const struct vmx_caps *caps)
{
	v->region = page;
	v->pa = ptr_to_hpa(page);
	v->cpu = VMCS_NO_CPU;
	v->region[0] = vmx_revision(caps);
	/* The CPU's own launch state is undefined until this. */
	vmcs_clear(v);
}

void vmcs_load(struct vmcs *v)
{
	u32 here = this_cpu()->number;

	/* Two CPUs would corrupt it: SDM 25.11.1. */
	if (v->cpu != VMCS_NO_CPU && v->cpu != here)
		panic("VMCS %#lx is still active on CPU %u", v->pa.v, v->cpu);
	must_succeed("VMPTRLD", v->pa, vmx_vmptrld(v->pa));
	v->cpu = here;
	vmcs_of_cpu[here] = v;
}
/* end: init */

void vmcs_clear(struct vmcs *v)
{
	u32 here = this_cpu()->number;

	if (v->cpu != VMCS_NO_CPU && v->cpu != here)
		panic("VMCS %#lx is active on CPU %u, not here", v->pa.v,
		      v->cpu);
	must_succeed("VMCLEAR", v->pa, vmx_vmclear(v->pa));
	v->cpu = VMCS_NO_CPU;
	v->launched = false;
	if (vmcs_of_cpu[here] == v) /* then none is current (SDM 25.1) */
		vmcs_of_cpu[here] = NULL;
}

hpa_t vmcs_current(void)
{
	hpa_t pa = { VMCS_NONE };
	enum vmx_result r = vmx_vmptrst(&pa);

	must_succeed("VMPTRST", pa, r);
	return pa;
}

void vmcs_read_failed(u64 field)
{
	panic("VMREAD of %s (%#lx) failed: current VMCS %#lx",
	      vmcs_field_name(field), field, vmcs_current().v);
}

void vmcs_write_failed(u64 field, u64 value)
{
	panic("VMWRITE of %#lx to %s (%#lx) failed: current VMCS %#lx", value,
	      vmcs_field_name(field), field, vmcs_current().v);
}
