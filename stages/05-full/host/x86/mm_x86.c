/*
 * mm_x86.c - which CPU uses whose page tables (user_tables.c), and what it
 * remembers of them in its TLB.
 */
#include "05-full/host/memory.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "05-full/host/x86/user_tables.h"
#include "lib/errno.h"

#define FLUSH_PAGES 32 /* more are forgotten faster all at once */

/* Which address space's tables a CPU has in CR3; NULL: the kernel's. */
static struct mm *volatile in_use[MAX_CPUS];
static u64 kernel_cr3;

/* --- this CPU's CR3 and all CPUs' TLBs ----------------------------------- */

static void use_tables(struct mm *mm)
{
	in_use[arch_cpu_number()] = mm;
	write_cr3(mm ? arch_virt_to_hpa(mm->arch.pml4).v : kernel_cr3);
}

void arch_mm_switch(struct mm *mm)
{
	if (in_use[arch_cpu_number()] != mm)
		use_tables(mm);
}

struct flush {
	struct mm *mm;
	u64 start, end;
};

static void flush_here(void *arg)
{
	const struct flush *f = arg;

	if (in_use[arch_cpu_number()] != f->mm)
		return;
	if (f->end - f->start > FLUSH_PAGES * PAGE_SIZE) {
		write_cr3(read_cr3());
		return;
	}
	for (u64 va = f->start; va < f->end; va += PAGE_SIZE)
		invlpg(va);
}

/* Call fn(arg) on every CPU that has mm's tables. */
static void on_users_of(struct mm *mm, void (*fn)(void *), void *arg)
{
	/* The tables are changed first, then in_use is read (use_tables). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned i = 0; i < arch_cpu_count(); i++)
		if (in_use[i] == mm)
			cpu_call(i, fn, arg);
}

void arch_mm_flush(struct mm *mm, u64 start, u64 end)
{
	struct flush f = { .mm = mm, .start = start, .end = end };

	on_users_of(mm, flush_here, &f);
}

/* --- the tables ------------------------------------------------------------ */

int arch_mm_init(struct mm *mm)
{
	if (!kernel_cr3)
		kernel_cr3 =
			read_cr3(); /* the first program is still to come */
	mm->arch.pml4 = tables_create(arch_hpa_to_virt((hpa_t){ kernel_cr3 }));
	return mm->arch.pml4 ? 0 : -ENOMEM;
}

int arch_mm_map(struct mm *mm, u64 va, hpa_t hpa, u64 size, u32 prot)
{
	return tables_map(mm->arch.pml4, va, hpa, size, prot);
}

struct mm_page arch_mm_lookup(struct mm *mm, u64 va)
{
	return tables_lookup(mm->arch.pml4, va);
}

void arch_mm_unmap(struct mm *mm, u64 va, u64 size)
{
	tables_unmap(mm->arch.pml4, va, size);
}

static void forget(void *arg)
{
	if (in_use[arch_cpu_number()] == arg)
		use_tables(NULL);
}

void arch_mm_free(struct mm *mm)
{
	on_users_of(mm, forget, mm);
	tables_free(mm->arch.pml4);
	mm->arch.pml4 = NULL;
}

/* --- user memory ------------------------------------------------------------ */

u64 uaccess_copy(void *to, const void *from, u64 size); /* uaccess.S */

u64 arch_copy_from_user(void *to, u64 user, u64 size)
{
	return uaccess_copy(to, (const void *)user, size);
}

u64 arch_copy_to_user(u64 user, const void *from, u64 size)
{
	return uaccess_copy((void *)user, from, size);
}
