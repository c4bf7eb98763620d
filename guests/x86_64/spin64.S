/*
 * spin64.S - guests that do nothing good: loop for ever, or fault with no
 * IDT to go to.
 */
	.text
	.global spin64_start
/*
 * With interrupts off.  The CLI is in the loop because Bochs 2.7 gives no
 * external-interrupt exit to a guest that was entered with RFLAGS.IF = 0, until
 * it executes a CLI; a hypervisor below ours could not get its CPU back.
 */
spin64_start:
	cli
	jmp spin64_start
	.balign 8
	.global spin64_plain
spin64_plain:
	jmp spin64_plain
	.balign 16
	.global spin64_triple_fault
spin64_triple_fault:
	lidt no_idt(%rip)
	ud2
no_idt:
	.word 0
	.quad 0
