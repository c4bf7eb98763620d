/*
 * second.S - where a guest's second CPU begins: PSCI CPU_ON's context (x0) is
 * its stack.
 */
	.text
	.global second_start
second_start:
	mov	sp, x0
	mov	x29, #0
	bl	second_main
	b	.
	.section .note.GNU-stack, "", %progbits
