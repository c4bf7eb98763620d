/*
 * mm_x86.c - page tables of user programs (SDM 4.5), and their translations
 * in the TLBs of all CPUs.
 *
 * Slots 0 and 1 of each PML4 are the kernel's, the same tables for all.  A
 * table stays until its address space goes, so nobody ever walks a table that
 * somebody else is freeing.
 */
#include "05-full/host/memory.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/errno.h"

#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PTE_U BIT(2)
#define PTE_LARGE BIT(7)
#define PTE_NO_ACCESS BIT(9) /* ours: a page is here, but PROT_NONE */
#define PTE_XD BIT(63)
#define PTE_ADDRESS MASK(51, 12)

#define LARGE (2 * MiB)
#define KERNEL_SLOTS 2
#define FLUSH_PAGES 32 /* more are forgotten faster all at once */

/* Which address space's tables a CPU has in CR3; NULL: the kernel's. */
static struct mm *volatile in_use[MAX_CPUS];
static u64 kernel_cr3;

static u64 *user_table(u64 entry)
{
	return arch_hpa_to_virt((hpa_t){ entry & PTE_ADDRESS });
}

static bool maps_memory(u64 entry, unsigned level)
{
	return level == 1 || entry & PTE_LARGE;
}

/* The entry for va at a level: 1 maps 4 KiB, 2 maps 2 MiB; or NULL. */
static u64 *find_entry(u64 *table, u64 va, unsigned level, bool create)
{
	for (unsigned l = 4;; l--) {
		u64 *e = &table[va >> (12 + 9 * (l - 1)) & 511];

		if (l == level)
			return e;
		if (!*e && create) {
			void *new = frames_alloc(0);

			if (!new)
				return NULL;
			*e = arch_virt_to_hpa(new).v | PTE_P | PTE_W | PTE_U;
		}
		if (!*e || maps_memory(*e, l))
			return NULL;
		table = user_table(*e);
	}
}

static u64 leaf_bits(u32 prot)
{
	u64 bits = PTE_P | PTE_U;

	if (!prot)
		return PTE_NO_ACCESS;
	if (prot & PROT_W)
		bits |= PTE_W;
	if (!(prot & PROT_X))
		bits |= PTE_XD;
	return bits;
}

int arch_mm_map(struct mm *mm, u64 va, hpa_t hpa, u64 size, u32 prot)
{
	u64 *pd, *e;

	pd = e = find_entry(mm->arch.pml4, va, 2, true);
	if (!pd)
		return -ENOMEM;
	if (size == LARGE) {
		if (*e && !maps_memory(*e, 2))
			return -EEXIST;
		*e = hpa.v | leaf_bits(prot) | PTE_LARGE;
		return 0;
	}
	if (*pd && maps_memory(*pd, 2))
		return -EEXIST;
	e = find_entry(mm->arch.pml4, va, 1, true);
	if (!e)
		return -ENOMEM;
	*e = hpa.v | leaf_bits(prot);
	return 0;
}

/* The lowest entry for va that there is, and how much it stands for. */
static u64 *find_leaf(struct mm *mm, u64 va, u64 *size)
{
	u64 *table = mm->arch.pml4;

	for (unsigned l = 4;; l--) {
		u64 *e = &table[va >> (12 + 9 * (l - 1)) & 511];

		*size = 1ul << (12 + 9 * (l - 1));
		if (!*e || maps_memory(*e, l))
			return e;
		table = user_table(*e);
	}
}

struct mm_page arch_mm_lookup(struct mm *mm, u64 va)
{
	u64 size, e = *find_leaf(mm, va, &size);

	if (!e)
		return (struct mm_page){ .hole = size - va % size };
	return (struct mm_page){
		.hpa = { ALIGN_DOWN(e & PTE_ADDRESS, size) },
		.size = size,
		.writable = e & PTE_W,
	};
}

void arch_mm_unmap(struct mm *mm, u64 va, u64 size)
{
	u64 mapped, *e = find_leaf(mm, va, &mapped);

	if (mapped == size)
		*e = 0;
}

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

/* --- beginning and end ---------------------------------------------------- */

int arch_mm_init(struct mm *mm)
{
	const u64 *kernel;

	if (!kernel_cr3)
		kernel_cr3 =
			read_cr3(); /* the first program is still to come */
	kernel = user_table(kernel_cr3);
	mm->arch.pml4 = frames_alloc(0);
	if (!mm->arch.pml4)
		return -ENOMEM;
	for (unsigned i = 0; i < KERNEL_SLOTS; i++)
		mm->arch.pml4[i] = kernel[i];
	return 0;
}

static void forget(void *arg)
{
	if (in_use[arch_cpu_number()] == arg)
		use_tables(NULL);
}

static void free_tables(u64 *table, unsigned level, unsigned first)
{
	for (unsigned i = first; i < 512; i++)
		if (table[i] && !maps_memory(table[i], level))
			free_tables(user_table(table[i]), level - 1, 0);
	frames_free(table, 0);
}

void arch_mm_free(struct mm *mm)
{
	on_users_of(mm, forget, mm);
	free_tables(mm->arch.pml4, 4, KERNEL_SLOTS);
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
