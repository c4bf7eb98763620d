/*
 * time.h - the clock, and calls at a time.
 */
#pragma once

#include "lib/types.h"

/* clock_ns - since boot, monotonic, the same on all CPUs. */
u64 clock_ns(void);

/* clock_init - at boot, when arch_ticks works. */
void clock_init(void);
/* clock_to_ticks - what arch_ticks will be at that time. */
u64 clock_to_ticks(u64 ns);

/* arch_ticks - the CPU's own counter (TSC, CNTVCT), and its rate. */
u64 arch_ticks(void);
u64 arch_ticks_hz(void);

struct ktimer {
	void (*fn)(struct ktimer *t); /* interrupt context */
	u64 deadline;                 /* ns of clock_ns */
	struct ktimer *next;
	int cpu; /* whose list it is in, counted from 1; 0: none */
	volatile bool running;
};

/* ktimer_start - (re)start on this CPU; a deadline in the past fires at once. */
void ktimer_start(struct ktimer *t, u64 deadline);
/* ktimer_cancel - afterwards fn does not run, on no CPU. */
void ktimer_cancel(struct ktimer *t);

/* ktimer_next - the earliest deadline on this CPU, the tick included; ~0: none. */
u64 ktimer_next(void);
