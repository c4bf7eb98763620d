/*
 * wait.h - sleeping until something is true.
 */
#pragma once

#include "05-full/host/thread.h"
#include "lib/errno.h"

struct wait_queue {
	struct spinlock lock;
	struct thread *first; /* linked by thread.wait_next */
};

/*
 * wait_event - sleep until the condition holds.  0, or -EINTR if a signal
 * came first.  The condition is tested with no lock held; whoever makes it
 * true calls wake_all afterwards.
 */
#define wait_event(wq, condition)                                             \
	({                                                                    \
		int wait_result = 0;                                          \
		for (;;) {                                                    \
			wait_prepare(wq);                                     \
			if (condition)                                        \
				break;                                        \
			if (signal_pending()) {                               \
				wait_result = -EINTR;                         \
				break;                                        \
			}                                                     \
			schedule();                                           \
		}                                                             \
		wait_finish(wq);                                              \
		wait_result;                                                  \
	})

void wait_prepare(struct wait_queue *wq); /* SLEEPING, and on the queue */
void wait_finish(struct wait_queue *wq);  /* RUNNABLE, and off it */
void wake_all(struct wait_queue *wq);     /* also from interrupts */

/* A lock that sleeps; recursive use deadlocks. */
struct mutex {
	volatile u32 taken;
	struct wait_queue waiters;
};
void mutex_lock(struct mutex *m);
/* mutex_trylock - false: somebody has it. */
static inline bool mutex_trylock(struct mutex *m)
{
	return !__atomic_exchange_n(&m->taken, 1, __ATOMIC_ACQUIRE);
}
/* mutex_lock_killable - 0, or -EINTR if a signal came first. */
int mutex_wait_killable(struct mutex *m);
static inline int mutex_lock_killable(struct mutex *m)
{
	return mutex_trylock(m) ? 0 : mutex_wait_killable(m);
}
static inline void mutex_unlock(struct mutex *m)
{
	/* A full barrier: who waits has queued itself before it tried again. */
	__atomic_exchange_n(&m->taken, 0, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&m->waiters.first, __ATOMIC_RELAXED))
		wake_all(&m->waiters);
}
