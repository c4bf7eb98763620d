/*
 * uaccess.S - the only instructions of the kernel that touch user memory.
 *
 *   u64 uaccess_copy(void *to, const void *from, u64 size);
 *
 * Returns the bytes that were not copied.  A fault between uaccess_start and
 * uaccess_end is tried to be cured by mm_fault; if it cannot be, it goes on at
 * the place that __ex_table names, RDI lost.
 */
	.text
	.global uaccess_copy, uaccess_start, uaccess_end
uaccess_copy:
	mov %rdx, %rcx
	shr $3, %rcx
	and $7, %edx
	cmpb $0, cpu_has_smap(%rip)
	je 1f
	stac
uaccess_start:
1:	rep movsq
	mov %edx, %ecx
2:	rep movsb
uaccess_end:
3:	cmpb $0, cpu_has_smap(%rip)
	je 4f
	clac
4:	mov %rcx, %rax
	ret

	/* Words were left: RCX of them, and the bytes. */
5:	lea (%rdx, %rcx, 8), %rcx
	jmp 3b

	.pushsection __ex_table, "a"
	.quad 1b, 5b
	.quad 2b, 3b
	.popsection
