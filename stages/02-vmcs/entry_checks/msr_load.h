/*
 * msr_load.h - walking the VM-entry MSR-load area (SDM 25.8.2, 27.4).
 */
#pragma once

#include "02-vmcs/entry_checks/check.h"

/* One entry of a list of MSRs, SDM table 25-15. */
struct msr_entry {
	u64 index; /* bits 31:0; 63:32 must be 0 */
	u64 value;
};

/*
 * msr_load_breaks - the number, from 1, of the first entry of which `broken`
 * is true, or 0.
 */
unsigned msr_load_breaks(const struct check *k,
                         bool (*broken)(const struct check *k,
                                        const struct msr_entry *e));

/* msr_load_first_broken - the first entry that breaks any rule, or 0. */
unsigned msr_load_first_broken(const struct check *k);
