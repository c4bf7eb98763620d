/*
 * vmxon.c - into VMX operation and out again.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "01-vmxon/vmx_caps.h"
#include "01-vmxon/vmx_insn.h"
#include "lib/panic.h"

u64 vmx_unlock(void)
{
	u64 fc = rdmsr(IA32_FEATURE_CONTROL);

	/* Until it is locked VMXON faults; once it is, WRMSR does. */
	if (!(fc & FEATURE_CONTROL_LOCK)) {
		fc |= FEATURE_CONTROL_LOCK | FEATURE_CONTROL_VMX_OUTSIDE_SMX;
		wrmsr(IA32_FEATURE_CONTROL, fc);
	}
	return rdmsr(IA32_FEATURE_CONTROL);
}

const char *vmx_probe(struct vmx_caps *caps)
{
	u32 ecx = cpuid(1, 0).ecx;
	const char *no;

	/* Without VMX the MSR may not exist: ask CPUID first. */
	no = vmx_obstacle(ecx, FEATURE_CONTROL_LOCK |
	                               FEATURE_CONTROL_VMX_OUTSIDE_SMX);
	if (!no)
		no = vmx_obstacle(ecx, vmx_unlock());
	if (!no)
		*caps = vmx_caps_from(rdmsr);
	return no;
}

void vmx_prepare(const struct vmx_caps *caps)
{
	u32 *region = (u32 *)this_cpu()->vmxon_region;

	write_cr0(vmx_adjust(vmx_allowed_cr0(caps), read_cr0()));
	write_cr4(vmx_adjust(vmx_allowed_cr4(caps), read_cr4() | CR4_VMXE));
	region[0] = vmx_revision(caps);
}

void vmx_on(const struct vmx_caps *caps)
{
	hpa_t region = ptr_to_hpa(this_cpu()->vmxon_region);
	u64 r;

	vmx_prepare(caps);
	r = vmx_try_vmxon(&region);
	if (r != VMX_OK)
		panic("CPU %u: VMXON failed: %s", this_cpu()->number,
		      vmx_outcome_name(r));
}

void vmx_off(void)
{
	if (vmx_vmxoff() != VMX_OK)
		panic("CPU %u: VMXOFF failed", this_cpu()->number);
	write_cr4(read_cr4() & ~CR4_VMXE);
}
