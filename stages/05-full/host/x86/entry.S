/*
 * entry.S - into the kernel and back to user mode: SYSCALL, exceptions,
 * interrupts.
 *
 * In the kernel GS leads to this CPU's struct cpu; in user mode its base is
 * the program's.  SWAPGS exchanges the two, and must run exactly once on
 * every way in from user mode and every way out to it.  An entry asks the
 * saved CS where it came from.  That is not enough for #DB, NMI, #DF and #MC,
 * which may strike in the kernel between the entry and its SWAPGS: those have
 * a stack of their own (IST) and ask the GS base itself.
 *
 *   void user_trap(struct trap_frame *f);	from user mode; interrupts off
 *   void kernel_trap(struct trap_frame *f);	from the kernel
 *   void paranoid_trap(struct trap_frame *f);	from anywhere, IST stack
 */
#include "01-vmxon/boot.h"
#include "05-full/host/x86/cpu_offsets.h"
#include "05-full/host/x86/user_regs.h"

#define RFLAGS_FIXED_BIT 2
#define MSR_GS_BASE 0xc0000101
#define SYSCALL_ARGS 48		/* bytes: six of 8 */
#define VECTOR_AND_ERROR 16	/* bytes of the frame */
#define ADDRESS_BITS 47		/* of user addresses: the hole begins above */

	.macro PUSH_REGS
	.irp reg, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, \
		r13, r14, r15
	push %\reg
	.endr
	.endm

	.macro POP_REGS
	.irp reg, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, \
		rdx, rcx, rax
	pop %\reg
	.endr
	.endm

	/*
	 * An interrupt leaves DF and AC as they were.  C wants DF clear; with
	 * AC set, SMAP would not guard the kernel (SDM 4.6.1).
	 */
	.macro PLAIN_FLAGS
	push $RFLAGS_FIXED_BIT
	popfq
	.endm

	.text
	.balign 16
	.global host_vectors
host_vectors:
	vector = 0
	.rept 256
	.balign 16
	/* Vectors that push an error code by themselves (SDM table 6-1). */
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 \
		|| vector == 21 || vector == 29 || vector == 30)
	push $0
	.endif
	push $vector
	.if vector == 1
	jmp debug_entry
	.elseif vector == 2 || vector == 8 || vector == 18
	jmp paranoid_entry
	.else
	jmp plain_entry
	.endif
	vector = vector + 1
	.endr

	/* --- exceptions and interrupts ----------------------------------- */
plain_entry:
	PUSH_REGS
	PLAIN_FLAGS
	testb $3, UR_CS(%rsp)
	jz from_kernel
	swapgs
from_user:
	mov %rsp, %rdi
	xor %ebp, %ebp			/* the end of every back trace */
	call user_trap

	/* The frame is at RSP, interrupts are off. */
return_to_user:
	POP_REGS
	add $VECTOR_AND_ERROR, %rsp
	swapgs
	iretq

from_kernel:
	mov %rsp, %rdi
	call kernel_trap
	POP_REGS
	add $VECTOR_AND_ERROR, %rsp
	iretq

	/*
	 * #DB from user mode is the program's own doing (TF, INT1) and may
	 * take long: move the frame to the thread's stack and go on there.
	 */
debug_entry:
	testb $3, UR_CS - UR_VECTOR(%rsp)
	jz paranoid_entry
	swapgs
	push %rax
	lea -UR_RAX(%rsp), %rax		/* where a whole frame would begin */
	mov %gs:CPU_RSP0, %rsp
	.irp field, UR_SS, UR_RSP, UR_RFLAGS, UR_CS, UR_RIP, UR_ERROR, \
		UR_VECTOR
	push \field(%rax)
	.endr
	mov UR_RAX(%rax), %rax
	PUSH_REGS
	PLAIN_FLAGS
	jmp from_user

	/*
	 * EBX: whether GS was the program's.  A kernel GS base is the address
	 * of a struct cpu, below 4 GiB; a program's is 0 or beyond 1 TiB.
	 */
paranoid_entry:
	PUSH_REGS
	PLAIN_FLAGS
	xor %ebx, %ebx
	mov $MSR_GS_BASE, %ecx
	rdmsr
	test %edx, %edx
	jnz 1f
	test %eax, %eax
	jnz 2f
1:	inc %ebx
	swapgs
2:	mov %rsp, %rdi
	call paranoid_trap
	test %ebx, %ebx
	jz 3f
	swapgs
3:	POP_REGS
	add $VECTOR_AND_ERROR, %rsp
	iretq

	/* --- system calls -------------------------------------------------- */
	/*
	 * SYSCALL leaves RIP in RCX and RFLAGS in R11, and RSP as it was: the
	 * program's.  FMASK has cleared IF, DF, AC and TF.
	 */
	.global syscall_entry
syscall_entry:
	swapgs
	mov %rsp, %gs:CPU_USER_RSP
	mov %gs:CPU_RSP0, %rsp
	push $USER_DS
	push %gs:CPU_USER_RSP
	push %r11
	push $USER_CS
	push %rcx
	push %rax
	push $VECTOR_SYSCALL
	PUSH_REGS
	xor %ebp, %ebp
	/* s64 syscall(u64 nr, const u64 args[6]) */
	.irp reg, r9, r8, r10, rdx, rsi, rdi
	push %\reg
	.endr
	mov %rax, %rdi
	mov %rsp, %rsi
	sti
	call syscall
	cli
	add $SYSCALL_ARGS, %rsp
	mov %rax, UR_RAX(%rsp)
	mov %gs:CPU_THREAD, %rdx
	cmpl $0, THREAD_WORK(%rdx)
	jne syscall_work

	/*
	 * SYSRET is the fast way back, but it knows only RIP = RCX, RFLAGS =
	 * R11; and with a RIP that is no address it faults in ring 0 on the
	 * program's stack (SDM volume 2, SYSRET): IRETQ for those.
	 */
syscall_return:
	cmpl $VECTOR_SYSCALL, UR_VECTOR(%rsp)
	jne return_to_user
	mov UR_RIP(%rsp), %rcx
	mov %rcx, %rdx
	shr $ADDRESS_BITS, %rdx
	jnz return_to_user
	/* RBX and R12-R15 are the program's still: C has kept them. */
	mov UR_R10(%rsp), %r10
	mov UR_R9(%rsp), %r9
	mov UR_R8(%rsp), %r8
	mov UR_RDI(%rsp), %rdi
	mov UR_RSI(%rsp), %rsi
	mov UR_RBP(%rsp), %rbp
	mov UR_RDX(%rsp), %rdx
	mov UR_RFLAGS(%rsp), %r11
	mov UR_RSP(%rsp), %rsp
	swapgs
	sysretq

syscall_work:
	call exit_to_user
	mov UR_RAX(%rsp), %rax
	jmp syscall_return

	/* void user_regs_return(struct user_regs *r); interrupts off */
	.global user_regs_return
user_regs_return:
	mov %rdi, %rsp
	jmp return_to_user
