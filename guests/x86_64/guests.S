/*
 * guests.S - the guest programs as bytes: guest_NAME up to guest_NAME_end.
 */
	.section .rodata
	.macro guest name
	.global guest_\name, guest_\name\()_end
guest_\name:
	.incbin "x86_64/guests/\name\().bin"
guest_\name\()_end:
	.endm

	guest hello64
	guest events64
	guest canary64
	guest spin64
	guest peek64
	guest cost64
	guest real16
