/*
 * events64.S - takes what the host injects and tells what it saw.
 *
 * VMCALL with RAX = 1: ready for the next event (interrupts are off);
 * RAX = 2: an event arrived, RBX its vector, RCX its error code, RDX the RIP
 * that it interrupted; RAX = 3: interrupts are on now, and were just off.
 */
#include "guests/x86_64/canary.h"

#define VA(gpa) (0x40000000 + (gpa))

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
	/* an instruction that the host refuses */
	vmxoff
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
	cmp $6, %ebx			/* #UD: step over the VMXOFF */
	jne 1f
	addq $3, (%rsp)
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
