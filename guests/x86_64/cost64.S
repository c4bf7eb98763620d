/*
 * cost64.S - how long is the way out and back?  CPUID in a loop, between two
 * readings of the TSC.
 *
 * In: RDI rounds.  VMCALL with RBX = ticks for all of them.
 */
	.text
	.global cost64_start
cost64_start:
	mov %rdi, %r8
	rdtsc
	mov %eax, %r9d
1:	xor %eax, %eax
	cpuid
	dec %r8
	jnz 1b
	rdtsc
	sub %r9d, %eax
	mov %rax, %rbx
	vmcall
	jmp cost64_start
