/*
 * insn_reader.h - for insn_decode.c and insn_opcode.c: the bytes that are
 * being decoded, and the parts that many instructions have.
 */
#pragma once

#include "05-full/kvm/x86/insn_decode.h"

/* What is being read; `ok` is false once the bytes ran out. */
struct reader {
	const u8 *at, *end;
	bool ok;
	int bits;
	u8 rex;
	bool operand_prefix, address_prefix;
	int segment; /* of a prefix, or -1 */
};

#define REX_W 8
#define REX_R 4
#define REX_X 2
#define REX_B 1

u8 reader_byte(struct reader *r);
/* reader_signed - so many bytes, little-endian, sign-extended. */
s64 reader_signed(struct reader *r, unsigned size);

/* insn_modrm - returns the register field; -1: the operand is no memory. */
int insn_modrm(struct insn *i, struct reader *r);

/* insn_opcode - all behind the prefixes; op is the first byte. */
bool insn_opcode(struct insn *i, struct reader *r, u8 op);
