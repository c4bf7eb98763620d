/*
 * insn_compute.c - arithmetic and flags (SDM vol. 1, 3.4.3.1).  Pure.
 */
#include "05-full/kvm/x86/insn_compute.h"

#include "03-entry-exit/io_decode.h"
#include "05-full/kvm/x86/insn_arith.h"

#define ARITHMETIC                                                            \
	(FLAGS_CF | FLAGS_PF | FLAGS_AF | FLAGS_ZF | FLAGS_SF | FLAGS_OF)

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

/* One bit's way; *carry is CF, before and after. */
static u64 shift_once(u8 op, u64 v, unsigned size, bool *carry)
{
	u64 top = sign_bit(size), left = v << 1 & mask_of(size);
	bool high = v & top, low = v & 1, in = *carry;

	*carry = op & 1 ? low : high;
	switch (op) {
	case ROTATE_LEFT:
		return left | high;
	case ROTATE_RIGHT:
		return v >> 1 | (low ? top : 0);
	case ROTATE_CARRY_LEFT:
		return left | in;
	case ROTATE_CARRY_RIGHT:
		return v >> 1 | (in ? top : 0);
	case SHIFT_LEFT:
		return left;
	case SHIFT_RIGHT:
		return v >> 1;
	default:
		return v >> 1 | (high ? top : 0);
	}
}

/*
 * SDM vol. 2, SAL/SAR/SHL/SHR and RCL/RCR/ROL/ROR.  A count of 0 changes no
 * flags; OF is defined for a count of 1, and AF never.
 */
static void shift_operation(const struct insn *i, struct insn_operands *o)
{
	unsigned count = o->source & (i->size == 8 ? 63 : 31);
	bool carry = o->flags & FLAGS_CF, overflow;
	u64 which = FLAGS_CF | FLAGS_OF, top = sign_bit(i->size);

	o->writes_memory = true;
	if (!count)
		return;
	while (count--)
		o->memory = shift_once(i->op, o->memory, i->size, &carry);
	overflow = !!(o->memory & top) ^
	           (i->op & 1 ? !!(o->memory & top >> 1) : carry);
	if (i->op >= SHIFT_LEFT)
		which = ARITHMETIC & ~FLAGS_AF;
	o->flags = set_flags(o->flags, which,
	                     result_flags(o->memory, i->size) |
	                             (carry ? FLAGS_CF : 0) |
	                             (overflow ? FLAGS_OF : 0));
}

/* SHLD, SHRD: what comes in is the register's. */
static void double_shift(const struct insn *i, struct insn_operands *o)
{
	u64 count = i->by_cl ? o->rcx : (u64)i->immediate;
	u64 top = sign_bit(i->size), old = o->memory, in = o->source;
	bool carry = false;

	o->writes_memory = true;
	count &= i->size == 8 ? 63 : 31;
	if (!count)
		return;
	while (count--) {
		carry = o->memory & (i->op == DOUBLE_LEFT ? top : 1);
		if (i->op == DOUBLE_LEFT) {
			o->memory = (o->memory << 1 & mask_of(i->size)) |
			            !!(in & top);
			in <<= 1;
		} else {
			o->memory = o->memory >> 1 | (in & 1 ? top : 0);
			in >>= 1;
		}
	}
	o->flags = set_flags(o->flags, ARITHMETIC & ~FLAGS_AF,
	                     result_flags(o->memory, i->size) |
	                             (carry ? FLAGS_CF : 0) |
	                             ((old ^ o->memory) & top ? FLAGS_OF : 0));
}

/* ZF: there is no such bit, and the register keeps its value. */
static void bit_scan(const struct insn *i, struct insn_operands *o)
{
	o->flags = set_flags(o->flags, FLAGS_ZF, o->memory ? 0 : FLAGS_ZF);
	if (!o->memory)
		return;
	o->source = i->op == SCAN_FORWARD ?
	                    (u64)__builtin_ctzl(o->memory) :
	                    63 - (u64)__builtin_clzl(o->memory);
	o->writes_register = true;
}

/* SDM vol. 1, appendix B: eight conditions, and odd numbers are their opposites. */
static bool condition(u8 number, u64 flags)
{
	bool carry = flags & FLAGS_CF, zero = flags & FLAGS_ZF;
	bool less = !(flags & FLAGS_SF) != !(flags & FLAGS_OF);
	bool is[8] = { flags & FLAGS_OF,
		       carry,
		       zero,
		       carry || zero,
		       flags & FLAGS_SF,
		       flags & FLAGS_PF,
		       less,
		       less || zero };

	return is[number >> 1] != (number & 1);
}

static void compare_exchange(const struct insn *i, struct insn_operands *o)
{
	o->flags = insn_compare(o->rax, o->memory, i->size, o->flags);
	o->writes_memory = true; /* the old value, if not equal */
	if (o->flags & FLAGS_ZF)
		o->memory = o->source;
	else
		o->rax = io_masked(o->rax, o->memory, mask_of(i->size));
}

