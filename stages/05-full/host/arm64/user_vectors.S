/*
 * user_vectors.S - EL2's vectors once there are threads: stage 04's, and a
 * look at the stack pointer first.
 *
 * A kernel stack fills the upper half of an aligned piece of twice its size;
 * the lower half is not mapped.  So a stack pointer with a clear bit
 * STACK_SHIFT has overflowed, and must not be pushed to: the fault of that
 * push would come here again, forever.
 */
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/trap.h"
#include "host_arch.h"

	/* The registers are not free yet: x0 and SP serve as each other. */
	.macro	kernel_slot n
	.balign	128
	sub	sp, sp, #FRAME_SIZE
	add	sp, sp, x0		// sp' = sp + x0
	sub	x0, sp, x0		// x0' = sp
	tbz	x0, #STACK_SHIFT, stack_overflow
	sub	x0, sp, x0		// x0
	sub	sp, sp, x0		// sp
	stp	x0, x1, [sp, #FRAME_X]
	mov	x1, #\n
	b	host_exception
	.endm

	/* From EL0 the stack is empty: nothing to check. */
	.macro	user_slot n
	.balign	128
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #FRAME_X]
	mov	x1, #\n
	b	host_exception
	.endm

	.text
	.balign	2048
	.global thread_vectors
thread_vectors:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7
	kernel_slot \n
	.endr
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	user_slot \n
	.endr

	.balign	2048		// not executed: ends the table

/* x0: the bad stack pointer.  The CPU's boot stack is free since sched_start. */
stack_overflow:
	mrs	x1, tpidr_el2
	ldr	x1, [x1, #CPU_STACK_TOP]
	mov	sp, x1
	b	kernel_stack_overflow	// _Noreturn void (u64 sp)
