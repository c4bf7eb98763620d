/*
 * sleep.h - sleeping until a time, or until somebody wakes.
 */
#pragma once

#include "lib/types.h"

/*
 * sleep_until - until the flag is set (and thread_wake called), the time has
 * come (clock_ns; ~0: never), or a signal: 0, -ETIMEDOUT, -EINTR.
 */
s64 sleep_until(u64 deadline, volatile bool *flag);

/* For ppoll and rt_sigtimedwait: a thread is woken at a time. */
#include "05-full/host/thread.h"
#include "05-full/host/time.h"

struct alarm {
	struct ktimer timer;
	struct thread *thread;
	volatile bool rang;
};
void alarm_set(struct alarm *a, u64 deadline);
void alarm_clear(struct alarm *a);
