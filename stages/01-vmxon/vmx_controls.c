/*
 * vmx_controls.c - names for control bits; see vmx_controls.h.
 */
#include "01-vmxon/vmx_controls.h"

const struct vmx_control vmx_controls[] = {
#define CONTROL(group, name, bit, words, section)                             \
	{ VMX_##group, bit, #name, words, section },
#include "01-vmxon/vmx_controls.def"
};
const unsigned vmx_control_count = ARRAY_SIZE(vmx_controls);

const struct vmx_control *vmx_control_at(enum vmx_group group, unsigned bit)
{
	for (unsigned i = 0; i < vmx_control_count; i++)
		if (vmx_controls[i].group == group &&
		    vmx_controls[i].bit == bit)
			return &vmx_controls[i];
	return NULL;
}

const char *vmx_group_name(enum vmx_group group)
{
	static const char *const names[VMX_GROUPS] = {
		[VMX_PIN] = "pin-based VM-execution controls",
		[VMX_PROC] = "primary processor-based VM-execution controls",
		[VMX_PROC2] =
			"secondary processor-based VM-execution controls",
		[VMX_PROC3] = "tertiary processor-based VM-execution controls",
		[VMX_VMFUNC] = "VM-function controls",
		[VMX_EXIT] = "primary VM-exit controls",
		[VMX_EXIT2] = "secondary VM-exit controls",
		[VMX_ENTRY] = "VM-entry controls",
	};

	return group < VMX_GROUPS ? names[group] : "unknown controls";
}
