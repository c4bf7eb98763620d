/*
 * fpsimd.h - Advanced SIMD and floating-point state: V0-V31, FPSR, FPCR.
 *
 * The host kernel is compiled without FP registers, so after an exit the
 * guest's values can stay where they are.  The guest first meets a trap
 * (CPTR_EL2.FPEN); only then are the registers exchanged, and given back at
 * vcpu_put (fixup.c, context.c).  SVE is hidden: CPTR_EL2.ZEN stays 0.
 */
#pragma once

#define FP_V 0
#define FP_FPSR 512
#define FP_FPCR 520

#ifndef __ASSEMBLER__
#include "lib/types.h"

struct fpsimd_state {
	u64 v[32][2];
	u64 fpsr, fpcr;
} __attribute__((aligned(16)));

_Static_assert(offsetof(struct fpsimd_state, v) == FP_V, "");
_Static_assert(offsetof(struct fpsimd_state, fpsr) == FP_FPSR, "");
_Static_assert(offsetof(struct fpsimd_state, fpcr) == FP_FPCR, "");

/* Both need CPTR_EL2.FPEN to be open; fpsimd.S. */
void fpsimd_save(struct fpsimd_state *s);
void fpsimd_load(const struct fpsimd_state *s);

#endif /* __ASSEMBLER__ */
