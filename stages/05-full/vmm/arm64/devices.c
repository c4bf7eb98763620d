/*
 * devices.c - arm64: what is around the vCPUs.
 */
#include "05-full/vmm/devices.h"

#include "05-full/vmm/arch.h"
#include "05-full/vmm/arm64/arm64.h"
#include "05-full/vmm/testdev.h"

void vmm_arch_devices(struct vmm *vm)
{
	serial_add(vm, false, ARM64_UART, ARM64_UART_SPI);
	testdev_add(vm, 0, TESTDEV_PAGE_ARM64);
}
