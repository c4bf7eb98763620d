/*
 * host_arch.h - for unit tests of the neutral host: no architecture at all.
 */
#pragma once

#include "lib/types.h"

struct thread;

struct arch_thread {
	int nothing;
};

struct arch_mm {
	int nothing;
};

struct thread *arch_current(void);
unsigned arch_cpu_number(void);
u64 arch_irq_save(void);
void arch_irq_restore(u64 flags);
void arch_irq_enable(void);
void arch_irq_disable(void);
bool arch_irq_enabled(void);

static const u64 arch_user_start = 4 * MiB;
static const u64 arch_user_limit = 1ul << 39;
