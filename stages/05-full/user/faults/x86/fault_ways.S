/*
 * fault_ways.S - instructions that a user program may not execute, or may but
 * should not trouble the kernel with.  Each: void way_NAME(void).
 */
#include <asm/unistd.h>

#define AC 0x40000
#define DF 0x400
#define NT 0x4000
#define TF 0x100
#define IOPL 0x3000
#define MSR_LSTAR 0xc0000082
#define KERNEL_CS 0x08
#define USER_DATA 0x2b
#define SCRATCH (-256)

	.macro WAY name
	.globl way_\name
	.balign 16
way_\name:
	.endm

	.text
	WAY ud2
	ud2

	WAY divide
	xor %ecx, %ecx
	mov $1, %eax
	xor %edx, %edx
	div %ecx
	ret

	WAY int3
	int3
	ret

	WAY icebp
	.byte 0xf1
	ret

	WAY trace
	pushfq
	orl $TF, (%rsp)
	popfq
	nop
	nop
	ret

	/* TF over a SYSCALL: the trap must not hit the kernel's first line. */
	WAY trace_syscall
	mov $__NR_getpid, %eax
	pushfq
	orl $TF, (%rsp)
	popfq
	syscall
	nop
	ret

	/* MOV SS holds back traps over the next instruction: into the kernel. */
	WAY ss_syscall
	mov $__NR_getpid, %eax
	mov %ss, %edx
	pushfq
	orl $TF, (%rsp)
	popfq
	mov %edx, %ss
	syscall
	nop
	ret

	WAY ss_int3
	mov %ss, %edx
	mov %edx, %ss
	int3
	ret

	WAY hlt
	hlt
	ret

	WAY cli
	cli
	ret

	WAY read_cr3
	mov %cr3, %rax
	ret

	WAY write_cr0
	xor %eax, %eax
	mov %rax, %cr0
	ret

	WAY write_dr7
	xor %eax, %eax
	mov %rax, %dr7
	ret

	WAY rdmsr
	mov $MSR_LSTAR, %ecx
	rdmsr
	ret

	WAY wrmsr
	mov $MSR_LSTAR, %ecx
	xor %eax, %eax
	xor %edx, %edx
	wrmsr
	ret

	WAY in
	mov $0x3f8, %edx
	in %dx, %al
	ret

	WAY out
	mov $0x8900, %edx
	mov $'S', %al
	out %al, %dx
	ret

	WAY lgdt
	lgdt SCRATCH(%rsp)
	ret

	WAY lidt
	lidt SCRATCH(%rsp)
	ret

	WAY ltr
	mov $0x18, %eax
	ltr %ax
	ret

	WAY swapgs
	swapgs
	ret

	WAY sysret
	lea 1f(%rip), %rcx
	mov $0x202, %r11d
	sysretq
1:	ret

	WAY invlpg
	invlpg (%rsp)
	ret

	WAY wbinvd
	wbinvd
	ret

	WAY vmxoff
	vmxoff
	ret

	WAY int_nmi
	int $2
	ret

	WAY int_df
	int $8
	ret

	WAY int_irq
	int $0xe0
	ret

	/* IRET to ring 0. */
	WAY iret_kernel
	mov %rsp, %rax
	mov %ss, %ecx
	push %rcx
	push %rax
	pushfq
	push $KERNEL_CS
	lea 1f(%rip), %rcx
	push %rcx
	iretq
1:	ret

	WAY load_cs
	push $KERNEL_CS
	lea 1f(%rip), %rcx
	push %rcx
	lretq
1:	ret

	WAY load_ds_kernel
	mov $KERNEL_CS, %eax
	mov %eax, %ds
	ret

	WAY load_fs_tss
	mov $0x18, %eax
	mov %eax, %fs
	ret

	/* A stack that is at no address: #SS. */
	WAY odd_stack
	mov $0x8000000000000000, %rax
	mov %rax, %rsp
	push %rax
	ret

	WAY odd_jump
	mov $0x8000000000000000, %rax
	jmp *%rax

	WAY xmm_exception
	movl $0, SCRATCH(%rsp)		/* MXCSR: nothing is masked */
	ldmxcsr SCRATCH(%rsp)
	xorps %xmm0, %xmm0
	movl $0x3f800000, SCRATCH(%rsp)	/* 1.0 */
	movss SCRATCH(%rsp), %xmm1
	divss %xmm0, %xmm1
	ret

	WAY x87_exception
	fninit
	movl $0, SCRATCH(%rsp)		/* FCW: nothing is masked */
	fldcw SCRATCH(%rsp)
	fld1
	fldz
	fdivrp
	fwait
	ret

	WAY bad_mxcsr
	movl $0xffff0000, SCRATCH(%rsp)
	ldmxcsr SCRATCH(%rsp)
	ret

	/* --- these must do no harm ------------------------------------------ */

	/* Flags that the kernel must not run with. */
	WAY odd_flags
	mov $__NR_getpid, %eax
	pushfq
	orl $AC | DF | NT, (%rsp)
	popfq
	syscall
	pushfq
	andl $~(AC | DF | NT), (%rsp)
	popfq
	ret

	/* The same while an interrupt comes. */
	WAY odd_flags_long
	pushfq
	orl $AC | DF, (%rsp)
	popfq
	mov $3000000, %ecx
1:	dec %ecx
	jnz 1b
	pushfq
	andl $~(AC | DF), (%rsp)
	popfq
	ret

	/* A stack pointer that is no address, over a system call and longer. */
	WAY odd_rsp
	mov %rsp, %r15
	mov $0x8000000000000000, %rax
	mov %rax, %rsp
	mov $__NR_getpid, %eax
	syscall
	mov $3000000, %ecx
1:	dec %ecx
	jnz 1b
	mov %r15, %rsp
	ret

	/* Any selector a program can load; then the kernel's GS must be right. */
	WAY selectors
	mov $USER_DATA, %ebx
2:	mov %ebx, %ds
	mov %ebx, %es
	mov %ebx, %fs
	mov %ebx, %gs
	mov $__NR_getpid, %eax
	syscall
	mov $1500000, %ecx
1:	dec %ecx
	jnz 1b
	mov $3, %edx			/* null selectors: 3, 2, 1, 0 */
	cmp $USER_DATA, %ebx
	cmovne %ebx, %edx
	cmp $USER_DATA, %ebx
	mov %edx, %ebx
	je 2b
	dec %ebx
	jns 2b
	ret

	/* Registers over a system call: all but RAX, RCX and R11 are kept. */
	.macro EACH op
	.irp reg, rdi, rsi, rdx, r10, r8, r9, rbx, rbp, r12, r13, r14, r15
	\op \reg
	.endr
	.endm
	.macro FILL reg
	mov $0x1111111111111111, %\reg
	.endm
	.macro COMPARE reg
	cmp %\reg, %rcx
	jne 1f
	.endm
	WAY registers
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	EACH FILL
	movq %r8, %xmm7
	mov $__NR_getpid, %eax
	syscall
	mov $0x1111111111111111, %rcx
	EACH COMPARE
	movq %xmm7, %rax
	cmp %rcx, %rax
	jne 1f
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret
1:	ud2

	.section .note.GNU-stack, "", @progbits
