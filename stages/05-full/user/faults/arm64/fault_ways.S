/*
 * fault_ways.S - instructions that a user program may not execute, or may but
 * should not trouble the kernel with.  Each: void way_NAME(void).
 */
#include <asm/unistd.h>

	.macro WAY name
	.globl way_\name
	.balign 16
way_\name:
	.endm

	.arch_extension fp
	.text
	WAY udf
	udf #0
	ret

	WAY brk
	brk #0
	ret

	WAY hvc
	hvc #0
	ret

	WAY smc
	smc #0
	ret

	WAY eret
	eret

	WAY read_ttbr0
	mrs x0, ttbr0_el1
	ret

	WAY write_sctlr
	msr sctlr_el1, xzr
	ret

	WAY write_vbar
	msr vbar_el1, xzr
	ret

	WAY read_el2
	mrs x0, hcr_el2
	ret

	WAY set_daif
	msr daifset, #15
	ret

	WAY tlbi
	tlbi vmalle1
	ret

	/* A stack pointer that is no multiple of 16. */
	WAY odd_stack
	add x9, sp, #1
	mov sp, x9
	ldr x0, [sp]
	ret

	WAY odd_jump
	adr x0, way_brk
	add x0, x0, #2
	br x0

	/* --- these must do no harm ------------------------------------------ */
	WAY registers
	ldr x0, =0x1111111111111111
	.irp reg, x1, x2, x3, x4, x5, x6, x7, x9, x10, x11, x12, x13, x14, \
		x15, x16, x17
	mov \reg, x0
	.endr
	fmov d7, x0
	mov x8, #__NR_getpid
	svc #0
	ldr x0, =0x1111111111111111
	.irp reg, x1, x2, x3, x4, x5, x6, x7, x9, x10, x11, x12, x13, x14, \
		x15, x16, x17
	cmp \reg, x0
	b.ne 1f
	.endr
	fmov x1, d7
	cmp x1, x0
	b.ne 1f
	ret
1:	udf #0

	.section .note.GNU-stack, "", @progbits
