/*
 * capture.c - between the current VMCS and a struct vmcs_values.
 */
#include "02-vmcs/vmcs.h"
#include "02-vmcs/vmcs_values.h"
#include "lib/string.h"

void vmcs_capture(struct vmcs_values *f)
{
	/* First, because asking for an absent field changes it. */
	u32 error = vmcs_read32(VM_INSTRUCTION_ERROR);

	memset(f, 0, sizeof(*f));
	for (unsigned i = 0; i < VMCS_FIELDS; i++) {
		u64 value;

		if (vmcs_try_vmread(vmcs_fields[i].encoding, &value))
			f->v[i] = value;
		else
			f->absent[i / 64] |= BIT(i % 64);
	}
	f->v[VMCS_IDX_VM_INSTRUCTION_ERROR] = error;
}

void vmcs_put(enum vmcs_index i, u64 value)
{
	vmcs_write_any(vmcs_fields[i].encoding, value);
}

u64 vmcs_get(enum vmcs_index i)
{
	return vmcs_read_any(vmcs_fields[i].encoding);
}
