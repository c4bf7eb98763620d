/*
 * smp.h - the other CPUs.
 */
#pragma once

#include "04-arm64-el2/cpu.h"

/*
 * smp_start - start all CPUs that the device tree names, by PSCI; returns how
 * many run, this one included.  Each waits for smp_run.
 */
unsigned smp_start(void);

/* smp_run - let another CPU call fn(arg); smp_wait - until it is done. */
void smp_run(unsigned cpu, void (*fn)(void *), void *arg);
void smp_wait(unsigned cpu);
