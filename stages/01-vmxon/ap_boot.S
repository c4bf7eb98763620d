/*
 * ap_boot.S - from a start-up IPI to 64-bit C, on every other CPU.
 *
 * A SIPI with vector V starts a CPU in real mode at V * 4 KiB.  smp.c copies
 * ap_boot_start..ap_boot_end to AP_BOOT_ADDR.  All CPUs may run this at once:
 * each draws a number, which is also the number of its stack.
 */
#include "01-vmxon/boot.h"

/* The address of a label in the copy. */
#define AT(label) (AP_BOOT_ADDR + (label) - ap_boot_start)

	.section .rodata
	.code16
	.global ap_boot_start, ap_boot_end, ap_boot_cr3
ap_boot_start:
	cli
	cld
	xor %eax, %eax
	mov %ax, %ds
	lgdtl AT(ap_gdt_ptr)
	mov %cr0, %eax
	or $CR0_PE_BIT, %eax
	mov %eax, %cr0
	ljmpl $AP_CS32, $AT(ap_boot32)

	.code32
ap_boot32:
	mov $AP_DS32, %eax
	mov %eax, %ds
	mov AT(ap_boot_cr3), %eax
	mov %eax, %cr3
	mov $AT(ap_boot_stack_end), %esp	/* shared, and used one at a time: */
1:	lock btsl $0, AT(ap_boot_stack_lock)
	jc 1b
	mov $enter_long_mode, %eax
	call *%eax
	movl $0, AT(ap_boot_stack_lock)
	ljmp $BOOT_CS, $AT(ap_boot64)

	.code64
ap_boot64:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	mov $1, %edi
	lock xadd %edi, smp_tickets		/* EDI: this CPU's number */
	cmp $MAX_CPUS, %edi
	jae too_many
	lea 1(%edi), %eax
	imul $CPU_STACK_SIZE, %eax, %eax
	lea cpu_stacks(%rax), %rsp
	xor %ebp, %ebp
	mov $ap_main, %eax
	call *%rax
too_many:
	cli
	hlt
	jmp too_many

	.balign 8
ap_gdt:
	.quad 0
	.quad 0x00af9b000000ffff		/* BOOT_CS: 64-bit code */
	.quad 0x00cf93000000ffff		/* AP_DS32 */
	.quad 0x00cf9b000000ffff		/* AP_CS32 */
	.set AP_DS32, 0x10
	.set AP_CS32, 0x18
ap_gdt_ptr:
	.word . - ap_gdt - 1
	.long AT(ap_gdt)
	.balign 4
ap_boot_cr3:
	.long 0
ap_boot_stack_lock:
	.long 0
	.skip 16
ap_boot_stack_end:
ap_boot_end:
