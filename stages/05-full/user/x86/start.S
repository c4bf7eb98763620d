/*
 * start.S - where a program starts, and its way into the kernel (x86-64).
 *
 * System calls: the number in RAX, arguments in RDI, RSI, RDX, R10, R8, R9; the
 * instruction itself overwrites RCX and R11 (SDM volume 2, SYSCALL).
 */
#include <asm/unistd.h>

	.text
	.global _start, user_syscall, user_clone, user_sigreturn, user_relax, user_abort

/* At entry: RSP -> argc, argv[0..argc-1], 0, environment. */
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	user_start

/* long user_syscall(long number, a, b, c, d, e, f): what the kernel said. */
user_syscall:
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	mov	%r8, %r10
	mov	%r9, %r8
	/* The seventh argument of a C function lies above its return address. */
#define SEVENTH 8
	mov	SEVENTH(%rsp), %r9
	syscall
	ret

/*
 * long user_clone(flags, stack_top, fn, arg): like clone, but the child calls
 * fn(arg) on its own stack and never returns.
 */
user_clone:
	/* clone's fifth argument (R8) is the thread pointer: not asked for. */
	mov	%rdx, %r8
	mov	%rcx, %r9
	xor	%edx, %edx
	xor	%r10d, %r10d
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	1f
	ret
1:	xor	%ebp, %ebp
	mov	%r9, %rdi
	call	*%r8
	ud2

/* Where a signal handler returns to: the kernel restores what it pushed. */
user_sigreturn:
	mov	$__NR_rt_sigreturn, %eax
	syscall
	ud2

user_relax:
	pause
	ret

/* A program that finds itself broken. */
user_abort:
	ud2
	.section .note.GNU-stack, "", @progbits
