/*
 * percpu.h - what each CPU has of its own; TPIDR_EL2 points at it.
 *
 * TPIDR_EL2 is ours alone: a guest has no name for it, so after an exit it is
 * the one thing that needs no restoring and leads to everything else.
 * A later stage's per-CPU struct contains this one as its first member.
 */
#pragma once

/* Offsets for assembly; pinned below. */
#define CPU_STACK_TOP 0
#define CPU_RUNNING 8
#define CPU_HOST_X19 16
#define CPU_HOST_SP_EL0 112

#ifndef __ASSEMBLER__
#include "04-arm64-el2/debug.h"
#include "04-arm64-el2/fpsimd.h"
#include "04-arm64-el2/sysreg_insn.h"

struct vcpu;

struct percpu {
	u64 stack_top; /* where a CPU begins */

	/* --- the host context of the world switch (C1, C2, C10) --- */
	struct vcpu *running; /* in the switch now, or NULL */
	u64 x19_x30[12];      /* what the AAPCS64 lets a caller keep */
	u64 sp_el0;
	u64 mdscr;
	u64 tpidr_el0, tpidrro_el0,
		tpidr2_el0;         /* of the host's user program */
	u64 cnthctl, mdcr, vectors; /* what EL2 itself goes back to */
	struct debug_state debug;
	struct fpsimd_state *fp; /* where the host's FP registers rest */
	struct fpsimd_state
		own_fp; /* fp points here unless a thread has some */

	/* --- the rest --- */
	struct vcpu *loaded; /* its EL1 state is in this CPU's registers */
	unsigned id;
	u64 gicr;                      /* this CPU's redistributor, virtual */
	u64 irqs;                      /* taken by the host so far */
	void (*volatile work)(void *); /* smp_run */
	void *work_arg;
	volatile bool online;
};

_Static_assert(offsetof(struct percpu, stack_top) == CPU_STACK_TOP, "");
_Static_assert(offsetof(struct percpu, running) == CPU_RUNNING, "");
_Static_assert(offsetof(struct percpu, x19_x30) == CPU_HOST_X19, "");
_Static_assert(offsetof(struct percpu, sp_el0) == CPU_HOST_SP_EL0, "");

static inline struct percpu *this_cpu(void)
{
	return (struct percpu *)read_sysreg(TPIDR_EL2);
}

#endif /* __ASSEMBLER__ */
