/*
 * paging.c - W^X for ourselves.
 *
 * 2 MiB pages, except where the image lies: there 4 KiB pages give every
 * section its own rights.
 */
#include "01-vmxon/paging.h"

#include "01-vmxon/boot.h"
#include "01-vmxon/insn.h"
#include "01-vmxon/pages.h"

#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_PWT BIT(3)
#define PTE_PCD BIT(4)
#define PTE_LARGE BIT(7)
#define PTE_XD BIT(63)

#define MAPPED (4 * GiB)
#define MMIO_START (3 * GiB) /* pages.c takes no memory from here on */
#define LARGE (2 * MiB)

extern u8 __image_start[], __text_end[], __rodata_end[], __image_end[];
extern u8 boot_pml4[]; /* boot.S */
static u64 *pml4;

static bool is_stack_guard(u64 a)
{
	u64 first = (u64)cpu_stacks;

	return a >= first && a < first + sizeof(cpu_stacks) &&
	       (a - first) % CPU_STACK_SIZE == 0;
}

/* The rights of the 4 KiB page at a, as page-table bits; 0 is "no page". */
static u64 page_rights(u64 a)
{
	if (a == 0 || is_stack_guard(a))
		return 0; /* a null pointer, a stack overflow: fault */
	if (a >= (u64)__image_start && a < (u64)__text_end)
		return PTE_P;
	if (a >= (u64)__text_end && a < (u64)__rodata_end)
		return PTE_P | PTE_XD;
	return PTE_P | PTE_W | PTE_XD;
}

static u64 small_pages(u64 base)
{
	u64 *pt = page_alloc();

	for (u64 i = 0; i < 512; i++) {
		u64 a = base + i * PAGE_SIZE, r = page_rights(a);

		pt[i] = r ? a | r : 0;
	}
	return (u64)pt | PTE_P | PTE_W;
}

static u64 large_page(u64 base)
{
	u64 uncached = base >= MMIO_START ? PTE_PCD | PTE_PWT : 0;

	return base | PTE_P | PTE_W | PTE_XD | PTE_LARGE | uncached;
}

void paging_init(void)
{
	u64 *pdpt = page_alloc();

	pml4 = page_alloc();
	pml4[0] = (u64)pdpt | PTE_P | PTE_W;
	for (u64 a = 0; a < MAPPED; a += LARGE) {
		u64 *pd;

		if (a % GiB == 0)
			pdpt[a / GiB] = (u64)page_alloc() | PTE_P | PTE_W;
		pd = (u64 *)ALIGN_DOWN(pdpt[a / GiB], PAGE_SIZE);
		pd[a % GiB / LARGE] =
			a < (u64)__image_end ? small_pages(a) : large_page(a);
	}
	paging_load();
}

void paging_load(void)
{
	write_cr3((u64)pml4);
}

u32 paging_boot_cr3(void)
{
	return (u32)(u64)boot_pml4;
}
