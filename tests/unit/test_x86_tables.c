/*
 * test_x86_tables.c - page tables of user programs as data, and the registers
 * that a program may choose by itself.
 */
#include "05-full/host/x86/user_tables.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "05-full/host/memory.h"
#include "05-full/host/x86/user_regs.h"
#include "lib/errno.h"

#define USER (2ul << 39)
#define BLOCK (2 * MiB)

static long in_use, limit;
static u64 *pml4;

/* Frames are the C library's, and where they are is where they are. */
void *frames_alloc(unsigned order)
{
	void *p;

	if (in_use == limit)
		return NULL;
	in_use++;
	p = aligned_alloc(PAGE_SIZE << order, PAGE_SIZE << order);
	return memset(p, 0, PAGE_SIZE << order);
}

void frames_free(void *p, unsigned order)
{
	(void)order;
	in_use--;
	free(p);
}

hpa_t arch_virt_to_hpa(const void *p)
{
	return (hpa_t){ (u64)p };
}

void *arch_hpa_to_virt(hpa_t pa)
{
	return (void *)pa.v;
}

static void empty_space(void)
{
	static const u64 kernel[512] = { 0x1003, 0x2003, 0x3003 };

	in_use = 0;
	limit = 1000;
	pml4 = tables_create(kernel);
}

static void nothing_left(void)
{
	tables_free(pml4);
	cr_assert_eq(in_use, 0, "%ld tables leaked", in_use);
}

TestSuite(x86_tables, .init = empty_space, .fini = nothing_left);

static int map(u64 va, u64 pa, u64 size, u32 prot)
{
	return tables_map(pml4, va, (hpa_t){ pa }, size, prot);
}

/* What the CPU would say: the entry that maps va. */
static u64 walk(u64 va)
{
	u64 *table = pml4, e = 0;

	for (int shift = 39; shift >= 12; shift -= 9) {
		e = table[va >> shift & 511];
		if (!(e & 1) || (shift == 21 && e & BIT(7)))
			break;
		table = (u64 *)(e & MASK(51, 12));
	}
	return e;
}

Test(x86_tables, kernel_half_is_shared)
{
	cr_assert_eq(pml4[0], 0x1003);
	cr_assert_eq(pml4[1], 0x2003);
	cr_assert_eq(pml4[2], 0,
	             "the first program's slot is not the kernel's");
}

Test(x86_tables, rights)
{
	cr_assert_eq(map(USER, 0x7000, PAGE_SIZE, PROT_R), 0);
	cr_assert_eq(walk(USER), 0x7000 | BIT(63) | 0x5);
	map(USER, 0x7000, PAGE_SIZE, PROT_R | PROT_W);
	cr_assert_eq(walk(USER), 0x7000 | BIT(63) | 0x7);
	map(USER, 0x7000, PAGE_SIZE, PROT_R | PROT_X);
	cr_assert_eq(walk(USER), 0x7000 | 0x5);
}

Test(x86_tables, no_access_is_not_nothing)
{
	struct mm_page p;

	map(USER, 0x7000, PAGE_SIZE, 0);
	cr_assert_eq(walk(USER) & 1, 0, "the CPU can reach a PROT_NONE page");
	p = tables_lookup(pml4, USER + 5);
	cr_assert_eq(p.size, PAGE_SIZE);
	cr_assert_eq(p.hpa.v, 0x7000);
	cr_assert(!p.writable);
	tables_unmap(pml4, USER, PAGE_SIZE);
	cr_assert_eq(tables_lookup(pml4, USER).size, 0);
}

Test(x86_tables, blocks)
{
	struct mm_page p;

	cr_assert_eq(map(USER + BLOCK, 4 * BLOCK, BLOCK, PROT_R | PROT_W), 0);
	p = tables_lookup(pml4, USER + BLOCK + 0x5123);
	cr_assert_eq(p.size, BLOCK);
	cr_assert_eq(p.hpa.v, 4 * BLOCK);
	cr_assert(p.writable);
	cr_assert_eq(map(USER + BLOCK, 0x7000, PAGE_SIZE, PROT_R), -EEXIST);
	/* New rights for it. */
	cr_assert_eq(map(USER + BLOCK, 4 * BLOCK, BLOCK, PROT_R), 0);
	cr_assert(!tables_lookup(pml4, USER + BLOCK).writable);
	tables_unmap(pml4, USER + BLOCK, BLOCK);
	cr_assert_eq(map(USER + BLOCK, 0x7000, PAGE_SIZE, PROT_R), 0);
	cr_assert_eq(map(USER + BLOCK, 4 * BLOCK, BLOCK, PROT_R), -EEXIST,
	             "a block over a table");
}

Test(x86_tables, no_access_block)
{
	map(USER, 4 * BLOCK, BLOCK, 0);
	cr_assert_eq(walk(USER) & 1, 0);
	cr_assert_eq(tables_lookup(pml4, USER + 0x3000).size, BLOCK);
	tables_unmap(pml4, USER, BLOCK);
	cr_assert_eq(tables_lookup(pml4, USER).size, 0);
}

Test(x86_tables, holes)
{
	cr_assert_eq(tables_lookup(pml4, USER + 5).hole, (1ul << 39) - 5);
	map(USER + 3 * PAGE_SIZE, 0x7000, PAGE_SIZE, PROT_R);
	cr_assert_eq(tables_lookup(pml4, USER).hole, PAGE_SIZE);
	cr_assert_eq(tables_lookup(pml4, USER + BLOCK + 1).hole, BLOCK - 1);
	cr_assert_eq(tables_lookup(pml4, USER + GiB).hole, GiB);
}

Test(x86_tables, unmap_of_another_size_does_nothing)
{
	map(USER, 4 * BLOCK, BLOCK, PROT_R);
	tables_unmap(pml4, USER, PAGE_SIZE);
	cr_assert_eq(tables_lookup(pml4, USER).size, BLOCK);
}

/* At every point where memory can run out: an error, and no harm. */
Test(x86_tables, no_memory)
{
	long before = in_use;

	for (limit = before; limit < before + 3; limit++)
		cr_assert_eq(map(USER, 0x7000, PAGE_SIZE, PROT_R), -ENOMEM,
		             "%ld tables sufficed", limit - before);
	limit = 1000;
	cr_assert_eq(map(USER, 0x7000, PAGE_SIZE, PROT_R), 0);
}

Test(x86_user_regs, tame)
{
	struct user_regs r;

	memset(&r, 0xff, sizeof(r));
	user_regs_tame(&r);
	cr_assert_eq(r.frame.cs, USER_CS);
	cr_assert_eq(r.frame.ss, USER_DS);
	cr_assert(r.frame.rip <= arch_user_limit, "RIP %#lx", r.frame.rip);
	/* IF on, IOPL 0, no NT, no VM, no VIF */
	cr_assert_eq(r.frame.rflags, 0x250fd7, "RFLAGS %#lx", r.frame.rflags);
	cr_assert_neq(r.frame.vector, VECTOR_SYSCALL);
	cr_assert_eq(r.frame.rsp, ~0ul, "RSP is the program's own business");
	r.frame.rflags = 0;
	user_regs_tame(&r);
	cr_assert_eq(r.frame.rflags, 0x202);
}

Test(x86_user_regs, reset)
{
	struct user_regs r;

	memset(&r, 0xff, sizeof(r));
	user_regs_reset(&r, USER, USER + 16);
	cr_assert_eq(r.frame.rip, USER);
	cr_assert_eq(r.frame.rsp, USER + 16);
	cr_assert_eq(r.frame.rax | r.frame.rdx | r.frame.r15, 0);
}
