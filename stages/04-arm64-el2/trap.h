/*
 * trap.h - exceptions taken while the host runs.
 */
#pragma once

#define FRAME_X 0
#define FRAME_SP_EL0 248
#define FRAME_PC 256
#define FRAME_PSTATE 264
#define FRAME_SIZE 272

#ifndef __ASSEMBLER__
#include "lib/types.h"

/* What vectors.S pushes: the interrupted program, complete. */
struct trap_frame {
	u64 x[31];
	u64 sp_el0;
	u64 pc, pstate;
};

_Static_assert(offsetof(struct trap_frame, x) == FRAME_X, "");
_Static_assert(offsetof(struct trap_frame, sp_el0) == FRAME_SP_EL0, "");
_Static_assert(offsetof(struct trap_frame, pc) == FRAME_PC, "");
_Static_assert(offsetof(struct trap_frame, pstate) == FRAME_PSTATE, "");
_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "");

/* Slots of a vector table: origin times four, plus kind (D1.10.2). */
enum vector_slot {
	SLOT_SYNC,
	SLOT_IRQ,
	SLOT_FIQ,
	SLOT_SERROR,
	SLOT_CURRENT_SP0 = 0,
	SLOT_CURRENT_SPX = 4,
	SLOT_LOWER_64 = 8,
	SLOT_LOWER_32 = 12,
	SLOTS = 16,
};

/*
 * Who takes each slot.  NULL, as all but the IRQ are here: panic with the
 * state decoded.  A later stage fills in those of its user programs.
 */
extern void (*host_trap_handlers[SLOTS])(struct trap_frame *f);

/* host_trap - called by vectors.S. */
void host_trap(struct trap_frame *f, enum vector_slot slot);

/* slot_name - "IRQ from EL2", for messages. */
const char *slot_name(enum vector_slot slot);

/* switch_panic_hook - called instead of panicking; for a rehearsal. */
struct vcpu;
extern void (*switch_panic_hook)(enum vector_slot slot, const struct vcpu *v);

extern char host_vectors[], guest_vectors[];
_Noreturn void trap_return(void);

#endif /* __ASSEMBLER__ */
