/*
 * real16.S - a real-mode guest, as a boot sector would start: it prints,
 * takes a software interrupt through its own vector table, and climbs to
 * protected mode, to long mode, and all the way back, which only an
 * unrestricted guest can.
 */
#define CONSOLE_PORT 0xe9
#define VECTOR 0x40
#define IA32_EFER 0xc0000080
#define PML4 0x2000
#define PDPT 0x3000
#define PD 0x4000

	.text
	.code16
	.global real16_start
real16_start:
	xor %ax, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $0x7000, %sp
	mov $greeting, %si
	call print

	/* a CPU after reset has nothing on in EFER */
	mov $IA32_EFER, %ecx
	rdmsr
	test %eax, %eax
	jnz bad_efer

	/* the vector table lies at 0: offset, segment */
	movw $handler, VECTOR * 4
	movw $0, VECTOR * 4 + 2
	int $VECTOR

	/* protected mode: load a GDT, set CR0.PE, jump */
	lgdt gdt_ptr
	mov %cr0, %eax
	or $1, %eax
	mov %eax, %cr0
	ljmp $0x08, $protected
	.code32
	.global real16_protected
protected:
real16_protected:
	mov $0x10, %eax
	mov %eax, %ds
	mov $in_protected, %esi
	mov $in_protected_end - in_protected, %ecx
	mov $CONSOLE_PORT, %edx
	rep outsb

	/* long mode: PAE, a 2 MiB page onto itself, EFER.LME, CR0.PG */
	movl $PDPT + 3, PML4
	movl $PD + 3, PDPT
	movl $0x83, PD
	mov $PML4, %eax
	mov %eax, %cr3
	mov %cr4, %eax
	or $0x20, %eax
	mov %eax, %cr4
	mov $IA32_EFER, %ecx
	rdmsr
	or $0x100, %eax
	wrmsr
	mov %cr0, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
	ljmp $0x20, $long_mode
	.code64
	.global real16_long
long_mode:
real16_long:
	mov $in_long, %esi
	mov $in_long_end - in_long, %ecx
	mov $CONSOLE_PORT, %edx
	rep outsb
	xor %eax, %eax			/* exits work from here, too */
	cpuid
	ljmp *back_to_32(%rip)
	.code32
protected_again:
	mov %cr0, %eax
	and $0x7fffffff, %eax
	mov %eax, %cr0
	mov $IA32_EFER, %ecx
	xor %eax, %eax
	xor %edx, %edx
	wrmsr

	/* and back: 16-bit code segment, PE off, jump */
	ljmp $0x18, $leaving
	.code16
leaving:
	mov %cr0, %eax
	and $0xfffffffe, %eax
	mov %eax, %cr0
	ljmp $0, $real_again
real_again:
	xor %ax, %ax
	mov %ax, %ds
	mov $back, %si
	call print
	xor %eax, %eax
	vmcall

bad_efer:
	mov $not_reset, %si
	call print
	ud2				/* no such vector: a triple fault */

handler:
	push %si
	mov $in_handler, %si
	call print
	pop %si
	iret

print:
	lodsb
	test %al, %al
	jz 1f
	out %al, $CONSOLE_PORT
	jmp print
1:	ret

greeting:
	.asciz "    guest: hello from real mode\n"
in_handler:
	.asciz "    guest: INT 0x40 came through my vector table\n"
in_protected:
	.ascii "    guest: now in protected mode\n"
in_protected_end:
in_long:
	.ascii "    guest: now in 64-bit mode\n"
in_long_end:
not_reset:
	.asciz "    guest: EFER is not 0 after reset\n"
back_to_32:
	.long protected_again
	.word 0x08
back:
	.asciz "    guest: and back in real mode\n"

	.balign 8
gdt:
	.quad 0
	.quad 0x00cf9b000000ffff	/* 0x08: 32-bit code */
	.quad 0x00cf93000000ffff	/* 0x10: data */
	.quad 0x00009b000000ffff	/* 0x18: 16-bit code */
	.quad 0x00af9b000000ffff	/* 0x20: 64-bit code */
gdt_ptr:
	.word . - gdt - 1
	.long gdt
