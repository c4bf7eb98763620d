/*
 * devices.c - x86: what is around the vCPUs.
 */
#include "05-full/vmm/devices.h"

#include "05-full/vmm/arch.h"
#include "05-full/vmm/testdev.h"
#include "05-full/vmm/x86/pc.h"

void vmm_arch_devices(struct vmm *vm)
{
	pc_add(vm);
	testdev_add(vm, TESTDEV_PORT, TESTDEV_PAGE_X86);
}
