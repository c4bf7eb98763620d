/*
 * timer.h - the host's time: the physical counter, and EL2's own timer.
 */
#pragma once

#include "lib/types.h"

/* timer_now - the counter, in ticks of timer_frequency() Hz. */
u64 timer_now(void);
u64 timer_frequency(void);

/* timer_ns - ticks as nanoseconds. */
u64 timer_ns(u64 ticks);

/* timer_init - on each CPU; the interrupt only counts. */
void timer_init(void);

/* timer_after - one interrupt (INTID_HOST_TIMER) in so many ticks. */
void timer_after(u64 ticks);
void timer_off(void);

/* timer_counts_instructions - is one instruction one nanosecond here? */
bool timer_counts_instructions(void);
