/*
 * smp.h - the other CPUs: starting them, giving them work.
 */
#pragma once

#include "lib/types.h"

/* smp_start - start all other CPUs; afterwards smp_count() tells how many. */
void smp_start(void);

/* smp_count - CPUs that run, this one included. */
u32 smp_count(void);

/*
 * smp_run - run fn(arg) on every CPU at the same time, and return when all
 * are done.  Only CPU 0 calls it.
 */
void smp_run(void (*fn)(void *arg), void *arg);

/* smp_barrier - inside smp_run's fn: wait until every CPU is here. */
void smp_barrier(void);
