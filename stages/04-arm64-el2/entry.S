/*
 * entry.S - into the guest and back: steps C10 to C12 of the world switch.
 *
 * Here is the line that runs the guest's code: the ERET in guest_enter.  For
 * the CPU it is the return from an exception that never happened; for the
 * caller guest_enter is a function that takes long and returns an exit code.
 */
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/vcpu.h"

/* Counts this file's system register accesses on the way in and out. */
	.set	entry_accesses, 0
	.macro	get_sysreg reg, name
	mrs	\reg, \name
	.set	entry_accesses, entry_accesses + 1
	.endm
	.macro	set_sysreg name, reg
	msr	\name, \reg
	.set	entry_accesses, entry_accesses + 1
	.endm

	.text
/*
 * u64 guest_enter(struct vcpu *x0, struct percpu *x1)
 *
 * Everything else of the guest is on the CPU already (switch.c).  Returns by
 * way of guest_exit.  Keeps x19-x30, SP and SP_EL0, as any function must; the
 * caller's x2-x18 are lost, as in any call.
 */
	.global guest_enter
guest_enter:
/* anchor: guest_enter */
	/* C10: what our caller may keep in registers... */
	stp	x19, x20, [x1, #CPU_HOST_X19 + 8 * 0]
	stp	x21, x22, [x1, #CPU_HOST_X19 + 8 * 2]
	stp	x23, x24, [x1, #CPU_HOST_X19 + 8 * 4]
	stp	x25, x26, [x1, #CPU_HOST_X19 + 8 * 6]
	stp	x27, x28, [x1, #CPU_HOST_X19 + 8 * 8]
	stp	x29, x30, [x1, #CPU_HOST_X19 + 8 * 10]
	get_sysreg x2, sp_el0
	str	x2, [x1, #CPU_HOST_SP_EL0]

	/* ...makes room for the guest.  x0, the pointer, goes last. */
	ldr	x2, [x0, #VCPU_SP_EL0]
	set_sysreg sp_el0, x2
	ldp	x2, x3, [x0, #VCPU_X + 8 * 2]
	ldp	x4, x5, [x0, #VCPU_X + 8 * 4]
	ldp	x6, x7, [x0, #VCPU_X + 8 * 6]
	ldp	x8, x9, [x0, #VCPU_X + 8 * 8]
	ldp	x10, x11, [x0, #VCPU_X + 8 * 10]
	ldp	x12, x13, [x0, #VCPU_X + 8 * 12]
	ldp	x14, x15, [x0, #VCPU_X + 8 * 14]
	ldp	x16, x17, [x0, #VCPU_X + 8 * 16]
	ldp	x18, x19, [x0, #VCPU_X + 8 * 18]
	ldp	x20, x21, [x0, #VCPU_X + 8 * 20]
	ldp	x22, x23, [x0, #VCPU_X + 8 * 22]
	ldp	x24, x25, [x0, #VCPU_X + 8 * 24]
	ldp	x26, x27, [x0, #VCPU_X + 8 * 26]
	ldp	x28, x29, [x0, #VCPU_X + 8 * 28]
	ldr	x30, [x0, #VCPU_X + 8 * 30]
	ldp	x0, x1, [x0, #VCPU_X + 8 * 0]
	/* C10: and off.  PC is what ELR_EL2 says, PSTATE what SPSR_EL2 says. */
	.global guest_eret
guest_eret:
	eret				// <- the guest runs now
	/* Speculation must not run on into what follows (C6.2, ERET). */
	dsb	nsh			// not observable here: never executed
	isb				// not observable here: never executed
/* end: guest_enter */

/*
 * guest_exit - from a slot of guest_vectors: x0 is the exit code, the guest's
 * x0 and x1 are on our stack, every other register is the guest's.
 *
 * SP needs no thought: it is SP_EL2, which the guest could not name, so it is
 * where guest_enter's caller left it.
 */
	.global guest_exit
guest_exit:
/* anchor: guest_exit */
	get_sysreg x1, tpidr_el2
	ldr	x1, [x1, #CPU_RUNNING]
	stp	x2, x3, [x1, #VCPU_X + 8 * 2]
	stp	x4, x5, [x1, #VCPU_X + 8 * 4]
	stp	x6, x7, [x1, #VCPU_X + 8 * 6]
	stp	x8, x9, [x1, #VCPU_X + 8 * 8]
	stp	x10, x11, [x1, #VCPU_X + 8 * 10]
	stp	x12, x13, [x1, #VCPU_X + 8 * 12]
	stp	x14, x15, [x1, #VCPU_X + 8 * 14]
	stp	x16, x17, [x1, #VCPU_X + 8 * 16]
	stp	x18, x19, [x1, #VCPU_X + 8 * 18]
	stp	x20, x21, [x1, #VCPU_X + 8 * 20]
	stp	x22, x23, [x1, #VCPU_X + 8 * 22]
	stp	x24, x25, [x1, #VCPU_X + 8 * 24]
	stp	x26, x27, [x1, #VCPU_X + 8 * 26]
	stp	x28, x29, [x1, #VCPU_X + 8 * 28]
	str	x30, [x1, #VCPU_X + 8 * 30]
	ldp	x2, x3, [sp], #16	// the two that the slot had spilled
	stp	x2, x3, [x1, #VCPU_X + 8 * 0]
	get_sysreg x2, sp_el0
	str	x2, [x1, #VCPU_SP_EL0]

	get_sysreg x1, tpidr_el2
	ldr	x2, [x1, #CPU_HOST_SP_EL0]
	set_sysreg sp_el0, x2
	ldp	x19, x20, [x1, #CPU_HOST_X19 + 8 * 0]
	ldp	x21, x22, [x1, #CPU_HOST_X19 + 8 * 2]
	ldp	x23, x24, [x1, #CPU_HOST_X19 + 8 * 4]
	ldp	x25, x26, [x1, #CPU_HOST_X19 + 8 * 6]
	ldp	x27, x28, [x1, #CPU_HOST_X19 + 8 * 8]
	ldp	x29, x30, [x1, #CPU_HOST_X19 + 8 * 10]
/* end: guest_exit */

/*
 * C12: an SError that the guest caused may not have arrived yet.  Wait for it
 * here, while everybody still knows whose it is: complete all accesses, and
 * ask whether one is pending (ISR_EL1.A, D13.2).
 */
/* anchor: serror_window */
	dsb	sy			// not observable here: no pending SErrors
	isb				// not observable here: no pending SErrors
	.global serror_test
serror_test:
	get_sysreg x2, isr_el1
	tbnz	x2, #8, 1f
	ret				// not observable here: the window finds nothing
	/* It is: let it come, in a window of exactly one instruction. */
1:	mrs	x2, elr_el2		// taking it overwrites these three
	mrs	x3, esr_el2
	mrs	x4, spsr_el2
	mov	x5, x0
	msr	daifclr, #4
	.global serror_window
serror_window:
	isb				// not observable here: the SError is forged
	.global serror_window_end
serror_window_end:
	msr	daifset, #4
	mov	x0, x5
	msr	elr_el2, x2
	msr	esr_el2, x3
	msr	spsr_el2, x4
	ret

/*
 * switch_serror - SError taken at EL2 itself.  In the window it is the
 * guest's: add the flag to the code (x5), go on behind it.  Anywhere else
 * in the switch it is unexpected.  In the window it changes nothing but x5:
 * the flags come back with ERET.
 */
	.global switch_serror
switch_serror:
	stp	x0, x1, [sp, #-16]!
	mrs	x0, elr_el2
	adr	x1, serror_window
	sub	x0, x0, x1
	cmp	x0, #4			// before the ISB, or just behind it
	b.hi	1f
	ldp	x0, x1, [sp], #16
	orr	x5, x5, #(1 << EXIT_WITH_SERROR_BIT)
	eret
1:	mov	x1, #7			// the slot
	b	guest_panic_exit
/* end: serror_window */

/*
 * switch_sync - synchronous exception at EL2 itself, guest_vectors active.
 *
 * One is legal: an ERET to a PSTATE that EL1 or EL0 cannot have stays at EL2
 * and sets PSTATE.IL (D1.11, illegal exception return).  The guest's registers
 * are all loaded then, so this is an exit like any other.
 */
	.global switch_sync
switch_sync:
/* anchor: switch_sync */
	stp	x0, x1, [sp, #-16]!
	mrs	x0, spsr_el2
	tbz	x0, #20, 1f		// SPSR_EL2.IL
	mov	x0, #EXIT_CODE_ILLEGAL
	b	guest_exit
1:	mov	x1, #4			// the slot
/* end: switch_sync */

/*
 * guest_panic_exit - our own bug inside the switch.  x1: slot.  The registers
 * may be the guest's or ours: nothing is trusted but SP and TPIDR_EL2.  Make
 * the CPU the host's again, then report.
 */
	.global guest_panic_exit
guest_panic_exit:
/* anchor: panic_exit */
	ldr	x0, =host_vectors
	msr	vbar_el2, x0		// an exception from here on says so itself
	ldr	x0, =HCR_HOST
	msr	hcr_el2, x0
	isb				// not observable here: QEMU acts at once
	mov	x0, x1
	bl	switch_panic		// _Noreturn void switch_panic(slot)
/* end: panic_exit */

	.section .rodata
	.balign	8
	.global entry_sysreg_accesses
entry_sysreg_accesses:
	.quad	entry_accesses
