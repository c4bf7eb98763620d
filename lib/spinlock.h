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

static inline void spin_lock(struct spinlock *l)
{
	while (__atomic_test_and_set(&l->taken, __ATOMIC_ACQUIRE))
		while (__atomic_load_n(&l->taken, __ATOMIC_RELAXED))
			;
}

static inline void spin_unlock(struct spinlock *l)
{
	__atomic_clear(&l->taken, __ATOMIC_RELEASE);
}
