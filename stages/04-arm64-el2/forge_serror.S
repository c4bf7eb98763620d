/*
 * forge_serror.S - what the CPU does when it takes an SError, by hand.
 * Branched to from where forge.c planted it; no register may change.
 */
#include "04-arm64-el2/forge.h"

#define ESR_SERROR 0xbe000011		// class 0x2f, asynchronous
#define PSTATE_HERE 0x2c9		// EL2h; D, I and F masked, A not
#define CURRENT_EL_SERROR 0x380		// slot 7 of a vector table

	.text
/* In place of the guest's synchronous slot: an exit for another reason. */
	.global forge_in_guest
forge_in_guest:
	stp	x0, x1, [sp, #-16]!
	ldr	x0, =ESR_SERROR
	msr	esr_el2, x0
	ldp	x0, x1, [sp], #16
	b	guest_vector_serror

/* An SError at EL2 itself that will return behind `where`. */
	.macro	take_serror where
	stp	x0, x1, [sp, #-16]!
	adr	x0, \where
	add	x0, x0, #4
	msr	elr_el2, x0
	mrs	x0, nzcv
	mov	x1, #PSTATE_HERE
	orr	x0, x0, x1
	msr	spsr_el2, x0
	ldr	x0, =ESR_SERROR
	msr	esr_el2, x0
	ldp	x0, x1, [sp], #16
	msr	daifset, #15
	b	guest_vectors + CURRENT_EL_SERROR
	.endm

/* In place of the window's ISB.  Masked, it would stay pending: no exception. */
	.global forge_in_window
forge_in_window:
	mrs	x0, daif		// x0 is saved by now: x5
	tbz	x0, #8, 1f
	b	serror_window_end
1:
	take_serror serror_window

/* In place of the question whether one is pending: too early. */
	.global forge_in_switch
forge_in_switch:
	take_serror serror_test
