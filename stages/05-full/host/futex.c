/*
 * futex.c - see futex.h.  A waiter first stands in the list, then looks at the
 * word: whoever changes it and wakes afterwards finds the waiter.
 */
#include "05-full/host/futex.h"

#include "05-full/host/process.h"
#include "05-full/host/sleep.h"

#define BUCKETS 32

struct waiter {
	struct waiter *next;
	struct mm *mm;
	u64 addr;
	struct thread *thread;
	volatile bool woken;
};

static struct bucket {
	struct spinlock lock;
	struct waiter *first;
} buckets[BUCKETS];

static struct bucket *bucket_of(u64 addr)
{
	return &buckets[(addr / 4 ^ addr / 4096) % BUCKETS];
}

static void enter(struct bucket *b, struct waiter *w)
{
	u64 flags = spin_lock_irq(&b->lock);

	w->next = b->first;
	b->first = w;
	spin_unlock_irq(&b->lock, flags);
}

static void leave(struct bucket *b, struct waiter *w)
{
	u64 flags = spin_lock_irq(&b->lock);

	for (struct waiter **at = &b->first; *at; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			break;
		}
	}
	spin_unlock_irq(&b->lock, flags);
}

s64 futex_wait(u64 addr, u32 value, u64 deadline)
{
	struct waiter w = { .mm = current_mm(),
		            .addr = addr,
		            .thread = current };
	struct bucket *b = bucket_of(addr);
	s64 result;
	u32 now;

	if (addr % 4)
		return -EINVAL;
	enter(b, &w);
	if (copy_from_user(&now, addr, sizeof(now)))
		result = -EFAULT;
	else if (now != value)
		result = -EAGAIN;
	else
		result = sleep_until(deadline, &w.woken);
	leave(b, &w);
	return w.woken ? 0 : result;
}

s64 futex_wake(u64 addr, u32 count)
{
	struct bucket *b = bucket_of(addr);
	struct waiter **at;
	s64 woken = 0;
	u64 flags;

	if (addr % 4)
		return -EINVAL;
	flags = spin_lock_irq(&b->lock);
	for (at = &b->first; *at && woken < count;) {
		struct waiter *w = *at;

		if (w->mm != current_mm() || w->addr != addr) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		w->woken = true;
		thread_wake(w->thread);
		woken++;
	}
	spin_unlock_irq(&b->lock, flags);
	return woken;
}
