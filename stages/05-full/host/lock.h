/*
 * lock.h - spinlocks that an interrupt's handler may want, too: with this
 * CPU's interrupts off.
 */
#pragma once

#include "host_arch.h" /* arch_irq_save, arch_irq_restore */
#include "lib/spinlock.h"
#include "lib/types.h"

/* spin_lock_irq - returns what spin_unlock_irq wants. */
static inline u64 spin_lock_irq(struct spinlock *l)
{
	u64 flags = arch_irq_save();

	spin_lock(l);
	return flags;
}

static inline void spin_unlock_irq(struct spinlock *l, u64 flags)
{
	spin_unlock(l);
	arch_irq_restore(flags);
}
