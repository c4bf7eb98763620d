/*
 * vectors.S - the two exception vector tables of EL2 (Arm ARM D1.10.2).
 *
 * A table has sixteen slots of 128 bytes: four kinds of exception (synchronous,
 * IRQ, FIQ, SError) for each of four origins (this level on SP_EL0, this level
 * on SP_EL2, a lower level in AArch64, a lower level in AArch32).
 *
 *   host_vectors   while the host runs (HCR_EL2.TGE=1): a lower level is a
 *                  user program of the host.
 *   guest_vectors  only inside the world switch: a lower level is the guest.
 */
#include "04-arm64-el2/trap.h"
#include "04-arm64-el2/vcpu.h"

#define SLOT .balign 128

/* --- the host's own exceptions --------------------------------------------- */

/* Saves everything as a struct trap_frame, calls host_trap(frame, slot). */
	.macro	host_slot n
	SLOT
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #FRAME_X + 8 * 0]
	mov	x1, #\n
	b	host_exception
	.endm

	.text
	.balign	2048
	.global host_vectors
host_vectors:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	host_slot \n
	.endr

	.balign	2048		// not executed: keeps the two tables apart

/* --- exceptions while the guest's context is on the CPU -------------------- */

/* C11: x0 and x1 to the host's stack, then leave with a code in x0. */
	.macro	guest_slot code, name
	SLOT
	.ifnb	\name
	.global	\name
\name:
	.endif
	stp	x0, x1, [sp, #-16]!
	mov	x0, #\code
	b	guest_exit
	.endm

	.macro	panic_slot n
	SLOT
	mov	x1, #\n
	b	guest_panic_exit
	.endm

	.global guest_vectors
guest_vectors:
	/* From EL2 with SP_EL0: we never use that stack pointer. */
	panic_slot 0
	panic_slot 1
	panic_slot 2
	panic_slot 3
	/* From EL2 itself, so from within the switch. */
	SLOT
	b	switch_sync
	panic_slot 5
	panic_slot 6
	SLOT
	b	switch_serror
	/* From the guest, AArch64. */
	guest_slot EXIT_CODE_SYNC, guest_vector_sync
	guest_slot EXIT_CODE_IRQ
	guest_slot EXIT_CODE_IRQ	// FIQ: ours to route as well
	guest_slot EXIT_CODE_SERROR, guest_vector_serror
	/*
	 * For an EL1 in AArch32, which no guest has (HCR_EL2.RW=1): a 32-bit
	 * program at EL0 comes by the four above, because EL1 is AArch64.
	 */
	panic_slot 12
	panic_slot 13
	panic_slot 14
	panic_slot 15

/* --- the rest of a host slot ------------------------------------------------ */

/* x1: slot; x0 and x1 are in the frame already. */
	.global host_exception
host_exception:
	stp	x2, x3, [sp, #FRAME_X + 8 * 2]
	stp	x4, x5, [sp, #FRAME_X + 8 * 4]
	stp	x6, x7, [sp, #FRAME_X + 8 * 6]
	stp	x8, x9, [sp, #FRAME_X + 8 * 8]
	stp	x10, x11, [sp, #FRAME_X + 8 * 10]
	stp	x12, x13, [sp, #FRAME_X + 8 * 12]
	stp	x14, x15, [sp, #FRAME_X + 8 * 14]
	stp	x16, x17, [sp, #FRAME_X + 8 * 16]
	stp	x18, x19, [sp, #FRAME_X + 8 * 18]
	stp	x20, x21, [sp, #FRAME_X + 8 * 20]
	stp	x22, x23, [sp, #FRAME_X + 8 * 22]
	stp	x24, x25, [sp, #FRAME_X + 8 * 24]
	stp	x26, x27, [sp, #FRAME_X + 8 * 26]
	stp	x28, x29, [sp, #FRAME_X + 8 * 28]
	mrs	x2, sp_el0
	stp	x30, x2, [sp, #FRAME_X + 8 * 30]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [sp, #FRAME_PC]
	mov	x0, sp
	bl	host_trap
	/* trap.h: continue from whatever the frame says now. */
	.global trap_return
trap_return:
	ldp	x2, x3, [sp, #FRAME_PC]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x30, x2, [sp, #FRAME_X + 8 * 30]
	msr	sp_el0, x2
	ldp	x28, x29, [sp, #FRAME_X + 8 * 28]
	ldp	x26, x27, [sp, #FRAME_X + 8 * 26]
	ldp	x24, x25, [sp, #FRAME_X + 8 * 24]
	ldp	x22, x23, [sp, #FRAME_X + 8 * 22]
	ldp	x20, x21, [sp, #FRAME_X + 8 * 20]
	ldp	x18, x19, [sp, #FRAME_X + 8 * 18]
	ldp	x16, x17, [sp, #FRAME_X + 8 * 16]
	ldp	x14, x15, [sp, #FRAME_X + 8 * 14]
	ldp	x12, x13, [sp, #FRAME_X + 8 * 12]
	ldp	x10, x11, [sp, #FRAME_X + 8 * 10]
	ldp	x8, x9, [sp, #FRAME_X + 8 * 8]
	ldp	x6, x7, [sp, #FRAME_X + 8 * 6]
	ldp	x4, x5, [sp, #FRAME_X + 8 * 4]
	ldp	x2, x3, [sp, #FRAME_X + 8 * 2]
	ldp	x0, x1, [sp, #FRAME_X + 8 * 0]
	add	sp, sp, #FRAME_SIZE
	eret
