/*
 * spin64.S - guests that do nothing good: loop for ever, or fault with no
 * IDT to go to.
 */
	.text
	.global spin64_start
spin64_start:
	jmp spin64_start
	.balign 16
	.global spin64_triple_fault
spin64_triple_fault:
	lidt no_idt(%rip)
	ud2
no_idt:
	.word 0
	.quad 0
