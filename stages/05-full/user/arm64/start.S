/*
 * start.S - where a program starts, and its way into the kernel (arm64).
 *
 * System calls: the number in X8, arguments in X0 to X5, the answer in X0.
 */
#include <asm/unistd.h>

	.text
	.global _start, user_syscall, user_clone, user_sigreturn, user_relax, user_abort

/* At entry: SP -> argc, argv[0..argc-1], 0, environment. */
_start:
	mov	x29, #0
	mov	x30, #0
	mov	x0, sp
	bl	user_start

/* long user_syscall(long number, a, b, c, d, e, f): what the kernel said. */
user_syscall:
	mov	x8, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	mov	x4, x5
	mov	x5, x6
	svc	#0
	ret

/*
 * long user_clone(flags, stack_top, fn, arg): like clone, but the child calls
 * fn(arg) on its own stack and never returns.
 */
user_clone:
	mov	x9, x2
	mov	x10, x3
	mov	x2, #0
	mov	x3, #0
	mov	x4, #0
	mov	x8, #__NR_clone
	svc	#0
	cbz	x0, 1f
	ret
1:	mov	x29, #0
	mov	x30, #0
	mov	x0, x10
	blr	x9
	udf	#0

/* Where a signal handler returns to: the kernel restores what it pushed. */
user_sigreturn:
	mov	x8, #__NR_rt_sigreturn
	svc	#0
	udf	#0

user_relax:
	yield
	ret

/* A program that finds itself broken. */
user_abort:
	udf	#0
	.section .note.GNU-stack, "", %progbits
