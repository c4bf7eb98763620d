/*
 * insn_compute.c - arithmetic and flags (SDM vol. 1, 3.4.3.1).  Pure.
 */
#include "05-full/kvm/x86/insn_compute.h"

#define ARITHMETIC                                                            \
	(FLAGS_CF | FLAGS_PF | FLAGS_AF | FLAGS_ZF | FLAGS_SF | FLAGS_OF)

static u64 mask_of(unsigned size)
{
	return size == 8 ? ~0ul : MASK(8 * size - 1, 0);
}

static u64 sign_bit(unsigned size)
{
	return 1ul << (8 * size - 1);
}

/* ZF, SF, PF: of the result alone. */
static u64 result_flags(u64 result, unsigned size)
{
	u64 flags = 0;

	if (!(result & mask_of(size)))
		flags |= FLAGS_ZF;
	if (result & sign_bit(size))
		flags |= FLAGS_SF;
	if (!__builtin_parityl(result & 0xff))
		flags |= FLAGS_PF;
	return flags;
}

static u64 set_flags(u64 old, u64 which, u64 flags)
{
	return (old & ~which) | (flags & which);
}

static u64 alu_add(u64 a, u64 b, u64 carry, unsigned size, u64 *flags)
{
	u64 mask = mask_of(size), r = (a + b + carry) & mask;
	u64 f = result_flags(r, size);

	a &= mask;
	b &= mask;
	if (r < a || (carry && r == a))
		f |= FLAGS_CF;
	if ((a ^ b ^ r) & 0x10)
		f |= FLAGS_AF;
	if (~(a ^ b) & (a ^ r) & sign_bit(size))
		f |= FLAGS_OF;
	*flags = set_flags(*flags, ARITHMETIC, f);
	return r;
}

static u64 alu_sub(u64 a, u64 b, u64 borrow, unsigned size, u64 *flags)
{
	u64 mask = mask_of(size), r = (a - b - borrow) & mask;
	u64 f = result_flags(r, size);

	a &= mask;
	b &= mask;
	if (a < b || (borrow && a == b))
		f |= FLAGS_CF;
	if ((a ^ b ^ r) & 0x10)
		f |= FLAGS_AF;
	if ((a ^ b) & (a ^ r) & sign_bit(size))
		f |= FLAGS_OF;
	*flags = set_flags(*flags, ARITHMETIC, f);
	return r;
}

static u64 alu_logic(u64 r, unsigned size, u64 *flags)
{
	*flags = set_flags(*flags, ARITHMETIC, result_flags(r, size));
	return r & mask_of(size);
}

u64 insn_compare(u64 a, u64 b, unsigned size, u64 flags)
{
	alu_sub(a, b, 0, size, &flags);
	return flags;
}

static u64 alu(u8 op, u64 a, u64 b, unsigned size, u64 *flags)
{
	u64 carry = *flags & FLAGS_CF;

	switch (op) {
	case ALU_ADD:
		return alu_add(a, b, 0, size, flags);
	case ALU_ADC:
		return alu_add(a, b, carry, size, flags);
	case ALU_SBB:
		return alu_sub(a, b, carry, size, flags);
	case ALU_SUB:
	case ALU_CMP:
		return alu_sub(a, b, 0, size, flags);
	case ALU_OR:
		return alu_logic(a | b, size, flags);
	case ALU_XOR:
		return alu_logic(a ^ b, size, flags);
	default: /* AND, TEST */
		return alu_logic(a & b, size, flags);
	}
}

static u64 unary(u8 op, u64 a, unsigned size, u64 *flags)
{
	u64 carry = *flags & FLAGS_CF;

	switch (op) {
	case UNARY_NOT:
		return ~a & mask_of(size);
	case UNARY_NEG:
		return alu_sub(0, a, 0, size, flags);
	case UNARY_INC:
		a = alu_add(a, 1, 0, size, flags);
		break;
	default:
		a = alu_sub(a, 1, 0, size, flags);
		break;
	}
	*flags = set_flags(*flags, FLAGS_CF, carry); /* these leave CF alone */
	return a;
}

static void bit_operation(const struct insn *i, struct insn_operands *o)
{
	u64 bit = 1ul << (o->source & (8u * i->size - 1));

	o->flags =
		set_flags(o->flags, FLAGS_CF, o->memory & bit ? FLAGS_CF : 0);
	if (i->op == BIT_SET)
		o->memory |= bit;
	else if (i->op == BIT_RESET)
		o->memory &= ~bit;
	else if (i->op == BIT_COMPLEMENT)
		o->memory ^= bit;
	o->writes_memory = i->op != BIT_TEST;
}

