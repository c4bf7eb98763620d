/*
 * insn_opcode.c - opcodes that may have a device's memory as an operand
 * (SDM volume 2, appendix A).  Pure.
 */
#include "05-full/kvm/x86/insn_reader.h"

/* --- parts --------------------------------------------------------------------------- */

static u8 operand_size(const struct reader *r)
{
	if (r->rex & REX_W)
		return 8;
	return (r->bits == 16) != r->operand_prefix ? 2 : 4;
}

/* A register by number, of a byte instruction: AH and such without REX. */
static void set_reg(struct insn *i, const struct reader *r, u8 number)
{
	i->reg = number;
	i->high = i->reg_size == 1 && !r->rex && number >= 4;
	if (i->high)
		i->reg -= 4;
}

/* ModRM with a register as the other operand. */
static bool with_register(struct insn *i, struct reader *r)
{
	int reg = insn_modrm(i, r);

	if (reg < 0)
		return false;
	set_reg(i, r, (u8)reg | (r->rex & REX_R ? 8 : 0));
	return true;
}

static void set_sizes(struct insn *i, const struct reader *r, bool byte)
{
	i->size = byte ? 1 : operand_size(r);
	i->reg_size = i->size;
}

static bool as(struct insn *i, enum insn_kind kind)
{
	i->kind = (u8)kind;
	return true;
}

static void immediate(struct insn *i, struct reader *r, u8 size)
{
	i->reg = NO_REGISTER;
	i->immediate = reader_signed(r, MIN(size, 4));
}

/* --- opcodes --------------------------------------------------------------------------------- */

/* 80-83: the arithmetic operation is in the register field. */
static bool group_1(struct insn *i, struct reader *r, u8 op)
{
	int reg = insn_modrm(i, r);

	if (reg < 0)
		return false;
	i->op = (u8)reg;
	immediate(i, r, op == 0x83 ? 1 : i->size);
	return as(i, INSN_ALU);
}

/* F6, F7: TEST, NOT, NEG, MUL, IMUL, DIV, IDIV. */
static bool group_3(struct insn *i, struct reader *r)
{
	int reg = insn_modrm(i, r);

	switch (reg) {
	case 0 ... 1:
		i->op = ALU_TEST;
		immediate(i, r, i->size);
		return as(i, INSN_ALU);
	case 2 ... 3:
		i->op = reg == 2 ? UNARY_NOT : UNARY_NEG;
		return as(i, INSN_UNARY);
	case 4 ... 7:
		i->op = reg & 1 ? MUL_SIGNED : MUL_UNSIGNED;
		return as(i, reg < 6 ? INSN_MUL : INSN_DIV);
	default:
		return false;
	}
}

/* 69, 6B: register, memory and an immediate. */
static bool multiply_immediate(struct insn *i, struct reader *r, bool byte)
{
	set_sizes(i, r, false);
	if (!with_register(i, r))
		return false;
	i->immediate = reader_signed(r, byte ? 1 : MIN(i->size, 4));
	return as(i, INSN_IMUL3);
}

static bool inc_dec(struct insn *i, struct reader *r)
{
	int reg = insn_modrm(i, r);

	if (reg < 0 || reg > 1)
		return false;
	i->op = reg ? UNARY_DEC : UNARY_INC;
	return as(i, INSN_UNARY);
}

/* By 1, CL or an immediate. */
static bool shift(struct insn *i, struct reader *r, u8 op)
{
	int reg = insn_modrm(i, r);

	if (reg < 0 || reg == 6)
		return false;
	i->op = (u8)reg;
	i->reg = NO_REGISTER;
	i->by_cl = (op & 0xfe) == 0xd2;
	i->immediate = op < 0xd0 ? reader_signed(r, 1) : 1;
	return as(i, INSN_SHIFT);
}

/* The stack's operands are 8 bytes in 64-bit mode (or 2), never 4. */
static bool stack(struct insn *i, struct reader *r, enum insn_kind kind)
{
	if (r->bits == 64)
		i->size = r->operand_prefix ? 2 : 8;
	i->reg_size = i->size;
	return as(i, kind);
}

static bool stack_register(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->on_stack = true;
	i->reg = (op & 7) | (r->rex & REX_B ? 8 : 0);
	return stack(i, r, op < 0x58 ? INSN_PUSH : INSN_POP);
}

static bool push_flags(struct insn *i, struct reader *r)
{
	set_sizes(i, r, false);
	i->on_stack = true;
	i->flags = true;
	return stack(i, r, INSN_PUSH);
}

static bool push_immediate(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->on_stack = true;
	i->immediate = reader_signed(r, op == 0x6a ? 1 : MIN(i->size, 4));
	return stack(i, r, INSN_PUSH);
}

/* A near jump's operands are 8 bytes in 64-bit mode, whatever the prefixes. */
static bool near(struct insn *i, struct reader *r, enum insn_kind kind)
{
	set_sizes(i, r, false);
	if (r->bits == 64)
		i->size = 8;
	i->reg_size = i->size;
	return as(i, kind);
}

