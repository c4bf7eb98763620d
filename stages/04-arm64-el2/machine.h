/*
 * machine.h - what the device tree says about this machine.
 */
#pragma once

#include "04-arm64-el2/layout.h"

#define MAX_BANKS 8

struct machine {
	u64 fdt_pa;
	unsigned nr_banks; /* of memory */
	struct {
		u64 base, size;
	} bank[MAX_BANKS];
	unsigned nr_cpus;
	u64 mpidr[MAX_CPUS];             /* of each, to start it by PSCI */
	u64 uart, gicd, gicr, gicr_size; /* physical addresses */
	char cmdline[1024];
};

extern struct machine machine;

/*
 * machine_read - fill `machine` from the device tree at fdt_pa, and map what
 * it names.  Ends the run with a sentence if the tree is damaged or the
 * machine lacks what this stage needs.
 */
void machine_read(u64 fdt_pa);
