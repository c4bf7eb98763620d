/*
 * tour.S - a guest that leaves in every way, one after the other.
 *
 * HVC #0 is a call that nobody knows; HVC #n calls the demonstration
 * (demo_tour.c), which prints: x0 says what, x1 is a value.
 */
#include "04-arm64-el2/tour.h"

	.arch	armv8.3-a+fp+simd

	.macro	say what, value
	mov	x1, \value
	mov	x0, #\what
	hvc	#TOUR_SAY
	.endm

	.section .text.head, "ax"
	.global guest_start
guest_start:
	adr	x0, stack_top
	mov	sp, x0
	adr	x0, vectors
	msr	vbar_el1, x0
	mov	x0, #(3 << 20)		// CPACR_EL1.FPEN: FP for EL1 and EL0
	msr	cpacr_el1, x0
	isb

	/* 1. Calls. */
	mov	x0, #77
	hvc	#0
	say	TOUR_HVC, x0
	mov	x0, #77
	smc	#0
	say	TOUR_SMC, x0

	/* 2. System registers that trap. */
	mrs	x1, id_aa64pfr0_el1
	say	TOUR_PFR0, x1
	mov	x20, xzr
	mrs	x1, S3_0_C10_C4_0	// LORSA_EL1: no such thing for a guest
	say	TOUR_UNDEF, x20
	mov	x1, #0x120
	msr	dbgbvr0_el1, x1
	mrs	x1, dbgbvr0_el1
	say	TOUR_DEBUG, x1

	/* 3. A device, played by the caller. */
	ldr	x2, =TOUR_DEVICE
	mov	w3, #0x41
	strb	w3, [x2]
	ldrsh	x1, [x2]
	say	TOUR_LOAD, x1
	mov	x20, xzr
	ldp	x4, x5, [x2]		// a pair: not described by the CPU
	say	TOUR_NO_ISV, x20
	mov	x20, xzr
	adr	x30, 1f
	br	x2			// code in a device
1:	say	TOUR_BRANCH, x20

	/* 4. Fast exits. */
	fmov	d0, #2.0
	fmul	d0, d0, d0
	fcvtzu	x1, d0
	say	TOUR_FP, x1
	mrs	x4, cntpct_el0
	isb
	mrs	x5, cntvct_el0
	cmp	x4, x5
	cset	x1, ls
	say	TOUR_TIME, x1

	/* 5. Interrupts: my timer, while I wait. */
	mrs	x1, cntvct_el0
	mrs	x2, cntfrq_el0
	mov	x3, #100
	udiv	x2, x2, x3		// 10 ms
	add	x1, x1, x2
	msr	cntv_cval_el0, x1
	mov	x1, #1
	msr	cntv_ctl_el0, x1
	isb
	mov	x21, xzr
1:	wfi
	msr	daifclr, #2
	isb
	msr	daifset, #2
	cbz	x21, 1b
	say	TOUR_IRQ, x21

	/* 6. A virtual SError. */
	mov	x20, xzr
	hvc	#TOUR_WANT_SERROR
	msr	daifclr, #4
	isb
	msr	daifset, #4
	say	TOUR_SERROR, x20

	/* 7. My own stage 1 tables, caches on, and a program at EL0. */
	ldr	x0, =0xff04		// attribute 0: device, 1: memory
	msr	mair_el1, x0
	ldr	x0, =(25 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23) | (2 << 32))
	msr	tcr_el1, x0
	adr	x0, tables
	msr	ttbr0_el1, x0
	dsb	sy
	isb
	tlbi	vmalle1
	dsb	nsh
	isb
	mrs	x0, sctlr_el1
	mov	x1, #0x1005		// M, C, I
	orr	x0, x0, x1
	msr	sctlr_el1, x0
	isb
	mrs	x1, sctlr_el1
	say	TOUR_MMU, x1
	adr	x0, user
	msr	elr_el1, x0
	msr	spsr_el1, xzr		// EL0t, nothing masked
	adr	x22, after_user
	eret
after_user:
	say	TOUR_USER, x23

	/* 8. Pointer authentication, where the CPU has it. */
	mrs	x0, id_aa64isar1_el1
	tst	x0, #0xff0		// APA, API
	b.eq	2f
	ldr	x1, =0x1122334455667788
	msr	S3_0_C2_C1_0, x1	// APIAKeyLo_EL1
	mrs	x0, sctlr_el1
	orr	x0, x0, #(1 << 31)	// EnIA
	msr	sctlr_el1, x0
	isb
	adr	x1, guest_start
	mov	x4, x1
	pacia	x1, x4
	cmp	x1, x4
	cset	x5, ne
	autia	x1, x4
	cmp	x1, x4
	cset	x1, eq
	and	x1, x1, x5
	say	TOUR_PAUTH, x1

	/* 9. No more. */
2:	hvc	#TOUR_DONE
	b	2b

/* At EL0: a system call to my own kernel, a device, and back. */
user:
	mov	x0, #1
	svc	#1			// no exit: EL1's affair
	ldr	x2, =TOUR_DEVICE
	str	w0, [x2]		// an exit, from EL0
	svc	#2
	.ltorg

/* --- my exceptions ----------------------------------------------------------- */
/* Sync at EL1: note ESR in x20; step over, but from a lost branch to x30. */
sync_el1:
	mrs	x20, esr_el1
	lsr	x10, x20, #26
	mrs	x11, elr_el1
	add	x11, x11, #4
	cmp	x10, #0x21		// instruction abort
	csel	x11, x30, x11, eq
	msr	elr_el1, x11
	eret

/* The only one is my timer: switch it off, and tell that I have seen it. */
irq_el1:
	msr	cntv_ctl_el0, xzr
	isb
	add	x21, x21, #1
	hvc	#TOUR_IRQ_SEEN
	eret

serror_el1:
	mrs	x20, esr_el1
	eret

/* SVC #1 counts, SVC #2 ends the program. */
sync_el0:
	mrs	x10, esr_el1
	and	x10, x10, #0xffff
	add	x23, x23, #1
	cmp	x10, #2
	b.eq	1f
	eret
1:	msr	elr_el1, x22
	mov	x10, #0x3c5		// EL1h, all masked
	msr	spsr_el1, x10
	eret

	.balign	2048
vectors:
	.irp	handler, b_self, b_self, b_self, b_self, \
		sync_el1, irq_el1, b_self, serror_el1, \
		sync_el0, b_self, b_self, b_self, \
		b_self, b_self, b_self, b_self
	.balign	128
	b	\handler
	.endr
	.balign	128
b_self:
	hvc	#TOUR_LOST
	b	b_self

/* Level 1, 1 GB each: devices, nothing, my memory (also for EL0). */
	.balign	4096
tables:
	.quad	0x0060000000000441	// a device, also for EL0, no code
	.quad	0
	.quad	0x00000000800007c5	// memory, read-only and code for both
	.skip	4096 - 3 * 8
	.skip	4096
stack_top:
