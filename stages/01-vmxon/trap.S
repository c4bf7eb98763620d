/*
 * trap.S - one entry per vector, all of the same size, then common code that
 * saves the general registers as a struct trap_frame and calls C.
 *
 *   void trap_handle(struct trap_frame *f);		in trap.c
 */
	.text
	.balign 16
	.global trap_entries
trap_entries:
	vector = 0
	.rept 256
	.balign 16
	/* Vectors that push an error code by themselves (SDM table 6-1). */
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 \
		|| vector == 21 || vector == 29 || vector == 30)
	push $0
	.endif
	push $vector
	jmp trap_common
	vector = vector + 1
	.endr

trap_common:
	cld
	push %rax
	push %rcx
	push %rdx
	push %rbx
	push %rbp
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, %rdi
	call trap_handle
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rbp
	pop %rbx
	pop %rdx
	pop %rcx
	pop %rax
	add $16, %rsp			/* the vector and the error code */
	iretq
