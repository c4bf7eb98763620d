/*
 * insn_decode.c - prefixes, opcode, ModRM, displacement, immediate
 * (SDM volume 2, chapter 2 and appendix A).  Pure.
 */
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

static u8 next_byte(struct reader *r)
{
	if (r->at == r->end) {
		r->ok = false;
		return 0;
	}
	return *r->at++;
}

static s64 next_signed(struct reader *r, unsigned size)
{
	u64 v = 0;

	for (unsigned i = 0; i < size; i++)
		v |= (u64)next_byte(r) << 8 * i;
	return size == 8 ? (s64)v :
	                   (s64)(v << (64 - 8 * size)) >> (64 - 8 * size);
}

/* --- prefixes --------------------------------------------------------------------- */

static bool prefix(struct insn *i, struct reader *r, u8 b)
{
	switch (b) {
	case 0x66:
		r->operand_prefix = true;
		return true;
	case 0x67:
		r->address_prefix = true;
		return true;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		r->segment = b >> 3 & 3;
		return true;
	case 0x64:
	case 0x65:
		r->segment = b == 0x64 ? SEG_FS : SEG_GS;
		return true;
	case 0xf0:
		i->lock = true;
		return true;
	case 0xf2:
		i->repne = true;
		return true;
	case 0xf3:
		i->rep = true;
		return true;
	default:
		return false;
	}
}

/* Returns the first byte of the opcode. */
static u8 prefixes(struct insn *i, struct reader *r)
{
	u8 b = next_byte(r);

	while (r->ok) {
		if (r->bits == 64 && b >> 4 == 4) {
			r->rex = b;
		} else if (prefix(i, r, b)) {
			r->rex = 0; /* only the last byte before the opcode */
		} else {
			break;
		}
		b = next_byte(r);
	}
	return b;
}

static u8 operand_size(const struct reader *r)
{
	if (r->rex & REX_W)
		return 8;
	return (r->bits == 16) != r->operand_prefix ? 2 : 4;
}

static u8 address_size(const struct reader *r)
{
	if (r->bits == 64)
		return r->address_prefix ? 4 : 8;
	return (r->bits == 16) != r->address_prefix ? 2 : 4;
}

/* --- the memory operand --------------------------------------------------------------- */

/* A register by number, of a byte instruction: AH and such without REX. */
static void set_reg(struct insn *i, const struct reader *r, u8 number)
{
	i->reg = number;
	i->high = i->reg_size == 1 && !r->rex && number >= 4;
	if (i->high)
		i->reg -= 4;
}

/* SDM vol. 2, table 2-1: BX+SI, BX+DI, BP+SI, BP+DI, SI, DI, BP, BX. */
static void address_16(struct insn *i, struct reader *r, u8 mod, u8 rm)
{
	static const u8 bases[] = { 3, 3, 5, 5, 6, 7, 5, 3 };
	static const u8 indexes[] = { 6, 7, 6, 7 };

	i->base = bases[rm];
	i->index = rm < 4 ? indexes[rm] : NO_REGISTER;
	if (mod == 0 && rm == 6) {
		i->base = NO_REGISTER;
		i->displacement = next_signed(r, 2);
	} else if (mod) {
		i->displacement = next_signed(r, mod);
	}
}

static void sib(struct insn *i, struct reader *r, u8 mod)
{
	u8 b = next_byte(r);

	i->base = (b & 7) | (r->rex & REX_B ? 8 : 0);
	i->index = (b >> 3 & 7) | (r->rex & REX_X ? 8 : 0);
	i->scale = b >> 6;
	if (i->index == 4)
		i->index = NO_REGISTER;
	if (mod == 0 && (b & 7) == 5) {
		i->base = NO_REGISTER;
		i->displacement = next_signed(r, 4);
	}
}

static void address_32(struct insn *i, struct reader *r, u8 mod, u8 rm)
{
	i->index = NO_REGISTER;
	if (rm == 4) {
		sib(i, r, mod);
	} else if (mod == 0 && rm == 5) {
		i->base = NO_REGISTER;
		i->rip_relative = r->bits == 64;
		i->displacement = next_signed(r, 4);
	} else {
		i->base = rm | (r->rex & REX_B ? 8 : 0);
	}
	if (mod)
		i->displacement = next_signed(r, mod == 1 ? 1 : 4);
}

/* Returns the register field, or -1: the operand is no memory. */
static int modrm(struct insn *i, struct reader *r)
{
	u8 b = next_byte(r), mod = b >> 6, rm = b & 7;

	if (mod == 3)
		return -1;
	if (i->address_size == 2)
		address_16(i, r, mod, rm);
	else
		address_32(i, r, mod, rm);
	/* With SP or BP the stack's segment (SDM vol. 1, table 3-5). */
	i->segment = i->base == 4 || i->base == 5 ? SEG_SS : SEG_DS;
	return b >> 3 & 7;
}

/* ModRM with a register as the other operand. */
static bool with_register(struct insn *i, struct reader *r)
{
	int reg = modrm(i, r);

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
	i->immediate = next_signed(r, MIN(size, 4));
}

/* --- opcodes --------------------------------------------------------------------------------- */

