/*
 * peek64.S - reads, writes or runs what the host points it at.
 *
 * The host sets RDI to an address and RIP to one of the three entries; the
 * answer comes by VMCALL, RBX the value read.
 */
	.text
	.global peek64_start, peek64_read, peek64_write
	.balign 16
peek64_start:
peek64_read:
	mov (%rdi), %rbx
	vmcall
	jmp peek64_read
	.balign 16
peek64_write:
	mov %rbx, (%rdi)
	vmcall
	jmp peek64_write
