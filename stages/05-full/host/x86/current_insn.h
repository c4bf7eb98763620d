/*
 * current_insn.h - who runs on this CPU, which CPU is it, may interrupts come:
 * asked so often that a call would cost more than the answer.
 */
#pragma once

#include "05-full/host/x86/cpu_offsets.h"
#include "lib/types.h"

struct thread;

#define RFLAGS_IF_BIT 0x200

static inline struct thread *arch_current(void)
{
	struct thread *t;

	/* Not volatile: whatever CPU a thread is on, the answer is itself. */
	asm("mov %%gs:%c1, %0" : "=r"(t) : "i"(CPU_THREAD));
	return t;
}

static inline unsigned arch_cpu_number(void)
{
	unsigned n;

	asm volatile("mov %%gs:%c1, %0" : "=r"(n) : "i"(CPU_NUMBER));
	return n;
}

static inline void arch_irq_enable(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void arch_irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

static inline u64 arch_irq_save(void)
{
	u64 flags;

	asm volatile("pushfq; pop %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void arch_irq_restore(u64 flags)
{
	if (flags & RFLAGS_IF_BIT)
		arch_irq_enable();
}

static inline bool arch_irq_enabled(void)
{
	u64 flags;

	asm volatile("pushfq; pop %0" : "=r"(flags));
	return flags & RFLAGS_IF_BIT;
}
