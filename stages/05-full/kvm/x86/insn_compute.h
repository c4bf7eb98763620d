/*
 * insn_compute.h - what an instruction makes of its operands.  Pure.
 */
#pragma once

#include "05-full/kvm/x86/insn_decode.h"

#define FLAGS_CF BIT(0)
#define FLAGS_PF BIT(2)
#define FLAGS_AF BIT(4)
#define FLAGS_ZF BIT(6)
#define FLAGS_SF BIT(7)
#define FLAGS_OF BIT(11)

struct insn_operands {
	u64 memory; /* in: what was there; out: what is to be there */
	u64 source; /* register or immediate; out: for XCHG, XADD, ALU_REG */
	u64 rax;    /* CMPXCHG; in and out */
	u64 flags;
	bool writes_memory, writes_register, writes_rax; /* out */
};

/* insn_compute - values are cut to their operand's size. */
void insn_compute(const struct insn *i, struct insn_operands *o);

/* insn_compare - the flags of a CMP of that size. */
u64 insn_compare(u64 a, u64 b, unsigned size, u64 flags);
