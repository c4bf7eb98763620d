/*
 * vmx.h - entering and leaving VMX operation (SDM 24.6, 24.7).
 */
#pragma once

#include "lib/types.h"

struct vmx_caps;

/*
 * How a VMX instruction ended (SDM 31.2): CF and ZF both clear, CF set
 * (VMfailInvalid: no current VMCS to take an error number), or ZF set
 * (VMfailValid: VM_INSTRUCTION_ERROR of the current VMCS says why).
 */
enum vmx_result {
	VMX_OK = 0,
	VMX_FAIL_INVALID = 1,
	VMX_FAIL_VALID = 2,
};

/*
 * vmx_outcome_name - the manual's word for an enum vmx_result ("VMsucceed",
 * ...), or the exception's name for FAULT + vector.
 */
const char *vmx_outcome_name(u64 outcome);

/*
 * vmx_obstacle - why this CPU cannot enter VMX operation, as a sentence, or
 * NULL if it can.  Pure: cpuid_1_ecx is CPUID.1:ECX, feature_control the
 * value of IA32_FEATURE_CONTROL after vmx_unlock (SDM 24.6, 24.7).
 */
const char *vmx_obstacle(u32 cpuid_1_ecx, u64 feature_control);

/*
 * vmx_unlock - where the firmware left IA32_FEATURE_CONTROL unlocked, allow
 * VMX outside SMX and lock it, on this CPU.  Returns the value afterwards.
 * Only call it on a CPU that has VMX.
 */
u64 vmx_unlock(void);

/*
 * vmx_probe - may this CPU enter VMX operation?  Returns the obstacle as a
 * sentence, or NULL; then *caps is filled.
 */
const char *vmx_probe(struct vmx_caps *caps);

/*
 * vmx_prepare - make this CPU ready for VMXON: CR0 and CR4 get the bits that
 * VMX operation fixes, CR4.VMXE among them, and the CPU's VMXON region its
 * revision (SDM 24.8, 25.11.5).
 */
void vmx_prepare(const struct vmx_caps *caps);

/*
 * vmx_on, vmx_off - enter and leave VMX operation on this CPU.  vmx_on does
 * vmx_prepare and VMXON, vmx_off does VMXOFF and clears CR4.VMXE.  Both
 * panic if the CPU refuses: vmx_probe said that it will not.
 */
void vmx_on(const struct vmx_caps *caps);
void vmx_off(void);
