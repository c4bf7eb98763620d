/*
 * start.S - a small guest begins: 64-bit mode, all memory mapped 1:1.
 */
	.section .text.head, "ax"
	.global guest_start
guest_start:
	lea	stack_top(%rip), %rsp
	xor	%ebp, %ebp
	call	guest_main
	mov	%eax, %edi
	call	guest_exit

	.bss
	.balign 16
	.skip 16384
stack_top:

	.section .note.guest, "a", @note
	.balign 4
	.long	2f - 1f, 0, 1
1:	.asciz	"World Switch"
2:	.balign 4
	.section .note.GNU-stack, "", @progbits
