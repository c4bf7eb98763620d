/*
 * mmu.c - the host's page tables.
 *
 * Three levels (1 GB, 2 MB, 4 KB) of 512 descriptors (Arm ARM D5.3).  W^X: no
 * page is both writable and executable, and the only executable ones are the
 * kernel's text.
 *
 * mmu_early runs before the MMU is on, at physical addresses, the rest after.
 * Both work because LINEAR_BASE has zeros in all its low 39 bits: the low 39
 * bits of a pointer are the physical address at either time.
 */
#include "04-arm64-el2/mmu.h"

#include "04-arm64-el2/sysreg_insn.h"
#include "lib/panic.h"
#include "lib/string.h"

#define DESC_VALID BIT(0)
#define DESC_TABLE                                                            \
	BIT(1) /* levels 1 and 2: a table follows; level 3: a page */
#define DESC_ATTR(i) ((u64)(i) << 2)
#define DESC_RDONLY BIT(7)
#define DESC_SH_INNER (3ull << 8)
#define DESC_AF BIT(10)
#define DESC_PXN BIT(53)
#define DESC_UXN BIT(54)
#define DESC_ADDR MASK(47, 12)

#define LOW_BITS MASK(VA_BITS - 1, 0)
#define TABLES 64

u64 kernel_root[512] __attribute__((aligned(4096)));
u64 boot_identity_root[512] __attribute__((aligned(4096)));
u64 empty_root[512] __attribute__((aligned(4096)));
static u64 tables[TABLES][512] __attribute__((aligned(4096)));
static unsigned tables_used;

static u64 pa_of(const void *p)
{
	return (u64)p & LOW_BITS;
}

/* A table's address as this code can use it: like that of its neighbours. */
static u64 *table_at(u64 pa)
{
	return (u64 *)(((u64)tables & ~LOW_BITS) | pa);
}

static u64 prot_bits(enum mmu_prot prot)
{
	u64 common = DESC_VALID | DESC_AF | DESC_SH_INNER | DESC_UXN;

	/* Not a table of constants: that would hold virtual addresses' data. */
	if (prot == MMU_RX)
		return common | DESC_ATTR(MT_NORMAL) | DESC_RDONLY;
	if (prot == MMU_RO)
		return common | DESC_ATTR(MT_NORMAL) | DESC_RDONLY | DESC_PXN;
	if (prot == MMU_RW)
		return common | DESC_ATTR(MT_NORMAL) | DESC_PXN;
	return common | DESC_ATTR(MT_DEVICE) | DESC_PXN;
}

/* The descriptor for va at level, making tables on the way when asked to. */
static u64 *slot_for(u64 *table, u64 va, int level, bool make)
{
	for (int l = 1;; l++) {
		u64 *slot = &table[va >> (39 - 9 * l) & 511];

		if (l == level)
			return slot;
		if (!*slot) {
			if (!make || tables_used == TABLES)
				return NULL;
			*slot = pa_of(tables[tables_used++]) | DESC_TABLE |
			        DESC_VALID;
		} else if (!(*slot & DESC_TABLE)) {
			return NULL; /* a block is already here */
		}
		table = table_at(*slot & DESC_ADDR);
	}
}

int mmu_map(u64 *root, u64 va, u64 pa, u64 size, enum mmu_prot prot)
{
	u64 step;

	for (u64 done = 0; done < size; done += step) {
		bool block = !((va + done) & (2 * MiB - 1)) &&
		             !((pa + done) & (2 * MiB - 1)) &&
		             size - done >= 2 * MiB;
		u64 *slot = slot_for(root, va + done, block ? 2 : 3, true);

		if (!slot || *slot)
			return -1;
		*slot = (pa + done) | prot_bits(prot) |
		        (block ? 0 : DESC_TABLE);
		step = block ? 2 * MiB : PAGE_SIZE;
	}
	/* A walk by hardware must see the new descriptors (D5.10.1). */
	dsb_ishst();
	isb();
	return 0;
}

void mmu_unmap(u64 *root, u64 va, u64 size)
{
	for (u64 end = va + size; va < end;) {
		u64 *slot = slot_for(root, va, 2, false);
		bool block = slot && !(*slot & DESC_TABLE);

		if (!block)
			slot = slot_for(root, va, 3, false);
		if (slot)
			*slot = 0;
		dsb_ishst();
		tlbi_vae2is(va);
		va += block ? 2 * MiB : PAGE_SIZE;
	}
	dsb_ish();
	isb();
}

void mmu_map_linear(u64 pa, u64 size, enum mmu_prot prot)
{
	if (mmu_map(kernel_root, LINEAR_BASE + pa, pa, size, prot))
		panic("cannot map 0x%lx bytes at physical 0x%lx", size, pa);
}

void mmu_early(u64 fdt_pa)
{
	u64 text = pa_of(image_start), rodata = pa_of(text_end);
	u64 data = pa_of(rodata_end), end = pa_of(image_end);
	u64 fdt = ALIGN_DOWN(fdt_pa, 2 * MiB) & LOW_BITS;

	mmu_map(boot_identity_root, text, text, rodata - text, MMU_RX);
	mmu_map(kernel_root, LINEAR_BASE + text, text, rodata - text, MMU_RX);
	mmu_map(kernel_root, LINEAR_BASE + rodata, rodata, data - rodata,
	        MMU_RO);
	mmu_map(kernel_root, LINEAR_BASE + data, data, end - data, MMU_RW);
	mmu_map(kernel_root, LINEAR_BASE + EARLY_UART_PA, EARLY_UART_PA,
	        PAGE_SIZE, MMU_DEVICE);
	if (fdt >= ALIGN_UP(end, 2 * MiB) || fdt + FDT_WINDOW <= text)
		mmu_map(kernel_root, LINEAR_BASE + fdt, fdt, FDT_WINDOW,
		        MMU_RO);
	/*
	 * All this was written past the caches: drop what they may hold of it,
	 * or a walk with the caches on could read something older.
	 */
	for (u64 p = data; p < end; p += 64)
		dc_civac(p);
	dsb_sy();
}

/* It may be much memory: four lines at a time. */
void mmu_flush_code(const void *start, size_t size)
{
	u64 p = (u64)start & ~63ull, end = (u64)start + size;

	for (; p + 4 * 64 <= end; p += 4 * 64) {
		dc_civac(p);
		dc_civac(p + 64);
		dc_civac(p + 128);
		dc_civac(p + 192);
	}
	for (; p < end; p += 64)
		dc_civac(p);
	dsb_ish();
	ic_ialluis();
	dsb_ish();
	isb();
}