/* 80-83: the arithmetic operation is in the register field. */
static bool group_1(struct insn *i, struct reader *r, u8 op)
{
	int reg = modrm(i, r);

	if (reg < 0)
		return false;
	i->op = (u8)reg;
	immediate(i, r, op == 0x83 ? 1 : i->size);
	return as(i, INSN_ALU);
}

/* F6, F7: TEST, NOT, NEG.  Multiplication on a device: no. */
static bool group_3(struct insn *i, struct reader *r)
{
	int reg = modrm(i, r);

	if (reg < 0 || reg > 3)
		return false;
	if (reg > 1) {
		i->op = reg == 2 ? UNARY_NOT : UNARY_NEG;
		return as(i, INSN_UNARY);
	}
	i->op = ALU_TEST;
	immediate(i, r, i->size);
	return as(i, INSN_ALU);
}

static bool inc_dec(struct insn *i, struct reader *r)
{
	int reg = modrm(i, r);

	if (reg < 0 || reg > 1)
		return false;
	i->op = reg ? UNARY_DEC : UNARY_INC;
	return as(i, INSN_UNARY);
}

/* SHL, SHR, SAR by 1, CL or an immediate. */
static bool shift(struct insn *i, struct reader *r, u8 op)
{
	int reg = modrm(i, r);

	if (reg != SHIFT_LEFT && reg != SHIFT_RIGHT && reg != SHIFT_SIGNED)
		return false;
	i->op = (u8)reg;
	i->reg = NO_REGISTER;
	i->by_cl = (op & 0xfe) == 0xd2;
	i->immediate = op < 0xd0 ? next_signed(r, 1) : 1;
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

static bool push_immediate(struct insn *i, struct reader *r, u8 op)
{
	set_sizes(i, r, false);
	i->on_stack = true;
	i->immediate = next_signed(r, op == 0x6a ? 1 : MIN(i->size, 4));
	return stack(i, r, INSN_PUSH);
}

/* FF: INC, DEC, PUSH; a jump into a device is none of ours. */
static bool group_5(struct insn *i, struct reader *r)
{
	int reg = modrm(i, r);

	if (reg == 6)
		return stack(i, r, INSN_PUSH);
	if (reg < 0 || reg > 1)
		return false;
	i->op = reg ? UNARY_DEC : UNARY_INC;
	return as(i, INSN_UNARY);
}

static bool store_immediate(struct insn *i, struct reader *r)
{
	if (modrm(i, r) != 0)
		return false;
	immediate(i, r, i->size);
	return as(i, INSN_STORE);
}

/* A0-A3: the address stands in the instruction. */
static bool direct(struct insn *i, struct reader *r, bool store)
{
	i->displacement = next_signed(r, i->address_size);
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
	case 0xa4 ... 0xa5: /* CMPS has two memory operands: no */
	case 0xaa ... 0xaf:
		return string_insn(i, op);
	case 0xc6 ... 0xc7:
		return store_immediate(i, r);
	case 0x50 ... 0x5f:
		return stack_register(i, r, op);
	case 0x68:
	case 0x6a:
		return push_immediate(i, r, op);
	case 0x8f:
		return modrm(i, r) == 0 && stack(i, r, INSN_POP);
	case 0xc0 ... 0xc1:
	case 0xd0 ... 0xd3:
		return shift(i, r, op);
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

static bool bit_immediate(struct insn *i, struct reader *r)
{
	int reg;

	set_sizes(i, r, false);
	reg = modrm(i, r);
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

static bool two_byte(struct insn *i, struct reader *r)
{
	u8 op = next_byte(r);

	set_sizes(i, r, !(op & 1));
	switch (op) {
	case 0xa3:
	case 0xab:
	case 0xb3:
	case 0xbb:
		return bit_register(i, r, op);
	case 0xba:
		return bit_immediate(i, r);
	case 0xb0 ... 0xb1:
		return with_register(i, r) && as(i, INSN_CMPXCHG);
	case 0xb6 ... 0xb7:
		return extend(i, r, op, INSN_LOAD_ZERO);
	case 0xbe ... 0xbf:
		return extend(i, r, op, INSN_LOAD_SIGN);
	case 0xc0 ... 0xc1:
		return with_register(i, r) && as(i, INSN_XADD);
	case 0xc3: /* MOVNTI */
		return with_register(i, r) && as(i, INSN_STORE);
	default:
		return false;
	}
}

bool insn_decode(struct insn *i, const u8 *bytes, unsigned n, int bits)
{
	struct reader r = { .at = bytes,
		            .end = bytes + MIN(n, INSN_MAX),
		            .ok = true,
		            .bits = bits,
		            .segment = -1 };
	bool known;
	u8 op;

	*i = (struct insn){ .segment = SEG_DS,
		            .base = NO_REGISTER,
		            .index = NO_REGISTER,
		            .reg = NO_REGISTER };
	op = prefixes(i, &r);
	i->address_size = address_size(&r);
	known = op == 0x0f ? two_byte(i, &r) : one_byte(i, &r, op);
	if (r.segment >= 0)
		i->segment = (u8)r.segment;
	i->length = (u8)(r.at - bytes);
	return known && r.ok;
}
