/*
 * try.S - x86: calling something that may end in an exception.
 *
 * guest_try keeps its stack pointer; each exception's stub goes back there.
 */
#include "lib/try.h"

	.text
	.global guest_try, guest_try_user, guest_stubs

	.macro	push_saved
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, try_sp(%rip)
	.endm

	.macro	pop_saved
	movq	$0, try_sp(%rip)
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	.endm

/* int guest_try(void (*fn)(void)) */
guest_try:
	push_saved
	call	*%rdi
	mov	$-1, %eax
	pop_saved
	ret

/* int guest_try_user(void (*fn)(void)): its return is a #GP by ring 3's HLT. */
guest_try_user:
	push_saved
	lea	user_stack_top(%rip), %rax
	lea	user_done(%rip), %rcx
	sub	$8, %rax
	mov	%rcx, (%rax)
	pushq	$SEL_USER_DATA
	push	%rax
	pushq	guest_user_flags(%rip)
	pushq	$SEL_USER_CODE
	push	%rdi
	iretq
user_done:
	int	$0x30

/* 49 stubs of 16 bytes each; those with an error code pushed by the CPU. */
	.balign 16
guest_stubs:
	.set	vector, 0
	.rept	49
	.balign	16
	.if	!((vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21))
	pushq	$0
	.endif
	pushq	$vector
	jmp	caught
	.set	vector, vector + 1
	.endr

/* RSP -> vector, error code, RIP: to the caller of guest_try. */
caught:
	pop	%rax
	pop	guest_error_code(%rip)
	pop	guest_fault_rip(%rip)
	mov	try_sp(%rip), %rcx
	test	%rcx, %rcx
	jz	1f
	mov	%rcx, %rsp
	cmp	$0x30, %eax	/* the way back from ring 3 */
	jne	2f
	mov	$-1, %eax
2:	pop_saved
	ret
1:	mov	%eax, %edi
	and	$-16, %rsp
	call	guest_unexpected

	.data
	.balign	8
	.global	guest_user_flags
guest_user_flags: .quad 2

	.bss
	.balign	16
	.global	guest_error_code, guest_fault_rip
try_sp:	.quad	0
guest_error_code: .quad 0
guest_fault_rip: .quad 0
	.balign	16
	.skip	4096
user_stack_top:
	.section .note.GNU-stack, "", @progbits
