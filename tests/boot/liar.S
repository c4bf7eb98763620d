/*
 * liar.S - a boot loader that lies: it damages the device tree that QEMU made,
 * or forgets it, and starts stage 04 (loaded at 0x40200000 by the test).
 *
 * At 0x44100000 the test puts: offset into the tree, and the word to put there;
 * offset 1: pass no tree at all; 2: pass the address of memory full of zeros.
 */
	.text
	b	start
	.long	0
	.quad	0x04000000		// text offset: 64 MB above the memory's start
	.quad	0x1000
	.quad	(1 << 1) | (1 << 3)
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
start:
	ldr	x4, =0x44100000
	ldr	w5, [x4]
	ldr	w6, [x4, #8]
	cmp	w5, #1
	csel	x0, xzr, x0, eq
	b.eq	1f
	ldr	x7, =0x44200000
	cmp	w5, #2
	csel	x0, x7, x0, eq
	b.eq	1f
	str	w6, [x0, w5, uxtw]
1:	ldr	x4, =0x40200000
	br	x4
