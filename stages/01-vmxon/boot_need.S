/*
 * boot_need.S - refuse a CPU that is too old for 64-bit code.
 *
 * Here is 32-bit code, no C and no IDT: going on would end in a triple fault,
 * which tells nobody anything.
 */
#include "01-vmxon/boot.h"

	.section .boot, "ax"
	.code32
/* need_long_mode - returns if the CPU has it.  Keeps ESI, EDI. */
	.global need_long_mode
need_long_mode:
	mov $CPUID_EXTENDED, %eax	/* the highest leaf of this kind */
	cpuid
	cmp $CPUID_EXTENDED, %eax
	jbe refuse
	mov $CPUID_EXTENDED + 1, %eax
	cpuid
	not %edx
	test $CPUID_LM_NX_BITS, %edx
	jnz refuse
	ret

refuse:
	mov $COM1_FORMAT_PORT, %edx	/* after reset it sends five bits */
	mov $COM1_8N1, %al
	out %al, %dx
	mov $COM1_DATA_PORT, %ebx
	mov $stage_words, %esi
	call say
	mov $stage_number, %esi
	call say
	mov $reason_words, %esi
	call say
	mov $BOCHS_SHUTDOWN_PORT, %ebx
	mov $shutdown_word, %esi
	call say
1:	hlt
	jmp 1b

/* ESI: a text, EBX: the port it goes to.  Clobbers EAX, EDX, ESI. */
say:
	mov $COM1_STATUS_PORT, %edx
1:	in %dx, %al
	not %al
	test $COM1_ALL_SENT, %al
	jnz 1b
	lodsb
	test %al, %al
	jz 2f
	mov %ebx, %edx
	out %al, %dx
	jmp say
2:	ret

	.section .rodata
stage_words:
	.asciz "stage "
reason_words:
	.ascii ": FAILED: this CPU has no 64-bit mode with no-execute pages "
	.asciz "(CPUID.80000001H:EDX[29] and [20])\n"
shutdown_word:
	.asciz "Shutdown"
