/*
 * sleep.c - see sleep.h.
 */
#include "05-full/host/sleep.h"

#include "05-full/host/sched.h"
#include "lib/errno.h"

static void ring_alarm(struct ktimer *t)
{
	struct alarm *a = (struct alarm *)t;

	a->rang = true;
	thread_wake(a->thread);
}

void alarm_set(struct alarm *a, u64 deadline)
{
	*a = (struct alarm){ .timer.fn = ring_alarm, .thread = current };
	if (deadline != ~0ul)
		ktimer_start(&a->timer, deadline);
}

void alarm_clear(struct alarm *a)
{
	ktimer_cancel(&a->timer);
}

s64 sleep_until(u64 deadline, volatile bool *flag)
{
	struct alarm a;
	s64 result;

	alarm_set(&a, deadline);
	for (;;) {
		thread_set_state(THREAD_SLEEPING);
		result = *flag            ? 0 :
		         a.rang           ? -ETIMEDOUT :
		         signal_pending() ? -EINTR :
		                            1;
		if (result <= 0)
			break;
		schedule();
	}
	thread_set_state(THREAD_RUNNABLE);
	alarm_clear(&a);
	return result;
}
