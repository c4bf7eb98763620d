/*
 * echo_x86_64.S - sends back every byte that its first serial port gets; after
 * a Z it says the verdict and powers off.  A "!" means that a byte was lost.
 */
	.code32
	.set	COM1, 0x3f8
	.section .text
	.long	0x1badb002, 0, -0x1badb002	// multiboot header
	.globl	_start
_start:
	mov	$stack, %esp
	mov	$COM1 + 3, %dx
	mov	$0x80, %al			// LCR.DLAB: the divisor, 1
	out	%al, %dx
	mov	$COM1, %dx
	mov	$1, %al
	out	%al, %dx
	inc	%dx
	xor	%al, %al
	out	%al, %dx
	mov	$COM1 + 3, %dx
	mov	$3, %al				// 8N1
	out	%al, %dx
	dec	%dx
	mov	$0xc7, %al			// FIFOs on
	out	%al, %dx
	mov	$ready, %esi
	call	say
1:	mov	$COM1 + 5, %dx
	in	%dx, %al
	test	$2, %al				// overrun
	jz	2f
	mov	$'!', %bl
	call	send
2:	test	$1, %al
	jz	1b
	mov	$COM1, %dx
	in	%dx, %al
	mov	%al, %bl
	call	send
	cmp	$'Z', %bl
	jne	1b
	mov	$verdict, %esi
	call	say
3:	mov	$COM1 + 5, %dx			// all of it has left
	in	%dx, %al
	and	$0x60, %al
	cmp	$0x60, %al
	jne	3b
	mov	$0x8900, %dx			// Bochs's switch
	mov	$off, %esi
4:	lodsb
	out	%al, %dx
	jmp	4b

send:	push	%eax				// BL
	mov	$COM1 + 5, %dx
5:	in	%dx, %al
	test	$0x20, %al
	jz	5b
	mov	$COM1, %dx
	mov	%bl, %al
	out	%al, %dx
	pop	%eax
	ret
say:	lodsb					// ESI
	mov	%al, %bl
	test	%al, %al
	jz	6f
	call	send
	jmp	say
6:	ret

ready:	.asciz	"ready\r\n"
verdict: .asciz	"\r\nstage 99: ok\r\n"
off:	.asciz	"Shutdown"
	.bss
	.skip	4096
stack:
	.section .note.GNU-stack, "", @progbits
