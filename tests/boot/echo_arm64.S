/*
 * echo_arm64.S - sends back every byte that the PL011 gets; after a Z it says
 * the verdict and powers off.
 */
	.text
	b	start				// the header of an Image
	.long	0
	.quad	0, 0x1000, 1 << 1 | 1 << 3, 0, 0, 0
	.ascii	"ARM\x64"
	.long	0
start:	mov	x10, #0x09000000		// QEMU's virt machine
	adr	x11, ready
	bl	say
1:	ldr	w0, [x10, #0x18]		// UARTFR.RXFE
	tbnz	w0, #4, 1b
	ldr	w0, [x10]
	bl	send
	cmp	w0, #'Z'
	b.ne	1b
	adr	x11, verdict
	bl	say
	ldr	x0, =0x84000008			// PSCI SYSTEM_OFF
	smc	#0
	b	.

send:	ldr	w1, [x10, #0x18]		// UARTFR.TXFF
	tbnz	w1, #5, send
	strb	w0, [x10]
	ret
say:	mov	x12, x30
2:	ldrb	w0, [x11], #1
	cbz	w0, 3f
	bl	send
	b	2b
3:	ret	x12

ready:	.asciz	"ready\r\n"
verdict: .asciz	"\r\nstage 99: ok\r\n"
