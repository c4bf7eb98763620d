/*
 * insn_muldiv.c - multiplication and division (SDM vol. 2, MUL, IMUL, DIV, IDIV).
 * Pure.
 */
#include "03-entry-exit/io_decode.h"
#include "05-full/kvm/x86/insn_arith.h"

__extension__ typedef __int128 s128;
__extension__ typedef unsigned __int128 u128;

/* A byte's pair is AX; the others' are DX:AX, EDX:EAX, RDX:RAX. */
static void set_pair(struct insn_operands *o, unsigned size, u64 high, u64 low)
{
	u64 mask = mask_of(size);

	if (size == 1) {
		o->rax = io_masked(o->rax, (high & mask) << 8 | (low & mask),
		                   mask_of(2));
		return;
	}
	o->rax = io_masked(o->rax, low, mask);
	o->rdx = io_masked(o->rdx, high, mask);
}

static u128 pair(const struct insn_operands *o, unsigned size)
{
	u64 mask = mask_of(size);

	if (size == 1)
		return o->rax & mask_of(2);
	return (u128)(o->rdx & mask) << 8 * size | (o->rax & mask);
}

/* The low half; CF and OF say whether the upper half is of importance. */
static u64 multiply(u64 a, u64 b, unsigned size, u8 op, u64 *high, u64 *flags)
{
	u64 mask = mask_of(size), low;
	u128 p = op == MUL_SIGNED ? (u128)((s128)sign_extend(a, size) *
	                                   (s128)sign_extend(b, size)) :
	                            (u128)(a & mask) * (b & mask);
	bool big;

	low = (u64)p & mask;
	*high = (u64)(p >> 8 * size) & mask;
	big = op == MUL_SIGNED ? p != (u128)(s128)sign_extend(low, size) :
	                         *high != 0;
	*flags = set_flags(*flags, FLAGS_CF | FLAGS_OF, big ? ~0ul : 0);
	return low;
}

void insn_multiply_rax(const struct insn *i, struct insn_operands *o)
{
	u64 high;
	u64 low =
		multiply(o->rax, o->memory, i->size, i->op, &high, &o->flags);

	set_pair(o, i->size, high, low);
}

void insn_multiply(const struct insn *i, struct insn_operands *o)
{
	u64 by = i->kind == INSN_IMUL3 ? (u64)i->immediate : o->source, high;

	o->source =
		multiply(o->memory, by, i->size, MUL_SIGNED, &high, &o->flags);
	o->writes_register = true;
}

/*
 * A bit at a time: the compiler's division of 128 bits is a function that no
 * library here has.  False: by is 0, or the quotient has more than 64 bits.
 */
static bool divide(u128 n, u64 by, u64 *quotient, u64 *rest)
{
	u64 high = (u64)(n >> 64), low = (u64)n;

	if (high >= by)
		return false;
	for (int bit = 0; bit < 64; bit++) {
		bool more = high >> 63;

		high = high << 1 | low >> 63;
		low <<= 1;
		if (more || high >= by) {
			high -= by;
			low |= 1;
		}
	}
	*quotient = low;
	*rest = high;
	return true;
}

/* Signs: the rest has the dividend's; the quotient is cut towards 0. */
void insn_divide(const struct insn *i, struct insn_operands *o)
{
	bool is_signed = i->op == MUL_SIGNED, minus_n = false,
	     minus_by = false;
	unsigned unused = 128 - 16 * i->size;
	u64 mask = mask_of(i->size), by = o->memory, limit = mask, q, r;
	u128 n = pair(o, i->size);

	if (is_signed) {
		n = (u128)((s128)(n << unused) >> unused);
		minus_n = n >> 127;
		minus_by = by & sign_bit(i->size);
		n = minus_n ? -n : n;
		by = minus_by ? -by & mask : by;
		limit = (mask >> 1) + (minus_n != minus_by);
	}
	o->divide_error = !divide(n, by, &q, &r) || q > limit;
	if (!o->divide_error)
		set_pair(o, i->size, minus_n ? -r : r,
		         minus_n != minus_by ? -q : q);
}
