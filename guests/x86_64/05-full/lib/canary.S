/*
 * canary.S - x86: fill every register, exit, look at every register.
 */
#include "lib/canary.h"

	.text
	/* void name(const struct canary_regs *in, struct canary_regs *out) */
	.macro	canary name, exit:vararg
	.global	\name
\name:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsi, out(%rip)
	lea	CANARY_VECTOR(%rdi), %rax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	(%rax), %xmm\n
	add	$16, %rax
	.endr
	mov	CANARY_RBX(%rdi), %rbx
	mov	CANARY_RCX(%rdi), %rcx
	mov	CANARY_RDX(%rdi), %rdx
	mov	CANARY_RSI(%rdi), %rsi
	mov	CANARY_RBP(%rdi), %rbp
	mov	CANARY_R8(%rdi), %r8
	mov	CANARY_R9(%rdi), %r9
	mov	CANARY_R10(%rdi), %r10
	mov	CANARY_R11(%rdi), %r11
	mov	CANARY_R12(%rdi), %r12
	mov	CANARY_R13(%rdi), %r13
	mov	CANARY_R14(%rdi), %r14
	mov	CANARY_R15(%rdi), %r15
	mov	CANARY_RAX(%rdi), %rax
	mov	CANARY_RDI(%rdi), %rdi
	\exit
	mov	%rdi, keep(%rip)
	mov	out(%rip), %rdi
	mov	%rbx, CANARY_RBX(%rdi)
	mov	%rcx, CANARY_RCX(%rdi)
	mov	%rdx, CANARY_RDX(%rdi)
	mov	%rsi, CANARY_RSI(%rdi)
	mov	%rbp, CANARY_RBP(%rdi)
	mov	%r8, CANARY_R8(%rdi)
	mov	%r9, CANARY_R9(%rdi)
	mov	%r10, CANARY_R10(%rdi)
	mov	%r11, CANARY_R11(%rdi)
	mov	%r12, CANARY_R12(%rdi)
	mov	%r13, CANARY_R13(%rdi)
	mov	%r14, CANARY_R14(%rdi)
	mov	%r15, CANARY_R15(%rdi)
	mov	%rax, CANARY_RAX(%rdi)
	mov	keep(%rip), %rax
	mov	%rax, CANARY_RDI(%rdi)
	lea	CANARY_VECTOR(%rdi), %rax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups	%xmm\n, (%rax)
	add	$16, %rax
	.endr
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.endm

	canary	canary_out, out %eax, %dx
	canary	canary_in, in %dx, %al
	canary	canary_store, mov %rax, (%rbx)
	canary	canary_load, mov (%rbx), %eax
	canary	canary_cpuid, cpuid
	canary	canary_vmcall, vmcall

	.bss
	.balign	8
out:	.quad	0
keep:	.quad	0
	.section .note.GNU-stack, "", @progbits
