/*
 * irq.S - arm64: vectors where an interrupt is handled and the guest goes on.
 * All else goes where try.S would have it.
 */
	.text
	.global	irq_vectors
	.balign 2048
irq_vectors:
	.rept	5
	.balign	128
	b	guest_vectors
	.endr
	.balign	128
	b	irq	/* 0x280: IRQ at EL1, SP_EL1 */
	.rept	10
	.balign	128
	b	guest_vectors
	.endr

irq:	stp	x29, x30, [sp, #-16]!
	stp	x0, x1, [sp, #-16]!
	stp	x2, x3, [sp, #-16]!
	stp	x4, x5, [sp, #-16]!
	stp	x6, x7, [sp, #-16]!
	stp	x8, x9, [sp, #-16]!
	stp	x10, x11, [sp, #-16]!
	stp	x12, x13, [sp, #-16]!
	stp	x14, x15, [sp, #-16]!
	stp	x16, x17, [sp, #-16]!
	str	x18, [sp, #-16]!
	bl	irq_entered
	ldr	x18, [sp], #16
	ldp	x16, x17, [sp], #16
	ldp	x14, x15, [sp], #16
	ldp	x12, x13, [sp], #16
	ldp	x10, x11, [sp], #16
	ldp	x8, x9, [sp], #16
	ldp	x6, x7, [sp], #16
	ldp	x4, x5, [sp], #16
	ldp	x2, x3, [sp], #16
	ldp	x0, x1, [sp], #16
	ldp	x29, x30, [sp], #16
	eret
	.section .note.GNU-stack, "", %progbits
