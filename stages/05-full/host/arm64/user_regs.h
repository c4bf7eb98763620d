/*
 * user_regs.h - what lies at the top of each thread's kernel stack:
 *
 *   stack_top - 16              the struct thread (for entries from EL0)
 *   stack_top - 16 - 272        the user program's registers: stage 04's
 *                               trap_frame, pushed by an exception from EL0
 */
#pragma once

#include "04-arm64-el2/trap.h"
#include "05-full/host/thread.h"

struct user_regs {
	struct trap_frame frame;
};

/* Where the pointer to the thread is, seen from the registers. */
struct stack_end {
	struct user_regs regs;
	struct thread *owner;
	u64 unused;
};

_Static_assert(sizeof(struct stack_end) == FRAME_SIZE + 16, "");

static inline struct stack_end *stack_end(const struct thread *t)
{
	return (struct stack_end *)(t->stack_top - sizeof(struct stack_end));
}
