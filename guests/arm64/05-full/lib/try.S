/*
 * try.S - arm64: calling something that may end in an exception.
 *
 * guest_try keeps its stack pointer; each vector goes back there.
 */
	.text
	.global guest_try, guest_try_user, guest_vectors

	.macro	push_saved
	stp	x29, x30, [sp, #-16]!
	stp	x19, x20, [sp, #-16]!
	stp	x21, x22, [sp, #-16]!
	stp	x23, x24, [sp, #-16]!
	stp	x25, x26, [sp, #-16]!
	stp	x27, x28, [sp, #-16]!
	adrp	x9, try_sp
	add	x9, x9, :lo12:try_sp
	mov	x10, sp
	str	x10, [x9]
	.endm

	.macro	pop_saved
	adrp	x9, try_sp
	add	x9, x9, :lo12:try_sp
	str	xzr, [x9]
	ldp	x27, x28, [sp], #16
	ldp	x25, x26, [sp], #16
	ldp	x23, x24, [sp], #16
	ldp	x21, x22, [sp], #16
	ldp	x19, x20, [sp], #16
	ldp	x29, x30, [sp], #16
	.endm

/* int guest_try(void (*fn)(void)) */
guest_try:
	push_saved
	blr	x0
	mov	w0, #-1
	pop_saved
	ret

/* int guest_try_user(void (*fn)(void)): it comes back by SVC #0x77. */
guest_try_user:
	push_saved
	adrp	x9, user_stack_top
	add	x9, x9, :lo12:user_stack_top
	msr	sp_el0, x9
	msr	elr_el1, x0
	mov	x9, #0x3c0	/* EL0, all masked */
	msr	spsr_el1, x9
	adr	x30, user_done
	eret
user_done:
	svc	#0x77

	.balign 2048
guest_vectors:
	.rept	16
	.balign	128
	b	caught
	.endr

caught:
	adrp	x9, guest_esr
	add	x9, x9, :lo12:guest_esr
	mrs	x0, esr_el1
	mrs	x1, far_el1
	mrs	x2, elr_el1
	stp	x0, x1, [x9], #16
	str	x2, [x9]
	adrp	x9, try_sp
	add	x9, x9, :lo12:try_sp
	ldr	x10, [x9]
	cbz	x10, guest_unexpected
	mov	sp, x10
	mov	w11, #0x77
	movk	w11, #0x5600, lsl #16
	cmp	w0, w11		/* SVC #0x77: the way back from EL0 */
	lsr	w0, w0, #26
	b.ne	1f
	mov	w0, #-1
1:	pop_saved
	ret

	.bss
	.balign	16
	.global	guest_esr, guest_far, guest_elr
guest_esr: .quad 0
guest_far: .quad 0
guest_elr: .quad 0
try_sp:	.quad	0
	.balign	16
	.skip	4096
user_stack_top:
	.section .note.GNU-stack, "", %progbits
