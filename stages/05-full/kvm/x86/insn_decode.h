/*
 * insn_decode.h - which instruction is this, and what does it do to memory?
 * Pure (SDM volume 2).
 *
 * Only what a program may reasonably do to a device's registers: moves,
 * arithmetic and logic on memory, string moves.
 */
#pragma once

#include "lib/types.h"

#define INSN_MAX 15 /* bytes; a longer one is #GP (SDM vol. 2, 2.3.11) */

enum insn_kind {
	INSN_UNKNOWN,
	INSN_LOAD,      /* register := memory */
	INSN_LOAD_ZERO, /* MOVZX */
	INSN_LOAD_SIGN, /* MOVSX, MOVSXD */
	INSN_STORE,     /* memory := source */
	INSN_ALU,       /* memory := memory op source; CMP, TEST: flags only */
	INSN_ALU_REG,   /* register := register op memory */
	INSN_XCHG,
	INSN_XADD,
	INSN_CMPXCHG,
	INSN_UNARY, /* NOT, NEG, INC, DEC on memory */
	INSN_BIT,   /* BT, BTS, BTR, BTC with an immediate or register */
	INSN_SHIFT, /* SHL, SHR, SAR */
	INSN_PUSH,  /* from memory, or (no base, reg set) from a register */
	INSN_POP,
	INSN_MOVS,
	INSN_STOS,
	INSN_LODS,
	INSN_SCAS,
};

/* The eight of opcodes 00-3f, in their order; then TEST. */
enum insn_alu {
	ALU_ADD,
	ALU_OR,
	ALU_ADC,
	ALU_SBB,
	ALU_AND,
	ALU_SUB,
	ALU_XOR,
	ALU_CMP,
	ALU_TEST,
};

/* The register field of C0, C1, D0 to D3. */
enum insn_shift { SHIFT_LEFT = 4, SHIFT_RIGHT = 5, SHIFT_SIGNED = 7 };
enum insn_unary { UNARY_NOT, UNARY_NEG, UNARY_INC, UNARY_DEC };
enum insn_bit { BIT_TEST, BIT_SET, BIT_RESET, BIT_COMPLEMENT };

/* Segment registers by the manual's numbers. */
enum insn_segment { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS };

#define NO_REGISTER 0xff

struct insn {
	u8 kind;         /* enum insn_kind */
	u8 op;           /* enum insn_alu, insn_unary, insn_bit */
	u8 length;       /* of the instruction, bytes */
	u8 size;         /* of the memory operand: 1, 2, 4, 8 */
	u8 reg_size;     /* of the register operand */
	u8 reg;          /* its number, 0-15, or NO_REGISTER: immediate */
	bool high;       /* AH, CH, DH, BH: bits 15:8 of reg */
	u8 address_size; /* 2, 4, 8 */
	u8 segment;
	u8 base, index, scale; /* of the address; NO_REGISTER */
	bool rip_relative;
	bool on_stack;   /* PUSH, POP with a register: no other memory */
	bool by_cl;      /* a shift by CL */
	bool bit_offset; /* BT and such with a register: it moves the address */
	bool rep, repne, lock;
	s64 displacement, immediate;
};

/*
 * insn_decode - n bytes at the instruction pointer; bits: 16, 32 or 64, the
 * mode of the code segment.  False: not one that we know, or cut off.
 */
bool insn_decode(struct insn *i, const u8 *bytes, unsigned n, int bits);
