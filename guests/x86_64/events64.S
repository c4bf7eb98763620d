/*
 * events64.S - takes what the host injects and tells what it saw.
 *
 * VMCALL with RAX = 1: ready for the next event (interrupts are off);
 * RAX = 2: an event arrived, RBX its vector, RCX its error code, RDX the RIP
 * that it interrupted; RAX = 3: RBX its TSC, just set to 0, RCX its TSC_AUX.
 */
#include "guests/x86_64/layout.h"

#define VA(gpa) (0x40000000 + (gpa))
#define IA32_TSC 0x10
#define IA32_TSC_AUX 0xc0000103
#define MY_TSC_AUX 0x77
#define RDPMC_BYTES 0x330f

	.text
	.global events64_start
events64_start:
	lgdt gdt_ptr(%rip)
	lidt idt_ptr(%rip)
	cli
	.global events64_ready
events64_ready:
	mov $1, %eax
	vmcall
	nop
	sti				/* a waiting interrupt comes after the */
	nop				/* next instruction: here */
	nop
	cli
	/* instructions that the host refuses: 3 bytes each ... */
	vmxoff
	monitor
	mwait
	xsetbv
	/* ... and one of 2 */
	rdpmc

	/* a TSC of its own, and the instruction that reads it with an ID */
	mov $IA32_TSC_AUX, %ecx
	mov $MY_TSC_AUX, %eax
	xor %edx, %edx
	wrmsr
	mov $IA32_TSC, %ecx
	xor %eax, %eax
	wrmsr
	rdtscp
	shl $32, %rdx
	mov %eax, %ebx
	or %rdx, %rbx
	mov $3, %eax
	vmcall
	jmp events64_ready

	/* All entries alike: 16 bytes each, vector and error code pushed. */
	.balign 16
entries:
	vector = 0
	.rept 0x50
	.balign 16
	.if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17)
	push $0
	.endif
	push $vector
	jmp arrived
	vector = vector + 1
	.endr

arrived:
	mov $2, %eax
	pop %rbx
	pop %rcx
	mov (%rsp), %rdx
	vmcall
	cmp $6, %ebx			/* #UD: step over the instruction */
	jne 1f
	addq $3, (%rsp)
1:	cmpw $RDPMC_BYTES, (%rdx)
	jne 1f
	addq $2, (%rsp)
1:	iretq

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
	.balign 16
idt:
	n = 0
	.rept 0x50
	.word entries - events64_start + 16 * n
	.word 0x08, 0x8e00, VA(GUEST_GPA) >> 16
	.quad 0
	n = n + 1
	.endr
