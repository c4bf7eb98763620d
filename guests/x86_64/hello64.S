/*
 * hello64.S - the first guest: it leaves in a few ordinary ways.
 *
 * Port 0xe9 prints a character, the host plays that device.  VMCALL says that
 * all is done: its handler leaves it to whoever has started the guest.
 */
#define CONSOLE_PORT 0xe9
#define BEYOND_RAM 0x7f000000		/* guest-virtual, no memory behind */

	.text
	.global hello64_start
hello64_start:
	/* one character at a time */
	lea greeting(%rip), %rsi
1:	lodsb
	test %al, %al
	jz 2f
	out %al, $CONSOLE_PORT
	jmp 1b

2:	/* and as one string instruction */
	lea string(%rip), %rsi
	mov $string_end - string, %ecx
	mov $CONSOLE_PORT, %edx
	rep outsb

	/* what CPU is this? */
	mov $0x40000000, %eax
	cpuid
	lea name(%rip), %rdi
	mov %ebx, %eax
	stosl
	mov %ecx, %eax
	stosl
	mov %edx, %eax
	stosl
	lea who(%rip), %rsi
	mov $who_end - who, %ecx
	mov $CONSOLE_PORT, %edx
	rep outsb

	/* memory that is not there yet: the host may give it */
	movq $0x1234, BEYOND_RAM
	cmpq $0x1234, BEYOND_RAM
	jne 1f
	lea memory(%rip), %rsi
	mov $memory_end - memory, %ecx
	mov $CONSOLE_PORT, %edx
	rep outsb

1:	hlt
	xor %eax, %eax
	vmcall
	ud2

greeting:
	.asciz "    guest: hello from VMX non-root operation, ring 0\n"
string:
	.ascii "    guest: and this line was one REP OUTSB\n"
string_end:
who:
	.ascii "    guest: CPUID says that I run on "
name:
	.ascii "............\n"
who_end:
memory:
	.ascii "    guest: the memory that I reached for is there now\n"
memory_end:
