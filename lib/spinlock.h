/*
 * spinlock.h - mutual exclusion between CPUs, by the compiler's atomics.
 *
 * It does not touch the interrupt flag: code that an interrupt handler may
 * enter again must mask interrupts first.
 */
#pragma once

#include "lib/types.h"

struct spinlock {
	bool taken;
};

/*
 * arch_relax - tell the CPU that it only waits.  The seam: each architecture's
 * first stage has one.  Under a hypervisor it is more than politeness: a
 * virtual CPU that spins without the hint may keep its physical CPU from the
 * one it waits for (on x86: PAUSE-loop exiting, SDM 26.1.3).
 */
void arch_relax(void);

/* spin_trylock - false: somebody has it. */
static inline bool spin_trylock(struct spinlock *l)
{
	return !__atomic_test_and_set(&l->taken, __ATOMIC_ACQUIRE);
}

static inline void spin_lock(struct spinlock *l)
{
	while (__atomic_test_and_set(&l->taken, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&l->taken, __ATOMIC_RELAXED))
			arch_relax();
}

static inline void spin_unlock(struct spinlock *l)
{
	__atomic_clear(&l->taken, __ATOMIC_RELEASE);
}