static void compare_exchange_8(const struct insn *i, struct insn_operands *o)
{
	bool equal = o->memory == (o->rdx << 32 | (u32)o->rax);

	(void)i;
	o->flags = set_flags(o->flags, FLAGS_ZF, equal ? FLAGS_ZF : 0);
	o->writes_memory = true;
	if (equal) {
		o->memory = o->rcx << 32 | (u32)o->rbx;
	} else {
		o->rax = (u32)o->memory;
		o->rdx = o->memory >> 32;
	}
}

/* --- a function for each kind ------------------------------------------------- */

/* MOV, MOVZX, LODS. */
static void load_value(const struct insn *i, struct insn_operands *o)
{
	(void)i;
	o->source = o->memory;
	o->writes_register = true;
}

static void load_sign(const struct insn *i, struct insn_operands *o)
{
	o->source = (u64)sign_extend(o->memory, i->size);
	o->writes_register = true;
}

/* MOV, STOS. */
static void store_value(const struct insn *i, struct insn_operands *o)
{
	(void)i;
	o->memory = o->source;
	o->writes_memory = true;
}

static void move_string(const struct insn *i, struct insn_operands *o)
{
	(void)i;
	o->writes_memory = true;
}

/* PUSH and POP: one operand is the stack, the other memory or a register. */
static void push_value(const struct insn *i, struct insn_operands *o)
{
	if (i->on_stack)
		o->memory = o->source;
	o->writes_memory = true;
}

static void pop_value(const struct insn *i, struct insn_operands *o)
{
	o->source = o->memory;
	o->writes_register = i->on_stack;
	o->writes_memory = !i->on_stack;
}

static void alu_to_memory(const struct insn *i, struct insn_operands *o)
{
	o->memory = alu(i->op, o->memory, o->source, i->size, &o->flags);
	o->writes_memory = i->op != ALU_CMP && i->op != ALU_TEST;
}

static void alu_to_register(const struct insn *i, struct insn_operands *o)
{
	o->source = alu(i->op, o->source, o->memory, i->size, &o->flags);
	o->writes_register = i->op != ALU_CMP;
}

static void exchange(const struct insn *i, struct insn_operands *o)
{
	u64 old = o->memory;

	o->memory = i->kind == INSN_XCHG ?
	                    o->source :
	                    alu_add(old, o->source, 0, i->size, &o->flags);
	o->source = old;
	o->writes_memory = o->writes_register = true;
}

static void unary_operation(const struct insn *i, struct insn_operands *o)
{
	o->memory = unary(i->op, o->memory, i->size, &o->flags);
	o->writes_memory = true;
}

static void set_by_condition(const struct insn *i, struct insn_operands *o)
{
	o->memory = condition(i->op, o->flags);
	o->writes_memory = true;
}

static void move_by_condition(const struct insn *i, struct insn_operands *o)
{
	if (condition(i->op, o->flags))
		o->source = o->memory;
	o->writes_register = true;
}

static void scan_string(const struct insn *i, struct insn_operands *o)
{
	o->flags = insn_compare(o->rax, o->memory, i->size, o->flags);
}

static void compare_strings(const struct insn *i, struct insn_operands *o)
{
	o->flags = insn_compare(o->memory, o->second, i->size, o->flags);
}

void insn_compute(const struct insn *i, struct insn_operands *o)
{
	static void (*const compute[INSN_KINDS])(const struct insn *,
	                                         struct insn_operands *) = {
		[INSN_LOAD] = load_value,
		[INSN_LOAD_ZERO] = load_value,
		[INSN_LOAD_SIGN] = load_sign,
		[INSN_STORE] = store_value,
		[INSN_ALU] = alu_to_memory,
		[INSN_ALU_REG] = alu_to_register,
		[INSN_XCHG] = exchange,
		[INSN_XADD] = exchange,
		[INSN_CMPXCHG] = compare_exchange,
		[INSN_CMPXCHG8B] = compare_exchange_8,
		[INSN_UNARY] = unary_operation,
		[INSN_BIT] = bit_operation,
		[INSN_SCAN] = bit_scan,
		[INSN_SHIFT] = shift_operation,
		[INSN_DOUBLE_SHIFT] = double_shift,
		[INSN_MUL] = insn_multiply_rax,
		[INSN_IMUL] = insn_multiply,
		[INSN_IMUL3] = insn_multiply,
		[INSN_DIV] = insn_divide,
		[INSN_SETCC] = set_by_condition,
		[INSN_CMOVCC] = move_by_condition,
		[INSN_PUSH] = push_value,
		[INSN_POP] = pop_value,
		[INSN_MOVS] = move_string,
		[INSN_STOS] = store_value,
		[INSN_LODS] = load_value,
		[INSN_SCAS] = scan_string,
		[INSN_CMPS] = compare_strings,
	};

	if (compute[i->kind])
		compute[i->kind](i, o);
}
