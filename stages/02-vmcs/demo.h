/*
 * demo.h - the parts of stage 02's transcript.
 */
#pragma once

#include "02-vmcs/sample.h"
#include "02-vmcs/vmcs.h"

/* What the parts work on. */
struct vmcs_demo {
	const struct vmx_caps *caps;
	struct vmcs vmcs;
	struct sample_memory memory;
};

/* demo_life - VMCLEAR, VMPTRLD, VMPTRST; two VMCSs. */
void demo_life(struct vmcs_demo *d);

/* demo_set_up - the 64-bit sample: set, dumped by name, checked, entered. */
void demo_set_up(struct vmcs_demo *d);

/* demo_launch_state - VMLAUNCH, VMRESUME, and which one is due. */
void demo_launch_state(struct vmcs_demo *d);

/*
 * demo_instruction_errors - each VMX instruction's failures, decoded.
 * Returns false if the CPU's answer was not the manual's.
 */
bool demo_instruction_errors(struct vmcs_demo *d);

/*
 * demo_breakages - break the samples rule by rule and ask the CPU.  Returns
 * false if it and the entry checker disagreed, known differences apart.
 * print_all: each sentence, also where only a register's name differs.
 */
bool demo_breakages(struct vmcs_demo *d, bool print_all);

/* demo_put - write all fields of f that this CPU has into the current VMCS. */
void demo_put(const struct vmcs_values *f);
