/*
 * devices.c - x86: what is around the vCPUs.
 */
#include "05-full/vmm/devices.h"

#include "05-full/vmm/arch.h"
#include "05-full/vmm/testdev.h"
#include "05-full/vmm/x86/x86.h"

void vmm_arch_devices(struct vmm *vm)
{
	testdev_add(vm, TESTDEV_PORT, TESTDEV_PAGE_X86);
}

u64 x86_put_acpi(struct vmm *vm)
{
	(void)vm;
	return 0;
}
