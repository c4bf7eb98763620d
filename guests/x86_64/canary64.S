/*
 * canary64.S - a guest that notices when any of its registers is changed.
 *
 * Each round: new patterns; all registers loaded from want[]; one way out;
 * all registers stored to got[]; compared.  See canary.h.
 */
#include "guests/x86_64/canary.h"

#define VA(gpa) (0x40000000 + (gpa))
#define BLOCK(offset) VA(CANARY_GPA) + (offset)
#define WANT(slot) BLOCK(CB_WANT + 8 * (slot))
#define GOT(slot) BLOCK(CB_GOT + 8 * (slot))

	.text
	.global canary64_start
canary64_start:
	lgdt gdt_ptr(%rip)
	lidt idt_ptr(%rip)
	mov $0x10, %eax
	mov %eax, %ss
	fninit

round:
	mov $VA(GUEST_STACK_GPA), %esp
	movabs $CANARY_MUL, %r8
	movabs $CANARY_ADD, %r9
	xor %ecx, %ecx
1:	mov BLOCK(CB_RAW)(, %rcx, 8), %rax
	imul %r8, %rax
	add %r9, %rax
	mov %rax, BLOCK(CB_RAW)(, %rcx, 8)
	and BLOCK(CB_MASK)(, %rcx, 8), %rax
	or BLOCK(CB_FIXED)(, %rcx, 8), %rax
	mov %rax, BLOCK(CB_WANT)(, %rcx, 8)
	inc %ecx
	cmp $CANARY_SLOTS, %ecx
	jb 1b

	/* MSRs */
	xor %esi, %esi
1:	mov BLOCK(CB_MSR_NUMBERS)(, %rsi, 8), %ecx
	mov BLOCK(CB_WANT + 8 * SLOT_MSR)(, %rsi, 8), %eax
	mov BLOCK(CB_WANT + 8 * SLOT_MSR + 4)(, %rsi, 8), %edx
	wrmsr
	inc %esi
	cmp $CANARY_MSRS, %esi
	jb 1b

	/* debug registers, CR2 */
	mov WANT(SLOT_DR0), %rax
	mov %rax, %dr0
	mov WANT(SLOT_DR1), %rax
	mov %rax, %dr1
	mov WANT(SLOT_DR2), %rax
	mov %rax, %dr2
	mov WANT(SLOT_DR3), %rax
	mov %rax, %dr3
	mov WANT(SLOT_DR6), %rax
	mov %rax, %dr6
	mov WANT(SLOT_DR7), %rax
	mov %rax, %dr7
	mov WANT(SLOT_CR2), %rax
	mov %rax, %cr2

	/* x87 and SSE */
	fildll WANT(SLOT_ST0)
	ldmxcsr WANT(SLOT_MXCSR)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu WANT(SLOT_XMM + 2 * \n), %xmm\n
	.endr

	/* the way out, as an address that needs no register */
	mov BLOCK(CB_KIND), %rax
	mov ways(, %rax, 8), %rax
	mov %rax, way

	mov WANT(0), %rax
	mov WANT(1), %rcx
	mov WANT(2), %rdx
	mov WANT(3), %rbx
	mov WANT(SLOT_RSP), %rsp
	mov WANT(5), %rbp
	mov WANT(6), %rsi
	mov WANT(7), %rdi
	mov WANT(8), %r8
	mov WANT(9), %r9
	mov WANT(10), %r10
	mov WANT(11), %r11
	mov WANT(12), %r12
	mov WANT(13), %r13
	mov WANT(14), %r14
	mov WANT(15), %r15
	push WANT(SLOT_RFLAGS)
	popfq
	jmp *way

	/* No instruction here may change a register or a flag by itself. */
	.global canary64_ways, canary64_spin
canary64_ways:
way_CPUID:
	cpuid
	jmp back
way_HLT:
	hlt
	jmp back
way_VMCALL:
	vmcall
	jmp back
way_OUT:
	out %al, $0x80
	jmp back
way_IN:
	in $0x80, %al
	jmp back
way_OUTS:
	outsb
	jmp back
way_RDMSR:
	rdmsr
	jmp back
way_WRMSR:
	wrmsr
	jmp back
way_MOV_CR8:
	mov %rax, %cr8
	jmp back
