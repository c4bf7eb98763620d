/*
 * arm64.h - the guest's address space, and how its first vCPU starts.
 *
 *     0x08000000  GICv3 distributor
 *     0x080a0000  GICv3 redistributors, 128 KiB for each vCPU
 *     0x09000000  16550 UART
 *     0x09010000  the small guests' test device
 *     0x40000000  RAM: the kernel first; the device tree and the initrd last
 */
#pragma once

#include "05-full/vmm/image.h"
#include "05-full/vmm/vmm.h"

#define ARM64_GICD 0x08000000ul
#define ARM64_GICR 0x080a0000ul
#define ARM64_GICD_SIZE (64 * KiB)
#define ARM64_GICR_SIZE (128 * KiB) /* for one vCPU */
#define ARM64_UART 0x09000000ul
#define ARM64_UART_SIZE 8
#define ARM64_UART_SPI 1 /* interrupt ID 32 + 1 */
#define ARM64_RAM 0x40000000ul
#define ARM64_FDT_SIZE (64 * KiB)
#define ARM64_NR_IRQS 64

/* KVM_SET_ONE_REG, KVM_GET_ONE_REG of a 64-bit core register. */
#define ARM64_CORE(field)                                                     \
	(KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |                \
	 KVM_REG_ARM_CORE_REG(field))
void arm64_set_reg(const struct vmm_vcpu *v, u64 id, u64 value);

/*
 * arm64_make_fdt - build the device tree into buf.  initrd [start, end) is
 * empty if there is none.
 */
void arm64_make_fdt(const struct vmm *vm, void *buf, size_t size,
                    u64 initrd_start, u64 initrd_end);

/* arm64_gic_* - the in-kernel interrupt controller. */
void arm64_gic_create(struct vmm *vm);
void arm64_gic_init(struct vmm *vm);
int arm64_gic_fd(void);
