/*
 * mmu.h - the host's own translation: EL2&0, two ranges, 4K pages.
 */
#pragma once

#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/layout.h"

/* The host's HCR_EL2 whenever no guest runs. */
#define HCR_HOST (HCR_EL2_E2H | HCR_EL2_TGE | HCR_EL2_RW)

/* Memory attributes: index 0 device, 1 ordinary memory (D13.2). */
#define MAIR_HOST 0xff04
#define MT_DEVICE 0
#define MT_NORMAL 1

/*
 * TCR_EL2 with E2H=1 (D13.2): both halves 39 bits (TxSZ 25), 4K granule,
 * table walks cacheable and inner shareable.  IPS is added at run time.
 */
#define TCR_HOST                                                              \
	(25 | (1 << 8) | (1 << 10) | (3 << 12) | (25 << 16) | (1 << 24) |     \
	 (1 << 26) | (3 << 28) | (2 << 30))

/*
 * SCTLR_EL2 (D13.2): M, C, I on; SA: SP must be aligned; WXN: what can be
 * written cannot be executed, whatever the tables say.  The rest are bits that
 * must be 1, and EL0's leave to use WFI, WFE, DC ZVA and CTR_EL0.
 */
#define SCTLR_HOST                                                            \
	((1 << 0) | (1 << 2) | (1 << 3) | (1 << 4) | (1 << 11) | (1 << 12) |  \
	 (1 << 14) | (1 << 15) | (1 << 16) | (1 << 18) | (1 << 19) |          \
	 (1 << 20) | (1 << 22) | (1 << 23) | (1 << 26) | (1 << 28) |          \
	 (1 << 29))

#ifndef __ASSEMBLER__

/* Rights of a mapping. */
enum mmu_prot {
	MMU_RX,     /* kernel code */
	MMU_RO,     /* kernel constants */
	MMU_RW,     /* kernel data, ordinary memory */
	MMU_DEVICE, /* registers of a device */
};

/*
 * mmu_map - map size bytes at va to pa, in 2 MB blocks where both allow.
 * All three are multiples of 4K, and nothing may be mapped there yet.
 * Returns 0, or -1 when something is, or when no table is left.
 */
int mmu_map(u64 *root, u64 va, u64 pa, u64 size, enum mmu_prot prot);

/* mmu_unmap - remove mappings that mmu_map made; forgets them in all TLBs. */
void mmu_unmap(u64 *root, u64 va, u64 size);

/* mmu_map_linear - mmu_map where phys_to_virt() looks for it; panics. */
void mmu_map_linear(u64 pa, u64 size, enum mmu_prot prot);

/* mmu_early - called by head.S, MMU off: the tables that mmu_on needs. */
void mmu_early(u64 fdt_pa);

/* mmu_flush_code - make code that was just written fit to be executed. */
void mmu_flush_code(const void *start, size_t size);

/* The high half (TTBR1_EL2). */
extern u64 kernel_root[512];

/* How much of the device tree's surroundings mmu_early maps. */
#define FDT_WINDOW (4 * MiB)

extern char image_start[], text_end[], rodata_end[], bss_start[], image_end[];

#endif /* __ASSEMBLER__ */
