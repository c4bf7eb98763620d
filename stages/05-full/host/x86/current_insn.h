/*
 * current_insn.h - the thread that runs on this CPU: a load through GS.
 */
#pragma once

#include "lib/types.h"

struct thread;

#define CPU_THREAD 24 /* in struct cpu; pinned in user_regs.h */

static inline struct thread *current_read(void)
{
	struct thread *t;

	/* Not volatile: whatever CPU a thread is on, the answer is itself. */
	asm("mov %%gs:%c1, %0" : "=r"(t) : "i"(CPU_THREAD));
	return t;
}
