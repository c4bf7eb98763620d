	.section .text.head, "ax"
	.global guest_start
guest_start:
	mov	x1, #42
1:	hvc	#1
	add	x1, x1, #1
	b	1b