/* SDM vol. 2, SAL/SAR/SHL/SHR; a count of 0 changes no flags. */
static void shift_operation(const struct insn *i, struct insn_operands *o)
{
	unsigned count = o->source & (i->size == 8 ? 63 : 31);
	unsigned bits = 8 * i->size;
	u64 old = o->memory, last, overflow;
	s64 wide = (s64)(old << (64 - bits)) >> (64 - bits);

	o->writes_memory = true;
	if (!count)
		return;
	if (i->op == SHIFT_LEFT) {
		last = count > bits ? 0 : old >> (bits - count) & 1;
		o->memory =
			count >= bits ? 0 : old << count & mask_of(i->size);
		overflow = (o->memory & sign_bit(i->size) ? 1 : 0) ^ last;
	} else {
		bool is_signed = i->op == SHIFT_SIGNED;
		u64 v = is_signed ? (u64)wide : old;

		last = count > bits && !is_signed ?
		               0 :
		               (u64)((s64)v >> MIN(count - 1, 63u)) & 1;
		o->memory = (is_signed     ? (u64)(wide >> count) :
		             count >= bits ? 0 :
		                             old >> count) &
		            mask_of(i->size);
		overflow = is_signed ? 0 : old >> (bits - 1) & 1;
	}
	o->flags = set_flags(o->flags, ARITHMETIC & ~FLAGS_AF,
	                     result_flags(o->memory, i->size) |
	                             (last ? FLAGS_CF : 0) |
	                             (overflow ? FLAGS_OF : 0));
}

static void compare_exchange(const struct insn *i, struct insn_operands *o)
{
	o->flags = insn_compare(o->rax, o->memory, i->size, o->flags);
	o->writes_memory = true; /* the old value, if not equal */
	if (o->flags & FLAGS_ZF) {
		o->memory = o->source;
	} else {
		o->rax = o->memory;
		o->writes_rax = true;
	}
}

static s64 sign_extend(u64 v, unsigned size)
{
	return (s64)(v << (64 - 8 * size)) >> (64 - 8 * size);
}

/* PUSH and POP: one operand is the stack, the other memory or a register. */
static void stack_operation(const struct insn *i, struct insn_operands *o)
{
	if (i->kind == INSN_PUSH && i->on_stack)
		o->memory = o->source;
	o->source = o->memory;
	o->writes_register = i->kind == INSN_POP && i->on_stack;
	o->writes_memory = !o->writes_register;
}

void insn_compute(const struct insn *i, struct insn_operands *o)
{
	u64 old = o->memory;

	switch (i->kind) {
	case INSN_LOAD:
	case INSN_LOAD_ZERO:
	case INSN_LODS:
		o->source = o->memory;
		o->writes_register = true;
		break;
	case INSN_LOAD_SIGN:
		o->source = (u64)sign_extend(o->memory, i->size);
		o->writes_register = true;
		break;
	case INSN_STORE:
	case INSN_STOS:
	case INSN_MOVS:
		o->memory = i->kind == INSN_MOVS ? o->memory : o->source;
		o->writes_memory = true;
		break;
	case INSN_SHIFT:
		shift_operation(i, o);
		break;
	case INSN_PUSH:
	case INSN_POP:
		stack_operation(i, o);
		break;
	case INSN_ALU:
		o->memory =
			alu(i->op, o->memory, o->source, i->size, &o->flags);
		o->writes_memory = i->op != ALU_CMP && i->op != ALU_TEST;
		break;
	case INSN_ALU_REG:
		o->source =
			alu(i->op, o->source, o->memory, i->size, &o->flags);
		o->writes_register = i->op != ALU_CMP;
		break;
	case INSN_XCHG:
	case INSN_XADD:
		o->memory = i->kind == INSN_XCHG ?
		                    o->source :
		                    alu_add(o->memory, o->source, 0, i->size,
		                            &o->flags);
		o->source = old;
		o->writes_memory = o->writes_register = true;
		break;
	case INSN_CMPXCHG:
		compare_exchange(i, o);
		break;
	case INSN_UNARY:
		o->memory = unary(i->op, o->memory, i->size, &o->flags);
		o->writes_memory = true;
		break;
	case INSN_BIT:
		bit_operation(i, o);
		break;
	case INSN_SCAS:
		o->flags = insn_compare(o->rax, o->memory, i->size, o->flags);
		break;
	}
}
