/*
 * insn_decode.h - which instruction is this, and what does it do to memory?
 * Pure (SDM volume 2).
 *
 * Only what a program may reasonably do to a device's registers: moves (16
 * bytes of an XMM register, too), arithmetic and logic on memory, strings, and
 * what uses a stack or a jump's target that lies there.
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
	INSN_CMPXCHG8B, /* EDX:EAX, ECX:EBX */
	INSN_UNARY,     /* NOT, NEG, INC, DEC on memory */
	INSN_BIT,       /* BT, BTS, BTR, BTC with an immediate or register */
	INSN_SCAN,      /* BSF, BSR: register := the number of a bit */
	INSN_SHIFT,     /* shifts and rotations */
	INSN_DOUBLE_SHIFT, /* SHLD, SHRD */
	INSN_MUL,          /* RDX:RAX := RAX * memory; MUL, IMUL */
	INSN_DIV,          /* RAX, RDX := quotient, rest; DIV, IDIV */
	INSN_IMUL,         /* register := register * memory */
	INSN_IMUL3,        /* register := memory * immediate */
	INSN_SETCC,        /* memory := condition */
	INSN_CMOVCC,       /* register := memory, on condition */
	INSN_XMM_LOAD,     /* 16 bytes */
	INSN_XMM_STORE,
	INSN_PUSH, /* from memory, or (on_stack) from a register */
	INSN_POP,
	INSN_CALL, /* target in memory, or (on_stack) relative */
	INSN_JUMP, /* target in memory */
	INSN_RET,
	INSN_MOVS, /* from here on strings */
	INSN_STOS,
	INSN_LODS,
	INSN_SCAS,
	INSN_CMPS,
	INSN_KINDS
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

/* The register field of C0, C1, D0 to D3.  Odd numbers go to the right. */
enum insn_shift {
	ROTATE_LEFT,
	ROTATE_RIGHT,
	ROTATE_CARRY_LEFT,
	ROTATE_CARRY_RIGHT,
	SHIFT_LEFT,
	SHIFT_RIGHT,
	SHIFT_SIGNED = 7
};

enum insn_unary { UNARY_NOT, UNARY_NEG, UNARY_INC, UNARY_DEC };
enum insn_bit { BIT_TEST, BIT_SET, BIT_RESET, BIT_COMPLEMENT };
enum insn_mul { MUL_UNSIGNED, MUL_SIGNED };
enum insn_double { DOUBLE_LEFT, DOUBLE_RIGHT };
enum insn_scan { SCAN_FORWARD, SCAN_REVERSE };

/* Segment registers by the manual's numbers. */
enum insn_segment { SEG_ES, SEG_CS, SEG_SS, SEG_DS, SEG_FS, SEG_GS };

#define NO_REGISTER 0xff

struct insn {
	u8 kind;         /* enum insn_kind */
	u8 op;           /* enum insn_alu and such; a condition's number */
	u8 length;       /* of the instruction, bytes */
	u8 size;         /* of the memory operand: 1, 2, 4, 8, 16 */
	u8 reg_size;     /* of the register operand */
	u8 reg;          /* its number, 0-15, or NO_REGISTER: immediate */
	bool high;       /* AH, CH, DH, BH: bits 15:8 of reg */
	u8 address_size; /* 2, 4, 8 */
	u8 segment;
	u8 base, index, scale; /* of the address; NO_REGISTER */
	bool rip_relative;
	bool on_stack;   /* PUSH, CALL and such: no memory but the stack */
	bool flags;      /* PUSHF: instead of a register */
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
