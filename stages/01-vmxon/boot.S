/*
 * boot.S - from GRUB to 64-bit C, on the first CPU.
 *
 * GRUB (Multiboot 1) leaves us in 32-bit protected mode, paging off, EAX
 * holding a magic number and EBX the address of its information block.  We
 * map the first 4 GiB onto themselves with 2 MiB pages, switch to long mode
 * (SDM 10.8.5) and call boot_main(magic, info).  paging.c replaces these
 * first page tables by ones that keep code and data apart.
 */
#include "01-vmxon/boot.h"

#define MULTIBOOT_MAGIC 0x1badb002
#define MULTIBOOT_FLAGS 0x3 /* page-align modules, give a memory map */

	.section .multiboot, "a"
	.balign 4
	.long MULTIBOOT_MAGIC
	.long MULTIBOOT_FLAGS
	.long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

	.section .boot, "ax"
	.code32
	.global boot_entry
boot_entry:
	cli
	cld
	mov $cpu_stacks + CPU_STACK_SIZE, %esp
	mov %eax, %edi			/* boot_main's first argument */
	mov %ebx, %esi			/* and its second */
	call need_long_mode		/* or say so and stop */

	/* PML4[0] -> PDPT, PDPT[0..3] -> four page directories. */
	movl $boot_pdpt + PTE_P_RW, boot_pml4
	movl $boot_pd + PTE_P_RW, boot_pdpt
	movl $boot_pd + 0x1000 + PTE_P_RW, boot_pdpt + 8
	movl $boot_pd + 0x2000 + PTE_P_RW, boot_pdpt + 16
	movl $boot_pd + 0x3000 + PTE_P_RW, boot_pdpt + 24

	/* 2048 entries of 2 MiB: the first 4 GiB. */
	xor %ecx, %ecx
1:	mov %ecx, %eax
	shl $21, %eax
	or $PTE_P_RW | PTE_PS, %eax
	mov %eax, boot_pd(, %ecx, 8)
	inc %ecx
	cmp $2048, %ecx
	jb 1b

	mov $boot_pml4, %eax
	mov %eax, %cr3
	call enter_long_mode		/* CR4.PAE, EFER.LME+NXE, CR0.PG */
	lgdt boot_gdt_ptr
	ljmp $BOOT_CS, $boot_entry64

/*
 * enter_long_mode - turn on PAE, long mode with no-execute, and paging.
 * CR3 is loaded already; still 32-bit code afterwards (compatibility mode)
 * until the caller's far jump.  Clobbers EAX, ECX, EDX.
 */
	.global enter_long_mode
enter_long_mode:
	mov %cr4, %eax
	or $CR4_PAE_BIT, %eax
	mov %eax, %cr4
	mov $MSR_EFER, %ecx
	rdmsr
	or $EFER_LME_BIT | EFER_NXE_BIT, %eax
	wrmsr
	mov %cr0, %eax
	or $CR0_PG_BIT | CR0_WP_BIT, %eax
	mov %eax, %cr0
	ret

	.code64
boot_entry64:
	xor %eax, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	lea cpu_stacks + CPU_STACK_SIZE(%rip), %rsp
	xor %ebp, %ebp			/* the end of every back trace */
	mov %edi, %edi			/* clear the upper halves */
	mov %esi, %esi
	call boot_main
	ud2				/* boot_main does not return */

	.section .rodata
	.balign 8
	.global boot_gdt_ptr
boot_gdt:
	.quad 0
	.quad 0x00af9b000000ffff	/* BOOT_CS: 64-bit code */
boot_gdt_ptr:
	.word . - boot_gdt - 1
	.long boot_gdt
	.long 0

	.section .bss
	.balign 4096
	.global boot_pml4
boot_pml4:
	.skip 4096
boot_pdpt:
	.skip 4096
boot_pd:
	.skip 4 * 4096
