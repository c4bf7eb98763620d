/*
 * panic.h - how a run ends: well, badly, or by a bug of ours.
 *
 * Three roads (DESIGN: never mixed).  A function that can fail returns an
 * error.  A guest's fault goes to the guest or ends its VM.  Only a bug of
 * our own panics.
 */
#pragma once

#include "lib/print.h"

/* Each stage's main.c says which stage it is: "03". */
extern const char stage_number[];

/*
 * arch_poweroff - end the run; never returns.  The seam: each architecture's
 * first stage defines it.
 */
_Noreturn void arch_poweroff(void);

/* arch_cpu_id - a number that no other CPU has; from the first instruction on. */
u64 arch_cpu_id(void);

/* arch_panic_state - print what the architecture knows about this CPU. */
void arch_panic_state(void);

/*
 * last_words - this CPU is about to die, and prints from here on, although
 * another may hold printk's lock.  Of several that die at the same time only
 * the first comes back: one report that can be read is better than two mixed.
 */
void last_words(void);

/* stage_ok - print "stage NN: ok" and power off: the stage showed it all. */
_Noreturn void stage_ok(void);

/* stage_failed - print "stage NN: FAILED: reason" and power off. */
_Noreturn void stage_failed(const char *fmt, ...) PRINTF_LIKE(1, 2);

_Noreturn void panic_at(const char *file, int line, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/* panic - our own bug: say where and why, show the CPU, power off. */
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)

/* assert - what must hold if our own code is right. */
#define assert(cond)                                                          \
	do {                                                                  \
		if (!(cond))                                                  \
			panic("assertion failed: %s", #cond);                 \
	} while (0)
