/*
 * guest_images.S - the flat programs of guests/arm64, as data.
 */
	.macro	guest name
	.balign	16
	.global	guest_\name, guest_\name\()_size
guest_\name:
	.incbin	"\name\().bin"
1:
	.balign	8
guest_\name\()_size:
	.quad	1b - guest_\name
	.endm

	.section .rodata
	guest	tour
	guest	canary
	guest	bench