way_MOV_FROM_CR8:
	mov %cr8, %rax
	jmp back
way_WBINVD:
	wbinvd
	jmp back
way_EPT_WRITE:
	movb $1, VA(CANARY_HOLE_GPA)
	jmp back
way_INT3:
	int3
	jmp back
way_UD2:
	ud2
	jmp back
way_SPIN:
canary64_spin:
1:	jmp 1b				/* the host moves RIP on: 2 bytes */

	.global canary64_back
back:
canary64_back:
	mov %rax, GOT(0)
	mov %rcx, GOT(1)
	mov %rdx, GOT(2)
	mov %rbx, GOT(3)
	mov %rsp, GOT(SLOT_RSP)
	mov %rbp, GOT(5)
	mov %rsi, GOT(6)
	mov %rdi, GOT(7)
	mov %r8, GOT(8)
	mov %r9, GOT(9)
	mov %r10, GOT(10)
	mov %r11, GOT(11)
	mov %r12, GOT(12)
	mov %r13, GOT(13)
	mov %r14, GOT(14)
	mov %r15, GOT(15)
	pushfq
	pop GOT(SLOT_RFLAGS)
	cld
	mov %cr2, %rax
	mov %rax, GOT(SLOT_CR2)
	mov %dr0, %rax
	mov %rax, GOT(SLOT_DR0)
	mov %dr1, %rax
	mov %rax, GOT(SLOT_DR1)
	mov %dr2, %rax
	mov %rax, GOT(SLOT_DR2)
	mov %dr3, %rax
	mov %rax, GOT(SLOT_DR3)
	mov %dr6, %rax
	mov %rax, GOT(SLOT_DR6)
	mov %dr7, %rax
	mov %rax, GOT(SLOT_DR7)
	fistpll GOT(SLOT_ST0)
	stmxcsr GOT(SLOT_MXCSR)
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu %xmm\n, GOT(SLOT_XMM + 2 * \n)
	.endr
	xor %esi, %esi
1:	mov BLOCK(CB_MSR_NUMBERS)(, %rsi, 8), %ecx
	rdmsr
	mov %eax, BLOCK(CB_GOT + 8 * SLOT_MSR)(, %rsi, 8)
	mov %edx, BLOCK(CB_GOT + 8 * SLOT_MSR + 4)(, %rsi, 8)
	inc %esi
	cmp $CANARY_MSRS, %esi
	jb 1b

	/* compare; slots above 63 are never skipped */
	mov BLOCK(CB_SKIP), %rdx
	xor %ecx, %ecx
1:	cmp $64, %ecx
	jae 2f
	bt %rcx, %rdx
	jc 3f
2:	mov BLOCK(CB_WANT)(, %rcx, 8), %rax
	cmp BLOCK(CB_GOT)(, %rcx, 8), %rax
	jne bad
3:	inc %ecx
	cmp $CANARY_SLOTS, %ecx
	jb 1b

	decq BLOCK(CB_ROUNDS)
	jnz round
	movq $PHASE_DONE, BLOCK(CB_PHASE)
1:	vmcall
	jmp 1b
bad:
	mov %rcx, BLOCK(CB_BAD)
	movq $PHASE_BAD, BLOCK(CB_PHASE)
	jmp 1b

	/* An interrupt must leave no trace but this count. */
on_interrupt:
	incq BLOCK(CB_INTERRUPTS)
	iretq
on_anything_else:
	movq $99, BLOCK(CB_BAD)
	movq $PHASE_BAD, BLOCK(CB_PHASE)
1:	vmcall
	jmp 1b

	.balign 16
gdt:
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff
gdt_ptr:
	.word . - gdt - 1
	.quad gdt
idt_ptr:
	.word 0x50 * 16 - 1
	.quad idt

	.macro gate to
	.word \to - canary64_start
	.word 0x08, 0x8e00, VA(GUEST_GPA) >> 16
	.quad 0
	.endm
	.balign 16
idt:
	.rept CANARY_VECTOR
	gate on_anything_else
	.endr
	gate on_interrupt
	.rept 0x50 - CANARY_VECTOR - 1
	gate on_anything_else
	.endr

ways:
#define WAY(name) .quad way_##name
#include "guests/x86_64/canary_ways.def"
way:
	.quad 0
