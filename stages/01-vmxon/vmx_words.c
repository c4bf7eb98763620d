/*
 * vmx_words.c - outcomes of VMX instructions as words.  Pure.
 */
#include "01-vmxon/insn.h"
#include "01-vmxon/trap.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"

const char *vmx_outcome_name(u64 outcome)
{
	switch (outcome) {
	case VMX_OK:
		return "VMsucceed";
	case VMX_FAIL_INVALID:
		return "VMfailInvalid (CF=1)";
	case VMX_FAIL_VALID:
		return "VMfailValid (ZF=1)";
	default:
		return outcome - FAULT < 32 ? exception_name(outcome - FAULT) :
		                              "no result that there is";
	}
}

const char *vmx_obstacle(u32 cpuid_1_ecx, u64 feature_control)
{
	if (!(cpuid_1_ecx & CPUID_1_ECX_VMX))
		return "this CPU has no VMX (CPUID.1:ECX.VMX is 0): take an "
		       "Intel CPU with VT-x, or the Bochs back end";
	if (!(feature_control & FEATURE_CONTROL_LOCK))
		return "IA32_FEATURE_CONTROL stays unlocked, so VMXON would "
		       "fault";
	if (!(feature_control & FEATURE_CONTROL_VMX_OUTSIDE_SMX))
		return "the firmware locked VMX off (IA32_FEATURE_CONTROL): "
		       "look for VT-x or Virtualization in the firmware setup";
	return NULL;
}
