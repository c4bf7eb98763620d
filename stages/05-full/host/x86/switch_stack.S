/*
 * switch_stack.S - from one thread's kernel stack to another's.
 *
 *   void switch_stack(u64 *save_rsp, u64 load_rsp);
 *
 * What the C ABI lets a caller keep is on the stack that is left; all else is
 * the caller's business already.
 */
	.text
	.global switch_stack, thread_first
switch_stack:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, (%rdi)
	mov %rsi, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret

	/* A new thread: arch_thread_init left fn in R12, arg in R13. */
thread_first:
	mov %r12, %rdi
	mov %r13, %rsi
	xor %ebp, %ebp
	call thread_begin
	ud2
