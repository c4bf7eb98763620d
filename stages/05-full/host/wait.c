/*
 * wait.c - wait queues, and locks that sleep.
 */
#include "05-full/host/wait.h"
#include "05-full/host/sched.h"
#include "lib/panic.h"

static void take_off(struct wait_queue *wq, struct thread *t)
{
	for (struct thread **at = &wq->first; *at; at = &(*at)->wait_next) {
		if (*at == t) {
			*at = t->wait_next;
			return;
		}
	}
}

void wait_prepare(struct wait_queue *wq)
{
	u64 flags = spin_lock_irq(&wq->lock);
	struct thread **at = &wq->first;

	while (*at && *at != current)
		at = &(*at)->wait_next;
	if (!*at) {
		current->wait_next = NULL;
		*at = current;
	}
	thread_set_state(THREAD_SLEEPING);
	spin_unlock_irq(&wq->lock, flags);
	/* The caller looks at its condition only after this is visible. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void wait_finish(struct wait_queue *wq)
{
	u64 flags = spin_lock_irq(&wq->lock);

	take_off(wq, current);
	thread_set_state(THREAD_RUNNABLE);
	spin_unlock_irq(&wq->lock, flags);
}

void wake_all(struct wait_queue *wq)
{
	u64 flags;

	/* Whoever waits has queued itself before it looked at the condition. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&wq->first, __ATOMIC_RELAXED))
		return;
	flags = spin_lock_irq(&wq->lock);
	for (struct thread *t = wq->first; t; t = t->wait_next)
		thread_wake(t);
	spin_unlock_irq(&wq->lock, flags);
}

void mutex_lock(struct mutex *m)
{
	if (mutex_trylock(m))
		return;
	for (;;) {
		wait_prepare(&m->waiters);
		if (mutex_trylock(m))
			break;
		schedule();
	}
	wait_finish(&m->waiters);
}

int mutex_wait_killable(struct mutex *m)
{
	return wait_event(&m->waiters, mutex_trylock(m));
}
