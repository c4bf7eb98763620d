/*
 * host_arch.h - what the neutral half of the host must know of arm64.
 *
 *   TTBR0_EL2   the user program: 39 bits, from 4 MiB (nothing at 0)
 *   TTBR1_EL2   the kernel: all memory (04-arm64-el2/layout.h), kernel stacks
 */
#pragma once

/* Offsets for assembly (switch_to.S); pinned below. */
#define THREAD_X19 0
#define THREAD_SP 96

#define STACK_SHIFT 14
#define STACK_SIZE (1 << STACK_SHIFT)

#ifndef __ASSEMBLER__
#include "04-arm64-el2/percpu.h"
#include "05-full/host/arm64/host_insn.h"
#include "lib/types.h"

/* Of a thread that does not run. */
struct arch_thread {
	u64 x19_x30[12]; /* what a caller of arch_switch keeps */
	u64 sp;
	u64 tpidr_el0, tpidrro_el0, tpidr2_el0; /* of its user program */
	struct fpsimd_state fp;
};

_Static_assert(offsetof(struct arch_thread, x19_x30) == THREAD_X19, "");
_Static_assert(offsetof(struct arch_thread, sp) == THREAD_SP, "");

struct arch_mm {
	u64 *root; /* 512 entries of 1 GiB */
	u64 asid;  /* the tag of its translations; 0 is never a program's */
};

/* An instruction or two each: a call would cost more. */
static inline unsigned arch_cpu_number(void)
{
	return this_cpu()->id;
}

static inline u64 arch_irq_save(void)
{
	u64 flags = read_daif();

	irq_mask();
	return flags;
}

static inline void arch_irq_restore(u64 flags)
{
	write_daif(flags);
}

static inline void arch_irq_enable(void)
{
	irq_unmask();
}

static inline void arch_irq_disable(void)
{
	irq_mask();
}

static inline bool arch_irq_enabled(void)
{
	return !(read_daif() & DAIF_I);
}

static inline struct thread *arch_current(void)
{
	return read_current();
}

/* User programs may use [start, limit). */
static const u64 arch_user_start = 4 * MiB;
static const u64 arch_user_limit = 1ul << 39;

/* e_machine of our programs (EM_AARCH64). */
static const u16 arch_elf_machine = 183;

/* Which argument of clone is which: Linux's architectures differ. */
enum { ARCH_CLONE_TLS = 3, ARCH_CLONE_CTID = 4 };

#endif /* __ASSEMBLER__ */
