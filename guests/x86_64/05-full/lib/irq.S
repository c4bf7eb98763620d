/*
 * irq.S - x86: an interrupt is handled, and the guest goes on.
 */
#include "lib/irq_vectors.h"

	.text
	.macro	entry name, vector
	.global	\name
\name:
	push	%rdi
	mov	$\vector, %edi
	jmp	enter
	.endm

	entry	irq_enter_timer, VECTOR_TIMER
	entry	irq_enter_ipi, VECTOR_IPI

/* Five words by the CPU, nine of ours: the stack is aligned for C. */
enter:	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	cld
	call	guest_irq
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	pop	%rdi
	iretq
	.section .note.GNU-stack, "", @progbits
