/*
 * debug.h - the self-hosted debug registers: breakpoints and watchpoints.
 *
 * Up to 16 of each (Arm ARM D2).  64 registers would be much to switch at
 * every entry, and hardly any guest uses them: they are trapped
 * (MDCR_EL2.TDA) until a guest touches one, and switched from then on.
 */
#pragma once

#include "lib/types.h"

struct vcpu;
struct percpu;

#define DEBUG_REGS 16

/* Guarded by a count: only those that the CPU has are ever touched. */
struct debug_state {
	u64 bvr[DEBUG_REGS], bcr[DEBUG_REGS];
	u64 wvr[DEBUG_REGS], wcr[DEBUG_REGS];
	u64 mdccint;
};

/* How many of each this CPU has: ID_AA64DFR0_EL1.{BRPs,WRPs} + 1. */
unsigned debug_nr_breakpoints(void);
unsigned debug_nr_watchpoints(void);

void debug_save(struct debug_state *s);
void debug_load(const struct debug_state *s);

/* Step C8 and its inverse in C13, for a guest that uses them. */
void debug_switch_to_guest(struct vcpu *v, struct percpu *cpu);
void debug_switch_to_host(struct vcpu *v, struct percpu *cpu);

/* At vcpu_load and vcpu_put: MDCR_EL2's traps. */
void debug_load_traps(struct vcpu *v, struct percpu *cpu);
void debug_put_traps(struct percpu *cpu);

/* debug_start_use - the guest named a debug register: switch them now on. */
void debug_start_use(struct vcpu *v);
