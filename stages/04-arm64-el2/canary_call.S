/*
 * canary_call.S - functions under observation: do they keep what they must?
 */
#include "04-arm64-el2/canary.h"

/* An unlikely value for each register, and its check: x9 collects the bits. */
	.macro	pattern reg, n
	ldr	\reg, =0x5eed000000000000 + \n * 0x0001010101010101
	.endm
	.macro	check reg, n
	ldr	x10, =0x5eed000000000000 + \n * 0x0001010101010101
	compare	\reg, \n
	.endm
	.macro	check_inverted reg, n
	ldr	x10, =~(0x5eed000000000000 + \n * 0x0001010101010101)
	compare	\reg, \n
	.endm
	.macro	compare reg, n
	cmp	\reg, x10
	mov	x10, #1
	lsl	x10, x10, #\n
	csel	x10, xzr, x10, eq
	orr	x9, x9, x10
	.endm

	.text
/* struct canary_call canary_call(struct vcpu *x0, u64 (*x1)(struct vcpu *)) */
	.global canary_call
canary_call:
	stp	x29, x30, [sp, #-16]!
	stp	x19, x20, [sp, #-16]!
	stp	x21, x22, [sp, #-16]!
	stp	x23, x24, [sp, #-16]!
	stp	x25, x26, [sp, #-16]!
	stp	x27, x28, [sp, #-16]!
	mrs	x2, sp_el0
	stp	x2, x2, [sp, #-16]!
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	pattern	x\n, \n
	.endr
	pattern	x2, 31
	msr	sp_el0, x2
	blr	x1
	mov	x9, xzr
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	check	x\n, \n
	.endr
	mrs	x2, sp_el0
	check	x2, 31
	mov	x1, x9
	ldp	x2, x3, [sp], #16
	msr	sp_el0, x2
	ldp	x27, x28, [sp], #16
	ldp	x25, x26, [sp], #16
	ldp	x23, x24, [sp], #16
	ldp	x21, x22, [sp], #16
	ldp	x19, x20, [sp], #16
	ldp	x29, x30, [sp], #16
	ret

/*
 * u64 canary_spin(void) - all registers patterned, spin; the interrupt's
 * handler inverts them all, and moves the PC from canary_spinning to canary_spun.
 */
	.global canary_spin, canary_spinning, canary_spun
canary_spin:
	stp	x29, x30, [sp, #-16]!
	stp	x19, x20, [sp, #-16]!
	stp	x21, x22, [sp, #-16]!
	stp	x23, x24, [sp, #-16]!
	stp	x25, x26, [sp, #-16]!
	stp	x27, x28, [sp, #-16]!
	mrs	x2, sp_el0
	stp	x2, x2, [sp, #-16]!
	pattern	x2, 31
	msr	sp_el0, x2
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	pattern	x\n, \n
	.endr
	msr	nzcv, x16		// some flags: bits 31:28 of the pattern
	msr	daifclr, #2
canary_spinning:
	b	canary_spinning
canary_spun:
	stp	x9, x10, [sp, #-16]!
	mrs	x10, nzcv
	and	x9, x16, #0xf0000000	// both inverted
	cmp	x9, x10
	cset	x10, ne
	lsl	x9, x10, #32		// bit 32: the flags
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	check_inverted x\n, \n
	.endr
	ldp	x2, x3, [sp], #16
	check_inverted x2, 9
	check_inverted x3, 10
	mrs	x2, sp_el0
	check_inverted x2, 31
	mov	x0, x9
	ldp	x2, x3, [sp], #16
	msr	sp_el0, x2
	ldp	x27, x28, [sp], #16
	ldp	x25, x26, [sp], #16
	ldp	x23, x24, [sp], #16
	ldp	x21, x22, [sp], #16
	ldp	x19, x20, [sp], #16
	ldp	x29, x30, [sp], #16
	ret
