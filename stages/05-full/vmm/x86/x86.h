/*
 * x86.h - the guest's first megabyte, and how its first vCPU starts.
 *
 *     0x01000  GDT
 *     0x02000  PML4
 *     0x03000  page directory pointers: 4 GiB
 *     0x04000  four page directories of 2 MiB pages
 *     0x10000  Linux's boot_params; multiboot's information
 *     0x20000  the command line
 *     0xe0000  ACPI tables
 */
#pragma once

#include "05-full/vmm/image.h"
#include "05-full/vmm/vmm.h"

#define X86_GDT 0x1000
#define X86_PML4 0x2000
#define X86_PDPT 0x3000
#define X86_PD 0x4000
#define X86_BOOT_INFO 0x10000
#define X86_COMMAND_LINE 0x20000
#define X86_ACPI 0xe0000
#define X86_LOW_TOP 0x9fc00 /* end of the memory below the BIOS's */
#define X86_HIGH_BASE 0x100000

/* Behind the memory, three pages and one for KVM itself (real mode). */
#define X86_IDENTITY_MAP 0xfffbc000
#define X86_TSS 0xfffbd000

/* x86_enter_64 - the vCPU starts in 64-bit mode, all memory mapped 1:1. */
void x86_enter_64(struct vmm_vcpu *v, u64 rip, u64 rsi);

/* x86_enter_32 - the vCPU starts in flat 32-bit protected mode, no paging. */
void x86_enter_32(struct vmm_vcpu *v, u64 rip, u32 eax, u32 ebx);

/* x86_put_command_line - the text that the guest gets, at X86_COMMAND_LINE. */
void x86_put_command_line(struct vmm *vm);

/* x86_load_elf - put the segments in memory; returns the highest address. */
u64 x86_load_elf(struct vmm *vm, const struct image *im);

/* x86_put_initrd - as high as it can be; returns its address, 0 for none. */
u64 x86_put_initrd(struct vmm *vm, const struct image *initrd, u64 above);

void x86_load_linux(struct vmm *vm, const struct image *im,
                    const struct image *initrd);
void x86_load_multiboot(struct vmm *vm, const struct image *im,
                        const struct image *initrd);

/* x86_find_multiboot - offset of the header, or -1 (specification 3.1.1). */
long x86_find_multiboot(const struct image *im);

/* x86_put_acpi - the tables; returns where the RSDP lies. */
u64 x86_put_acpi(struct vmm *vm);
