/*
 * canary_host.S - look at registers as C cannot.
 */
#include "03-entry-exit/host_regs.h"

#define AFTER(n) 8 * (n)(%rdx)

	.text
	.global host_simd_load, host_simd_store

/*
 *   enum vmx_result canary_call(struct vmx_context *c, bool launched,
 *                               u64 after[16]);
 *
 * Calls vmx_enter with patterns in the registers that it must keep, and
 * stores all of them afterwards, before C can use one.  canary_call_deep is
 * the same with a deeper stack, so that HOST_RSP must change.
 */
	.macro watched_call name, depth
	.global \name
\name:
	push %rbp
	push %rbx
	push %r12
	push %r13
	push %r14
	push %r15
	push %rdx
	movabs $HOST_PATTERN + 3, %rbx
	movabs $HOST_PATTERN + 5, %rbp
	movabs $HOST_PATTERN + 12, %r12
	movabs $HOST_PATTERN + 13, %r13
	movabs $HOST_PATTERN + 14, %r14
	movabs $HOST_PATTERN + 15, %r15
	sub $\depth, %rsp
	call vmx_enter
	add $\depth, %rsp
	xchg %rdx, (%rsp)
	mov %rax, AFTER(0)
	mov %rcx, AFTER(1)
	mov %rbx, AFTER(3)
	mov %rbp, AFTER(5)
	mov %rsi, AFTER(6)
	mov %rdi, AFTER(7)
	mov %r8,  AFTER(8)
	mov %r9,  AFTER(9)
	mov %r10, AFTER(10)
	mov %r11, AFTER(11)
	mov %r12, AFTER(12)
	mov %r13, AFTER(13)
	mov %r14, AFTER(14)
	mov %r15, AFTER(15)
	pop AFTER(2)
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	ret
	.endm

	watched_call canary_call, 0
	watched_call canary_call_deep, 64

/*
 *   u64 switch_ticks(struct vmx_context *c, u64 rounds);
 *
 * TSC ticks for so many rounds of vmx_enter, with a guest whose VMCALL is not
 * stepped over, and nothing else.  SWITCH_LOOP instructions of each round
 * are this loop's.
 */
	.global switch_ticks
switch_ticks:
	push %rbx
	push %r12
	push %r13
	mov %rdi, %r12
	mov %rsi, %r13
	rdtsc
	mov %eax, %ebx
1:	mov %r12, %rdi
	mov $1, %esi
	call vmx_enter
	dec %r13
	jnz 1b
	rdtsc
	sub %ebx, %eax
	pop %r13
	pop %r12
	pop %rbx
	ret

/* u64 ticks_of_1000_nops(void); */
	.global ticks_of_1000_nops
ticks_of_1000_nops:
	rdtsc
	mov %eax, %ecx
	.rept 1000
	nop
	.endr
	rdtsc
	sub %ecx, %eax
	ret

/* void host_simd_load(const struct host_regs *r); */
host_simd_load:
	fninit
	fildll HR_ST0(%rdi)
	ldmxcsr HR_MXCSR(%rdi)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu HR_XMM + 16 * \n(%rdi), %xmm\n
	.endr
	ret

/* void host_simd_store(struct host_regs *r); */
host_simd_store:
	fistpll HR_ST0(%rdi)
	fildll HR_ST0(%rdi)
	stmxcsr HR_MXCSR(%rdi)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu %xmm\n, HR_XMM + 16 * \n(%rdi)
	.endr
	ret
