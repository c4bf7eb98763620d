/*
 * canary.S - the guest of the canary test: inverts what it finds.
 *
 * No stack, no memory, MMU off: every register is under test, so each entry
 * point needs nothing but what it is about.  See canary.h.
 */
#include "04-arm64-el2/canary.h"

	.arch_extension fp
	.arch_extension simd

	.section .text.head, "ax"
	.global guest_start
guest_start:
	.quad	sysregs, fp, debug, probes, counter, a32
	.quad	kind_hvc, kind_smc, kind_wfi, kind_store, kind_load
	.quad	kind_branch, kind_sysreg, kind_spin

	.text
/* --- system registers: each EOR its mask; uses x0, x1 ----------------------- */
	.macro	invert reg, mask
	mrs	x0, \reg
	ldr	x1, =\mask
	eor	x0, x0, x1
	msr	\reg, x0
	.endm

#define ENC(o0, o1, n, m, o2) S##o0##_##o1##_C##n##_C##m##_##o2
#define LOAD(enc, mask) invert enc, mask;
#define SWITCH(enc, mask) invert enc, mask;
#define TIMER(enc, mask) invert enc, mask;
#define KEY(enc, mask)
#define SME(enc, mask)
#define EL12(name, o0, o1, n, m, o2, class, mask) \
	class(ENC(o0, o1, n, m, o2), mask)
#define EL02(name, o0, o1, n, m, o2, class, mask) \
	class(ENC(o0, o1, n, m, o2), mask)
#define SAME(name, o0, o1, n, m, o2, class, mask) \
	SAME_##name(class, ENC(o0, o1, n, m, o2), mask)
/* EL1 has another name for its own stack pointer: SP. */
#define SAME_SP_EL1(class, enc, mask)
#define SAME_OTHER(class, enc, mask) class(enc, mask)
#define SAME_MDSCR_EL1 SAME_OTHER
#define SAME_SP_EL0 SAME_OTHER
#define SAME_PAR_EL1 SAME_OTHER
#define SAME_TPIDR_EL1 SAME_OTHER
#define SAME_CSSELR_EL1 SAME_OTHER
#define SAME_TPIDR_EL0 SAME_OTHER
#define SAME_TPIDRRO_EL0 SAME_OTHER
#define SAME_TPIDR2_EL0 SAME_OTHER
#define SAME_APIAKEYLO_EL1 SAME_OTHER
#define SAME_APIAKEYHI_EL1 SAME_OTHER
#define SAME_APIBKEYLO_EL1 SAME_OTHER
#define SAME_APIBKEYHI_EL1 SAME_OTHER
#define SAME_APDAKEYLO_EL1 SAME_OTHER
#define SAME_APDAKEYHI_EL1 SAME_OTHER
#define SAME_APDBKEYLO_EL1 SAME_OTHER
#define SAME_APDBKEYHI_EL1 SAME_OTHER
#define SAME_APGAKEYLO_EL1 SAME_OTHER
#define SAME_APGAKEYHI_EL1 SAME_OTHER

sysregs:
#include "04-arm64-el2/sysregs.def"
	mov	x0, sp
	mvn	x0, x0
	mov	sp, x0
	tbz	x28, #0, 1f		// CANARY_PAUTH
	bl	invert_keys
1:	tbz	x28, #1, 2f		// CANARY_SME
	bl	invert_sme
2:	tbz	x28, #2, 3f		// CANARY_RAS
	invert	S3_0_C12_C1_1, CANARY_DISR
3:	hvc	#2
	.ltorg

#undef LOAD
#undef SWITCH
#undef TIMER
#undef KEY
#define LOAD(enc, mask)
#define SWITCH(enc, mask)
#define TIMER(enc, mask)
#define KEY(enc, mask) invert enc, mask;
#define EL12(name, o0, o1, n, m, o2, class, mask)
#define EL02(name, o0, o1, n, m, o2, class, mask)
#define SAME(name, o0, o1, n, m, o2, class, mask) \
	SAME_##name(class, ENC(o0, o1, n, m, o2), mask)
invert_keys:
#include "04-arm64-el2/sysregs.def"
	ret
	.ltorg

#undef KEY
#undef SME
#define KEY(enc, mask)
#define SME(enc, mask) invert enc, mask;
#define SAME(name, o0, o1, n, m, o2, class, mask) \
	SAME_##name(class, ENC(o0, o1, n, m, o2), mask)
invert_sme:
#include "04-arm64-el2/sysregs.def"
	ret
	.ltorg

/* --- FP and SIMD ------------------------------------------------------------ */
fp:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	mvn	v\n\().16b, v\n\().16b
	.endr
	invert	fpsr, CANARY_FPSR
	invert	fpcr, CANARY_FPCR
	hvc	#2
	.ltorg

/* --- debug registers -------------------------------------------------------- */
debug:
	.irp	n, 0, 1, 2, 3, 4, 5	// CANARY_BREAKPOINTS
	invert	S2_0_C0_C\n\()_4, CANARY_BVR
	invert	S2_0_C0_C\n\()_5, CANARY_BCR
	.endr
	.irp	n, 0, 1, 2, 3		// CANARY_WATCHPOINTS
	invert	S2_0_C0_C\n\()_6, CANARY_BVR
	invert	S2_0_C0_C\n\()_7, CANARY_WCR
	.endr
	hvc	#2
	.ltorg

/* --- the time ----------------------------------------------------------------- */
counter:
	mrs	x0, cntpct_el0
	isb
	mrs	x1, cntvct_el0
	mrs	x2, mpidr_el1
	mrs	x3, midr_el1
	hvc	#2

/* --- for EL0 in AArch32 ------------------------------------------------------- */
a32:
	.inst	0xe5901000		// LDR r1, [r0]
	.inst	0xeafffffe		// B .

/* --- x0 to x30, and a way out ------------------------------------------------ */
	.macro	kind name, insn:vararg
	.balign	16
kind_\name:
	cmp	x0, x0			// NZCV = 0110
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
		17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mvn	x\n, x\n
	.endr
	\insn
	b	.
	.endm

	kind	hvc, hvc #2
	kind	smc, smc #0
	kind	wfi, wfi
	kind	store, str x1, [x0]
	kind	load, ldr x1, [x0]
	kind	branch, br x0
	kind	sysreg, mrs x3, actlr_el1
	kind	spin, b .

/* --- one instruction that must trap, each followed by one that tells if not -- */
#define PROBE(bit, class, feature, ...) \
	__VA_ARGS__; hvc #3; nop; nop;
	.arch	armv8.2-a+sve
	.balign	16
probes:
#include "04-arm64-el2/canary_probes.def"
