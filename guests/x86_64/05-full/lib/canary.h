/*
 * canary.h - x86: the registers that must survive an exit.
 */
#pragma once

#define CANARY_GENERAL 15 /* all but RSP */
#define CANARY_RAX 0
#define CANARY_RBX 8
#define CANARY_RCX 16
#define CANARY_RDX 24
#define CANARY_RSI 32
#define CANARY_RDI 40
#define CANARY_RBP 48
#define CANARY_R8 56
#define CANARY_R9 64
#define CANARY_R10 72
#define CANARY_R11 80
#define CANARY_R12 88
#define CANARY_R13 96
#define CANARY_R14 104
#define CANARY_R15 112
#define CANARY_VECTOR 128 /* XMM0 to XMM15 follow */

#ifndef __ASSEMBLER__
#include "lib/types.h"

struct canary_regs {
	u64 general[16];
	u64 vector[16][2];
};
_Static_assert(offsetof(struct canary_regs, general[14]) == CANARY_R15 &&
                       offsetof(struct canary_regs, vector) == CANARY_VECTOR,
               "as the assembly has it");

/* Each loads all of in, exits in its way, and stores all to out. */
void canary_out(const struct canary_regs *in, struct canary_regs *out);
void canary_in(const struct canary_regs *in, struct canary_regs *out);
void canary_store(const struct canary_regs *in, struct canary_regs *out);
void canary_load(const struct canary_regs *in, struct canary_regs *out);
void canary_cpuid(const struct canary_regs *in, struct canary_regs *out);
void canary_vmcall(const struct canary_regs *in, struct canary_regs *out);
#endif
