/*
 * cpu.h - what this CPU can do, and making it a host.
 */
#pragma once

#include "04-arm64-el2/layout.h"
#include "04-arm64-el2/percpu.h"

/* Read once, on the first CPU; DESIGN's reference machines have equal CPUs. */
struct cpu_features {
	bool pauth;         /* FEAT_PAuth: keys to switch */
	bool aarch32;       /* at EL0: a guest may run 32-bit programs */
	bool sve, sme;      /* hidden from guests by traps */
	bool ras;           /* FEAT_RAS: VSESR_EL2 and VDISR_EL2 exist */
	unsigned vmid_bits; /* 8 or 16 */
	unsigned pa_bits;   /* of physical addresses, at most 48 used */
	unsigned pa_range;  /* the same, as VTCR_EL2.PS spells it */
};

extern struct cpu_features cpu_features;

void cpu_read_features(void);

/* cpu_init - per-CPU set-up: TPIDR_EL2, vectors, traps of the host's own. */
void cpu_init(struct percpu *cpu, unsigned id);

/* cpu_name - "Neoverse N1" for this CPU's MIDR_EL1, or NULL. */
const char *cpu_name(void);

extern struct percpu percpus[MAX_CPUS];
