/*
 * canary.h - arm64: the registers that must survive an exit.
 */
#pragma once

#define CANARY_GENERAL 31
#define CANARY_VECTOR 256 /* Q0 to Q31 */
/* On the stack after the exit: X0, X1; then where the result goes. */
#define CANARY_SECOND 8
#define CANARY_OUT 16

#ifndef __ASSEMBLER__
#include "lib/types.h"

struct canary_regs {
	u64 general[32];
	u64 vector[32][2];
};
_Static_assert(offsetof(struct canary_regs, vector) == CANARY_VECTOR,
               "as the assembly has it");

/* Each loads all of in, exits in its way, and stores all to out. */
void canary_hvc(const struct canary_regs *in, struct canary_regs *out);
void canary_store(const struct canary_regs *in, struct canary_regs *out);
void canary_load(const struct canary_regs *in, struct canary_regs *out);
void canary_sysreg(const struct canary_regs *in, struct canary_regs *out);
void canary_wfe(const struct canary_regs *in, struct canary_regs *out);
#endif