/* E8, C2, C3: what they need beside the instruction is on the stack. */
static bool near_on_stack(struct insn *i, struct reader *r, u8 op)
{
	near(i, r, op == 0xe8 ? INSN_CALL : INSN_RET);
	i->on_stack = true;
	if (op == 0xe8)
		i->immediate = reader_signed(r, MIN(i->size, 4));
	else if (op == 0xc2)
		i->immediate = (u16)reader_signed(r, 2);
	return true;
}

/* FF: INC, DEC, CALL, JMP, PUSH; no far calls and jumps. */
static bool group_5(struct insn *i, struct reader *r)
{
	int reg = insn_modrm(i, r);

	switch (reg) {
	case 0 ... 1:
		i->op = reg ? UNARY_DEC : UNARY_INC;
		return as(i, INSN_UNARY);
	case 2:
		return near(i, r, INSN_CALL);
	case 4:
		return near(i, r, INSN_JUMP);
	case 6:
		return stack(i, r, INSN_PUSH);
	default:
		return false;
	}
}

static bool store_immediate(struct insn *i, struct reader *r)
{
	if (insn_modrm(i, r) != 0)
		return false;
	immediate(i, r, i->size);
	return as(i, INSN_STORE);
}

/* A0-A3: the address stands in the instruction. */
static bool direct(struct insn *i, struct reader *r, bool store)
{
	i->displacement = reader_signed(r, i->address_size);
	set_reg(i, r, 0);
	return as(i, store ? INSN_STORE : INSN_LOAD);
}

/* 00-3F: add, or, adc, sbb, and, sub, xor, cmp. */
static bool arithmetic(struct insn *i, struct reader *r, u8 op)
{
	if ((op & 7) > 3 || !with_register(i, r))
		return false;
	i->op = op >> 3;
	return as(i, op & 2 ? INSN_ALU_REG : INSN_ALU);
}

static bool string_insn(struct insn *i, u8 op)
{
	switch (op & 0xfe) {
	case 0xa4:
		return as(i, INSN_MOVS);
	case 0xa6:
		return as(i, INSN_CMPS);
	case 0xaa:
		return as(i, INSN_STOS);
	case 0xac:
		return as(i, INSN_LODS);
	default:
		return as(i, INSN_SCAS);
	}
}

static bool one_byte(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, !(op & 1));
	if (op < 0x40)
		return arithmetic(i, r, op);
	switch (op) {
	case 0x63: /* MOVSXD */
		set_sizes(i, r, false);
		i->size = 4;
		return r->bits == 64 && with_register(i, r) &&
		       as(i, INSN_LOAD_SIGN);
	case 0x80 ... 0x81:
	case 0x83:
		return group_1(i, r, op);
	case 0x84 ... 0x85:
		i->op = ALU_TEST;
		return with_register(i, r) && as(i, INSN_ALU);
	case 0x86 ... 0x87:
		return with_register(i, r) && as(i, INSN_XCHG);
	case 0x88 ... 0x89:
		return with_register(i, r) && as(i, INSN_STORE);
	case 0x8a ... 0x8b:
		return with_register(i, r) && as(i, INSN_LOAD);
	case 0xa0 ... 0xa3:
		return direct(i, r, op & 2);
	case 0xa4 ... 0xa7:
	case 0xaa ... 0xaf:
		return string_insn(i, op);
	case 0xc6 ... 0xc7:
		return store_immediate(i, r);
	case 0x50 ... 0x5f:
		return stack_register(i, r, op);
	case 0x68:
	case 0x6a:
		return push_immediate(i, r, op);
	case 0x9c:
		return push_flags(i, r);
	case 0x69:
	case 0x6b:
		return multiply_immediate(i, r, op == 0x6b);
	case 0x8f:
		return insn_modrm(i, r) == 0 && stack(i, r, INSN_POP);
	case 0xc0 ... 0xc1:
	case 0xd0 ... 0xd3:
		return shift(i, r, op);
	case 0xc2 ... 0xc3:
	case 0xe8:
		return near_on_stack(i, r, op);
	case 0xf6 ... 0xf7:
		return group_3(i, r);
	case 0xfe:
		return inc_dec(i, r);
	case 0xff:
		return group_5(i, r);
	default:
		return false;
	}
}

/* BT, BTS, BTR, BTC: the bit's number in a register or a byte. */
static bool bit_register(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->op = op >> 3 & 3;
	i->bit_offset = true;
	return with_register(i, r) && as(i, INSN_BIT);
}

/* A4, A5: SHLD; AC, AD: SHRD; the odd ones by CL. */
static bool double_shift_opcode(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->op = op & 8 ? DOUBLE_RIGHT : DOUBLE_LEFT;
	i->by_cl = op & 1;
	if (!with_register(i, r))
		return false;
	if (!i->by_cl)
		i->immediate = reader_signed(r, 1);
	return as(i, INSN_DOUBLE_SHIFT);
}

