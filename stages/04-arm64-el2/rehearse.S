/*
 * rehearse.S - a call that can be left from the inside.
 */
	.text
/* u64 rehearse_call(u64 (*x0)(struct vcpu *), struct vcpu *x1) */
	.global rehearse_call
rehearse_call:
	stp	x29, x30, [sp, #-16]!
	stp	x27, x28, [sp, #-16]!
	stp	x25, x26, [sp, #-16]!
	stp	x23, x24, [sp, #-16]!
	stp	x21, x22, [sp, #-16]!
	stp	x19, x20, [sp, #-16]!
	adrp	x2, rehearse_sp
	add	x2, x2, :lo12:rehearse_sp
	mov	x3, sp
	str	x3, [x2]
	mov	x2, x0
	mov	x0, x1
	blr	x2
	b	1f
/* void rehearse_end(void) - never returns; rehearse_call does. */
	.global rehearse_end
rehearse_end:
	adrp	x2, rehearse_sp
	add	x2, x2, :lo12:rehearse_sp
	ldr	x3, [x2]
	mov	sp, x3
1:	ldp	x19, x20, [sp], #16
	ldp	x21, x22, [sp], #16
	ldp	x23, x24, [sp], #16
	ldp	x25, x26, [sp], #16
	ldp	x27, x28, [sp], #16
	ldp	x29, x30, [sp], #16
	ret

	.bss
	.balign	8
rehearse_sp:
	.skip	8
