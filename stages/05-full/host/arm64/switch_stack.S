/*
 * switch_stack.S - from thread to thread, and a thread's first steps.
 */
#include "04-arm64-el2/trap.h"
#include "host_arch.h"

	.text
/*
 * void switch_stack(struct thread *x0 from, struct thread *x1 to)
 *
 * Saves what a caller keeps (AAPCS64), goes on where `to` once called this.
 */
	.global switch_stack
switch_stack:
	stp	x19, x20, [x0, #THREAD_X19 + 8 * 0]
	stp	x21, x22, [x0, #THREAD_X19 + 8 * 2]
	stp	x23, x24, [x0, #THREAD_X19 + 8 * 4]
	stp	x25, x26, [x0, #THREAD_X19 + 8 * 6]
	stp	x27, x28, [x0, #THREAD_X19 + 8 * 8]
	stp	x29, x30, [x0, #THREAD_X19 + 8 * 10]
	mov	x2, sp
	str	x2, [x0, #THREAD_SP]

	ldr	x2, [x1, #THREAD_SP]
	mov	sp, x2
	msr	sp_el0, x1		// current
	ldp	x19, x20, [x1, #THREAD_X19 + 8 * 0]
	ldp	x21, x22, [x1, #THREAD_X19 + 8 * 2]
	ldp	x23, x24, [x1, #THREAD_X19 + 8 * 4]
	ldp	x25, x26, [x1, #THREAD_X19 + 8 * 6]
	ldp	x27, x28, [x1, #THREAD_X19 + 8 * 8]
	ldp	x29, x30, [x1, #THREAD_X19 + 8 * 10]
	ret

/* A new thread: x19 is its function, x20 the argument. */
	.global thread_first
thread_first:
	mov	x29, xzr
	mov	x0, x19
	mov	x1, x20
	b	thread_begin		// _Noreturn

/* _Noreturn void user_return(struct trap_frame *x0): interrupts masked. */
	.global user_return
user_return:
	mov	sp, x0
	b	trap_return