static bool bit_immediate(struct insn *i, struct reader *r)
{
	int reg;

	set_sizes(i, r, false);
	reg = insn_modrm(i, r);
	if (reg < 4)
		return false;
	i->op = (u8)reg & 3;
	immediate(i, r, 1);
	return as(i, INSN_BIT);
}

/* MOVZX, MOVSX: a byte or word from memory. */
static bool extend(struct insn *i, struct reader *r, u8 op,
                   enum insn_kind kind)
{
	set_sizes(i, r, false);
	i->size = op & 1 ? 2 : 1;
	return with_register(i, r) && as(i, kind);
}

/* 40-4F: CMOVcc, 90-9F: SETcc. */
static bool conditional(struct insn *i, struct reader *r, u8 op)
{
	bool set = op >= 0x90;

	set_sizes(i, r, set);
	i->op = op & 15;
	return with_register(i, r) && as(i, set ? INSN_SETCC : INSN_CMOVCC);
}

/* BSF, BSR; with F3 these are TZCNT and LZCNT. */
static bool scan(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->op = op & 1;
	return !i->rep && with_register(i, r) && as(i, INSN_SCAN);
}

static bool cmpxchg8b(struct insn *i, struct reader *r)
{
	i->size = 8;
	return insn_modrm(i, r) == 1 && !(r->rex & REX_W) &&
	       as(i, INSN_CMPXCHG8B);
}

/* 16 bytes between memory and an XMM register: after which prefixes? */
enum { PLAIN = 1, WITH_66 = 2, WITH_F3 = 4 };
static const struct xmm_move {
	u8 op, kind, prefixes;
} xmm_moves[] = {
	{ 0x10, INSN_XMM_LOAD, PLAIN | WITH_66 },    /* MOVUPS, MOVUPD */
	{ 0x11, INSN_XMM_STORE, PLAIN | WITH_66 },   /* the other way */
	{ 0x28, INSN_XMM_LOAD, PLAIN | WITH_66 },    /* MOVAPS, MOVAPD */
	{ 0x29, INSN_XMM_STORE, PLAIN | WITH_66 },   /* the other way */
	{ 0x2b, INSN_XMM_STORE, PLAIN | WITH_66 },   /* MOVNTPS, MOVNTPD */
	{ 0x6f, INSN_XMM_LOAD, WITH_66 | WITH_F3 },  /* MOVDQA, MOVDQU */
	{ 0x7f, INSN_XMM_STORE, WITH_66 | WITH_F3 }, /* the other way */
	{ 0xe7, INSN_XMM_STORE, WITH_66 },           /* MOVNTDQ */
};

static bool xmm_move(struct insn *i, struct reader *r, u8 op)
{
	unsigned prefix = i->rep            ? WITH_F3 :
	                  r->operand_prefix ? WITH_66 :
	                                      PLAIN;

	i->size = i->reg_size = 16;
	for (unsigned k = 0; k < ARRAY_SIZE(xmm_moves); k++) {
		const struct xmm_move *m = &xmm_moves[k];

		if (m->op == op)
			return m->prefixes & prefix && !i->repne &&
			       with_register(i, r) && as(i, m->kind);
	}
	return false;
}

static bool two_byte(struct insn *i, struct reader *r)
{
	u8 op = reader_byte(r);

	set_sizes(i, r, !(op & 1));
	switch (op) {
	case 0x40 ... 0x4f:
	case 0x90 ... 0x9f:
		return conditional(i, r, op);
	case 0xa3:
	case 0xab:
	case 0xb3:
	case 0xbb:
		return bit_register(i, r, op);
	case 0xba:
		return bit_immediate(i, r);
	case 0xa4 ... 0xa5:
	case 0xac ... 0xad:
		return double_shift_opcode(i, r, op);
	case 0xaf:
		return with_register(i, r) && as(i, INSN_IMUL);
	case 0xb0 ... 0xb1:
		return with_register(i, r) && as(i, INSN_CMPXCHG);
	case 0xb6 ... 0xb7:
		return extend(i, r, op, INSN_LOAD_ZERO);
	case 0xbc ... 0xbd:
		return scan(i, r, op);
	case 0xbe ... 0xbf:
		return extend(i, r, op, INSN_LOAD_SIGN);
	case 0xc0 ... 0xc1:
		return with_register(i, r) && as(i, INSN_XADD);
	case 0xc3: /* MOVNTI: 4 bytes or 8, in 16-bit code, too */
		i->size = i->reg_size = MAX(i->size, 4u);
		return with_register(i, r) && as(i, INSN_STORE);
	case 0xc7:
		return cmpxchg8b(i, r);
	default:
		return xmm_move(i, r, op);
	}
}

bool insn_opcode(struct insn *i, struct reader *r, u8 op)
{
	return op == 0x0f ? two_byte(i, r) : one_byte(i, r, op);
}
