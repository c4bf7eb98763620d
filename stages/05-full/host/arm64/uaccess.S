/*
 * uaccess.S - copies between kernel and user memory.
 *
 * LDTR and STTR access memory with EL0's rights (Arm ARM C3.2.5): a user
 * program cannot make the kernel touch what it could not touch itself, and
 * PSTATE.PAN need not be opened.  A fault that mm_fault does not cure goes on
 * at uaccess_failed (traps.c).
 */
#define WORD1 8
#define WORD2 16
#define WORD3 24

	.text
	.global uaccess_start, uaccess_end, uaccess_failed
	.global arch_copy_from_user, arch_copy_to_user
uaccess_start:

/* u64 arch_copy_from_user(void *x0 to, u64 x1 user, u64 x2 size): left over */
arch_copy_from_user:
	subs	x2, x2, #32
	b.lo	6f
5:	ldtr	x3, [x1]		// 32 bytes at a time, then 8, then 1
	ldtr	x4, [x1, #WORD1]
	ldtr	x5, [x1, #WORD2]
	ldtr	x6, [x1, #WORD3]
	stp	x3, x4, [x0], #16
	stp	x5, x6, [x0], #16
	add	x1, x1, #32
	subs	x2, x2, #32
	b.hs	5b
6:	adds	x2, x2, #24		// 32 - 8
	b.mi	2f
1:	ldtr	x3, [x1]
	str	x3, [x0], #8
	add	x1, x1, #8
	subs	x2, x2, #8
	b.hs	1b
2:	adds	x2, x2, #8
	b.eq	4f
3:	ldtrb	w3, [x1]
	strb	w3, [x0], #1
	add	x1, x1, #1
	subs	x2, x2, #1
	b.ne	3b
4:	mov	x0, #0
	ret

/* u64 arch_copy_to_user(u64 x0 user, const void *x1 from, u64 x2 size) */
arch_copy_to_user:
	subs	x2, x2, #32
	b.lo	6f
5:	ldp	x3, x4, [x1], #16
	ldp	x5, x6, [x1], #16
	sttr	x3, [x0]
	sttr	x4, [x0, #WORD1]
	sttr	x5, [x0, #WORD2]
	sttr	x6, [x0, #WORD3]
	add	x0, x0, #32
	subs	x2, x2, #32
	b.hs	5b
6:	adds	x2, x2, #24		// 32 - 8
	b.mi	2f
1:	ldr	x3, [x1], #8
	sttr	x3, [x0]
	add	x0, x0, #8
	subs	x2, x2, #8
	b.hs	1b
2:	adds	x2, x2, #8
	b.eq	4f
3:	ldrb	w3, [x1], #1
	sttrb	w3, [x0]
	add	x0, x0, #1
	subs	x2, x2, #1
	b.ne	3b
4:	mov	x0, #0
	ret
uaccess_end:

/* Nobody asks how much; it was not all. */
uaccess_failed:
	mov	x0, #1
	ret
