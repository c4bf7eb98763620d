/*
 * start.h - from stage 04's boot code to threads.
 */
#pragma once

/* cpu_begin - make this CPU ready for threads: vectors, PAN, timer, kicks. */
void cpu_begin(void);
