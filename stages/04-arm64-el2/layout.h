/*
 * layout.h - where this kernel lies, in physical and in virtual memory.
 *
 * EL2 with E2H=1 has two halves of virtual memory, as EL1 always had (Arm ARM
 * D5.1.2): TTBR0_EL2 maps the low half, left free for user programs, and
 * TTBR1_EL2 the high half, where all physical memory appears at one fixed
 * distance:
 *
 *      virtual = LINEAR_BASE + physical
 *
 * Both halves have 39 bits: three levels of tables with 4K pages.
 */
#pragma once

#ifdef __ASSEMBLER__
#define UL(x) x
#else
#define UL(x) x##ull
#endif

#define LINEAR_BASE UL(0xffffff8000000000)
#define VA_BITS 39

/*
 * QEMU's virt machine has its memory at 1 GB, and its loader puts an Image
 * with a text offset of 0 two megabytes above: this kernel is linked there.
 */
#define IMAGE_PA UL(0x40200000)

/* Where virt has its console; used until the device tree has been read. */
#define EARLY_UART_PA UL(0x09000000)

#define BOOT_STACK_SIZE 16384
#define MAX_CPUS 8

#ifndef __ASSEMBLER__
#include "lib/types.h"

static inline void *phys_to_virt(u64 pa)
{
	return (void *)(LINEAR_BASE + pa);
}

static inline u64 virt_to_phys(const void *va)
{
	return (u64)va - LINEAR_BASE;
}
#endif
