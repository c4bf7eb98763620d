/*
 * start.S - a small guest begins: EL1, MMU off, interrupts masked.
 */
	.section .text.head, "ax"
	.global guest_start
guest_start:
	adrp	x9, stack_top
	add	x9, x9, :lo12:stack_top
	mov	sp, x9
	mov	x29, #0
	bl	guest_main
	bl	guest_exit

	.bss
	.balign 16
	.skip 16384
stack_top:

	.section .note.guest, "a", %note
	.balign 4
	.long	2f - 1f, 0, 1
1:	.asciz	"World Switch"
2:	.balign 4
	.section .note.GNU-stack, "", %progbits
