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
	u64 source; /* register or immediate; out: what goes to the register */
	u64 second; /* CMPS: its other memory operand */
	u64 rax, rbx, rcx, rdx; /* all 64 bits; RAX and RDX may change */
	u64 flags;
	bool writes_memory, writes_register; /* out */
	bool divide_error; /* out: #DE, and nothing else has happened */
};

/*
 * insn_compute - memory, source and second come cut to their sizes, and so do
 * results.  Moves of XMM registers are none of its business.
 */
void insn_compute(const struct insn *i, struct insn_operands *o);

/* insn_compare - the flags of a CMP of that size. */
u64 insn_compare(u64 a, u64 b, unsigned size, u64 flags);
