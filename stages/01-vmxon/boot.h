/*
 * boot.h - what boot.S, ap_boot.S and C share about starting a CPU.
 */
#pragma once

#include "lib/types.h"

/* Segment selectors; the same in the boot GDT and in gdt.c's. */
#define BOOT_CS 0x08
#define KERNEL_DS 0x10
#define KERNEL_TSS 0x18
#define USER_DS 0x2b /* ring 3; there is none before stage 05 */
#define USER_CS 0x33

#define PTE_P_RW 0x3
#define PTE_PS 0x80

/* As numbers an assembler can take; regs.h has the full lists. */
#define CR4_PAE_BIT 0x20
#define CR0_PG_BIT 0x80000000
#define CR0_WP_BIT 0x00010000
#define CR0_PE_BIT 0x00000001
#define MSR_EFER 0xc0000080
#define EFER_LME_BIT 0x100
#define EFER_NXE_BIT 0x800
#define CPUID_EXTENDED 0x80000000
/* CPUID.80000001H:EDX[29] long mode, [20] no-execute pages. */
#define CPUID_LM_NX_BITS 0x20100000

/* Ports, for 32-bit code that has no C yet: the serial port, Bochs's off. */
#define COM1_DATA_PORT 0x3f8
#define COM1_FORMAT_PORT 0x3fb
#define COM1_8N1 3
#define COM1_STATUS_PORT 0x3fd
#define COM1_ALL_SENT 0x60
#define BOCHS_SHUTDOWN_PORT 0x8900

/* A stack: its lowest page is unmapped, so that an overflow faults. */
#define CPU_STACK_SIZE 0x8000
#define MAX_CPUS 8

/* Real-mode code must lie below 1 MiB, page-aligned: SIPI vector 8. */
#define AP_BOOT_ADDR 0x8000

#ifndef __ASSEMBLER__
extern u8 cpu_stacks[MAX_CPUS][CPU_STACK_SIZE];

/* Multiboot 1 information, the parts we read (specification 3.3). */
#define MULTIBOOT_BOOTED 0x2badb002
#define MULTIBOOT_HAS_MEM BIT(0)
#define MULTIBOOT_HAS_CMDLINE BIT(2)
#define MULTIBOOT_HAS_MODULES BIT(3)
struct multiboot_info {
	u32 flags;
	u32 mem_lower; /* KiB below 640 KiB */
	u32 mem_upper; /* KiB from 1 MiB up to the first hole */
	u32 boot_device;
	u32 cmdline; /* address of a string */
	u32 modules_count;
	u32 modules; /* address of an array of struct multiboot_module */
};
_Static_assert(offsetof(struct multiboot_info, cmdline) == 16, "Multiboot");

struct multiboot_module {
	u32 start, end; /* addresses of the first byte, behind the last */
	u32 cmdline, reserved;
};

/* A file that the boot loader put into memory beside us; end 0: none. */
struct boot_module {
	u64 start, end;
};
extern struct boot_module boot_module;

/* boot.S calls it, once, on the first CPU's stack. */
_Noreturn void boot_main(u32 magic, const struct multiboot_info *info);
#endif
