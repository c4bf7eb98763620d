/*
 * insn_arith.h - for insn_compute.c and insn_muldiv.c: values of 1, 2, 4 or 8
 * bytes, and flags.
 */
#pragma once

#include "05-full/kvm/x86/insn_compute.h"

static inline u64 mask_of(unsigned size)
{
	return size == 8 ? ~0ul : MASK(8 * size - 1, 0);
}

static inline u64 sign_bit(unsigned size)
{
	return 1ul << (8 * size - 1);
}

static inline s64 sign_extend(u64 v, unsigned size)
{
	return (s64)(v << (64 - 8 * size)) >> (64 - 8 * size);
}

static inline u64 set_flags(u64 old, u64 which, u64 flags)
{
	return (old & ~which) | (flags & which);
}

/* MUL and IMUL with RAX; IMUL with another register; DIV and IDIV. */
void insn_multiply_rax(const struct insn *i, struct insn_operands *o);
void insn_multiply(const struct insn *i, struct insn_operands *o);
void insn_divide(const struct insn *i, struct insn_operands *o);
