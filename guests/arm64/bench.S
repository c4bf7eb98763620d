/*
 * bench.S - x19 round trips by a call that the hypervisor does not know.
 */
	.section .text.head, "ax"
	.global guest_start
guest_start:
	hvc	#0
	subs	x19, x19, #1
	b.ne	guest_start
	hvc	#1
	b	guest_start
