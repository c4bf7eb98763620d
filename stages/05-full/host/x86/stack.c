/*
 * stack.c - the kernel's view of memory, and kernel stacks.
 *
 * A kernel stack is a block of eight pages whose lowest is missing, so that an
 * overflow faults.  All memory is mapped a second time, in PML4 slot 1, with
 * every eighth page left out: a stack is an ordinary block of memory used by
 * its address there.  No mapping changes when a thread is born or dies, so
 * there is nothing to flush.
 */
#include "01-vmxon/pages.h"
#include "05-full/host/memory.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/panic.h"
#include "lib/string.h"

#define STACKS_BASE (1ul << 39) /* slot 1 */
#define STACKS_SLOT 1
#define STACK_ORDER 3
#define STACK_BLOCK (PAGE_SIZE << STACK_ORDER)
_Static_assert(STACK_SIZE + PAGE_SIZE == STACK_BLOCK, "a stack and its guard");

#define LARGE (2 * MiB)
#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_XD BIT(63)

/* What the earlier stages have left; stacks_init takes of it first. */
static u64 rest, rest_end;

static void *alloc_one(void)
{
	return frames_alloc(0);
}

static void free_one(void *page)
{
	frames_free(page, 0);
}

static u64 *take_table(void)
{
	u64 *table = (u64 *)rest;

	rest += PAGE_SIZE;
	assert(rest <= rest_end);
	return memset(table, 0, PAGE_SIZE);
}

/* The table that entry i points to; made if need be. */
static u64 *sub_table(u64 *table, u64 i)
{
	if (!table[i])
		table[i] = (u64)take_table() | PTE_P | PTE_W;
	return (u64 *)ALIGN_DOWN(table[i], PAGE_SIZE);
}

void stacks_init(void)
{
	u64 size, first;
	u64 *pml4 = (u64 *)read_cr3(), *pdpt;

	rest = (u64)pages_take_rest(&size, alloc_one, free_one);
	rest_end = rest + size;
	first = ALIGN_DOWN(rest, LARGE);
	pdpt = sub_table(pml4, STACKS_SLOT);
	for (u64 at = first; at < rest_end; at += LARGE) {
		u64 *pt =
			sub_table(sub_table(pdpt, at / GiB), at % GiB / LARGE);

		for (u64 i = 0; i < 512; i++)
			if (i % (STACK_BLOCK / PAGE_SIZE))
				pt[i] = (at + i * PAGE_SIZE) | PTE_P | PTE_W |
				        PTE_XD;
	}
}

bool arch_memory(unsigned n, hpa_t *start, u64 *size)
{
	*start = (hpa_t){ rest };
	*size = rest_end - rest;
	return n == 0;
}

void *arch_stack_alloc(void)
{
	void *block = frames_alloc(STACK_ORDER);

	return block ? (void *)(STACKS_BASE + (u64)block + PAGE_SIZE) : NULL;
}

void arch_stack_free(void *stack)
{
	if (stack)
		frames_free((void *)((u64)stack - PAGE_SIZE - STACKS_BASE),
		            STACK_ORDER);
}

hpa_t arch_virt_to_hpa(const void *p)
{
	u64 va = (u64)p;

	return (hpa_t){ va < STACKS_BASE ? va : va - STACKS_BASE };
}

void *arch_hpa_to_virt(hpa_t pa)
{
	return (void *)pa.v;
}

void arch_clear_pages(void *p, u64 size)
{
	clear_quads(p, size);
}
