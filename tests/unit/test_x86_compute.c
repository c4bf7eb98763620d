/*
 * test_x86_compute.c - what an emulated instruction makes of its operands:
 * against this machine's own CPU, if it is an x86.
 */
#include "05-full/kvm/x86/insn_compute.h"

#include <criterion/criterion.h>

#define SAMPLES                                                               \
	{                                                                     \
		0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,   \
			0x80000000, 0xffffffff, 0x7fffffffffffffff,           \
			0x8000000000000000, ~0ul, 0x0123456789abcdef          \
	}
static const u64 samples[] = SAMPLES;
#define FLAGS (FLAGS_CF | FLAGS_PF | FLAGS_AF | FLAGS_ZF | FLAGS_SF | FLAGS_OF)

static u64 cut_sample(u64 v, unsigned size)
{
	return size == 8 ? v : v & (BIT(8 * size) - 1);
}

#ifdef __x86_64__
#define NATIVE(name, insn)                                                    \
	static u64 name##_8(u64 a, u64 b, u64 *flags)                         \
	{                                                                     \
		asm("push %2; popfq; " insn " %3, %0; pushfq; pop %1"         \
		    : "+r"(a), "=r"(*flags)                                   \
		    : "1"(*flags), "r"(b)                                     \
		    : "cc", "memory");                                        \
		return a;                                                     \
	}                                                                     \
	static u64 name##_1(u64 a, u64 b, u64 *flags)                         \
	{                                                                     \
		u8 x = (u8)a;                                                 \
                                                                              \
		asm("push %2; popfq; " insn " %3, %0; pushfq; pop %1"         \
		    : "+q"(x), "=r"(*flags)                                   \
		    : "1"(*flags), "q"((u8)b)                                 \
		    : "cc", "memory");                                        \
		return x;                                                     \
	}
NATIVE(n_add, "add")
NATIVE(n_or, "or")
NATIVE(n_adc, "adc")
NATIVE(n_sbb, "sbb")
NATIVE(n_and, "and")
NATIVE(n_sub, "sub")
NATIVE(n_xor, "xor")

typedef u64 (*native)(u64 a, u64 b, u64 *flags);
static const native wide[] = { n_add_8, n_or_8,  n_adc_8, n_sbb_8,
	                       n_and_8, n_sub_8, n_xor_8 };
static const native narrow[] = { n_add_1, n_or_1,  n_adc_1, n_sbb_1,
	                         n_and_1, n_sub_1, n_xor_1 };

static void compare(u8 op, u8 size, u64 a, u64 b, u64 flags)
{
	struct insn i = { .kind = INSN_ALU, .op = op, .size = size };
	struct insn_operands o = { .memory = cut_sample(a, size),
		                   .source = cut_sample(b, size),
		                   .flags = flags };
	/* AF after a logical operation is undefined. */
	u64 which = op == ALU_OR || op == ALU_AND || op == ALU_XOR ?
	                    FLAGS & ~FLAGS_AF :
	                    FLAGS;
	u64 want = (size == 8 ? wide : narrow)[op](o.memory, o.source, &flags);

	insn_compute(&i, &o);
	cr_assert_eq(o.memory, want, "op %u size %u: %lx, %lx", op, size, a,
	             b);
	cr_assert_eq(o.flags & which, flags & which,
	             "op %u size %u of %lx, %lx: flags %lx, not %lx", op, size,
	             a, b, o.flags & which, flags & which);
	cr_assert(o.writes_memory);
}

Test(compute, arithmetic_as_the_cpu)
{
	for (unsigned x = 0; x < ARRAY_SIZE(samples); x++)
		for (unsigned y = 0; y < ARRAY_SIZE(samples); y++)
			for (u8 op = 0; op < ALU_CMP; op++) {
				compare(op, 8, samples[x], samples[y], 0x202);
				compare(op, 8, samples[x], samples[y], 0x203);
				compare(op, 1, samples[x], samples[y], 0x202);
				compare(op, 1, samples[x], samples[y], 0x203);
			}
}

/* Shifts by CL: the whole range of counts; OF only where it is defined. */
#define NATIVE_SHIFT(name, insn)                                              \
	static u64 name(u64 a, u64 count, u64 *flags, u8 size)                \
	{                                                                     \
		u32 d = (u32)a;                                               \
		u8 b = (u8)a;                                                 \
                                                                              \
		if (size == 8)                                                \
			asm("push %2; popfq; " insn " %%cl, %0; pushfq; "     \
			    "pop %1"                                          \
			    : "+r"(a), "=r"(*flags)                           \
			    : "1"(*flags), "c"(count)                         \
			    : "cc", "memory");                                \
		else if (size == 4)                                           \
			asm("push %2; popfq; " insn " %%cl, %0; pushfq; "     \
			    "pop %1"                                          \
			    : "+r"(d), "=r"(*flags)                           \
			    : "1"(*flags), "c"(count)                         \
			    : "cc", "memory");                                \
		else                                                          \
			asm("push %2; popfq; " insn " %%cl, %0; pushfq; "     \
			    "pop %1"                                          \
			    : "+q"(b), "=r"(*flags)                           \
			    : "1"(*flags), "c"(count)                         \
			    : "cc", "memory");                                \
		return size == 8 ? a : size == 4 ? d : b;                     \
	}
NATIVE_SHIFT(n_rol, "rol")
NATIVE_SHIFT(n_ror, "ror")
NATIVE_SHIFT(n_rcl, "rcl")
NATIVE_SHIFT(n_rcr, "rcr")
NATIVE_SHIFT(n_shl, "shl")
NATIVE_SHIFT(n_shr, "shr")
NATIVE_SHIFT(n_sar, "sar")

static void compare_shift(u8 op, u8 size, u64 a, u64 count, u64 flags)
{
	static u64 (*const by_cl[])(u64, u64, u64 *,
	                            u8) = { n_rol, n_ror, n_rcl, n_rcr,
		                            n_shl, n_shr, NULL,  n_sar };
	struct insn i = { .kind = INSN_SHIFT, .op = op, .size = size };
	struct insn_operands o = { .memory = cut_sample(a, size),
		                   .source = count,
		                   .flags = flags };
	u64 which = FLAGS & ~FLAGS_AF, want;

	if (count != 1)
		which &= ~FLAGS_OF;
	/* CF of a shift by more than there are bits: undefined, too. */
	if (op >= SHIFT_LEFT && count >= 8u * size)
		which &= ~FLAGS_CF;
	want = by_cl[op](o.memory, count, &flags, size);
	insn_compute(&i, &o);
	cr_assert_eq(o.memory, want, "shift %u size %u: %lx by %lu: %lx", op,
	             size, a, count, o.memory);
	cr_assert_eq(o.flags & which, flags & which,
	             "shift %u size %u of %lx by %lu: flags %lx, not %lx", op,
	             size, a, count, o.flags & which, flags & which);
}

Test(compute, shifts_as_the_cpu)
{
	static const u8 sizes[] = { 1, 4, 8 };

	for (unsigned x = 0; x < ARRAY_SIZE(samples); x++)
		for (u64 count = 0; count < 70; count++)
			for (u8 op = 0; op < 24; op++) {
				if (op / 3 == 6)
					continue;
				compare_shift(op / 3, sizes[op % 3],
				              samples[x], count, 0x202);
				compare_shift(op / 3, sizes[op % 3],
				              samples[x], count, 0x203);
			}
}

static void compare_product(u64 a, u64 b)
{
	struct insn i = { .kind = INSN_MUL, .op = MUL_SIGNED, .size = 8 };
	struct insn_operands o = { .memory = b, .rax = a };
	u64 low = a, high, flags;

	asm("imulq %3; pushfq; pop %2"
	    : "+a"(low), "=d"(high), "=r"(flags)
	    : "r"(b)
	    : "cc", "memory");
	insn_compute(&i, &o);
	cr_assert(o.rax == low && o.rdx == high, "imul %lx, %lx", a, b);
	cr_assert_eq(o.flags, flags & (FLAGS_CF | FLAGS_OF));
	o = (struct insn_operands){ .memory = b, .rax = a };
	i.op = MUL_UNSIGNED;
	low = a;
	asm("mulq %3; pushfq; pop %2"
	    : "+a"(low), "=d"(high), "=r"(flags)
	    : "r"(b)
	    : "cc", "memory");
	insn_compute(&i, &o);
	cr_assert(o.rax == low && o.rdx == high, "mul %lx, %lx", a, b);
	cr_assert_eq(o.flags, flags & (FLAGS_CF | FLAGS_OF));
}

Test(compute, products_as_the_cpu)
{
	for (unsigned x = 0; x < ARRAY_SIZE(samples); x++)
		for (unsigned y = 0; y < ARRAY_SIZE(samples); y++)
			compare_product(samples[x], samples[y]);
}

/* Where this CPU would fault, so must we: it is not asked then. */
static bool too_large(u64 high, u64 low, u64 by, bool is_signed)
{
	__extension__ typedef __int128 s128;
	s128 n = (s128)((unsigned __int128)high << 64 | low), q;

	if (!is_signed)
		return high >= by;
	if (!by || ((s64)by == -1 && high == 1ul << 63 && !low))
		return true;
	q = n / (s64)by;
	return q != (s64)q;
}

static void compare_quotient(u64 high, u64 low, u64 by, u8 op)
{
	struct insn i = { .kind = INSN_DIV, .op = op, .size = 8 };
	struct insn_operands o = { .memory = by, .rax = low, .rdx = high };
	u64 q = low, r = high;

	insn_compute(&i, &o);
	cr_assert_eq(o.divide_error,
	             too_large(high, low, by, op == MUL_SIGNED),
	             "%lx:%lx by %lx", high, low, by);
	if (o.divide_error) {
		cr_assert(o.rax == low && o.rdx == high);
		return;
	}
	if (op == MUL_SIGNED)
		asm("idivq %2" : "+a"(q), "+d"(r) : "r"(by) : "cc");
	else
		asm("divq %2" : "+a"(q), "+d"(r) : "r"(by) : "cc");
	cr_assert(o.rax == q && o.rdx == r, "%lx:%lx by %lx: %lx, rest %lx",
	          high, low, by, o.rax, o.rdx);
}

Test(compute, quotients_as_the_cpu)
{
	for (unsigned x = 0; x < ARRAY_SIZE(samples); x++)
		for (unsigned y = 0; y < ARRAY_SIZE(samples); y++)
			for (unsigned z = 0; z < ARRAY_SIZE(samples); z++) {
				compare_quotient(samples[x], samples[y],
				                 samples[z], MUL_UNSIGNED);
				compare_quotient(samples[x], samples[y],
				                 samples[z], MUL_SIGNED);
			}
}

static void compare_double_shift(u8 op, u64 a, u64 in, u64 count)
{
	struct insn i = {
		.kind = INSN_DOUBLE_SHIFT, .op = op, .size = 8, .by_cl = true
	};
	struct insn_operands o = {
		.memory = a, .source = in, .rcx = count, .flags = 0x202
	};
	u64 flags = 0x202, which = FLAGS & ~FLAGS_AF;

	if (count != 1)
		which &= ~FLAGS_OF;
	if (op == DOUBLE_LEFT)
		asm("push %1; popfq; shld %%cl, %3, %0; pushfq; pop %1"
		    : "+r"(a), "+r"(flags)
		    : "c"(count), "r"(in)
		    : "cc", "memory");
	else
		asm("push %1; popfq; shrd %%cl, %3, %0; pushfq; pop %1"
		    : "+r"(a), "+r"(flags)
		    : "c"(count), "r"(in)
		    : "cc", "memory");
	insn_compute(&i, &o);
	cr_assert_eq(o.memory, a, "%lx from %lx by %lu", a, in, count);
	cr_assert_eq(o.flags & which, flags & which, "%lx by %lu", a, count);
}

Test(compute, double_shifts_as_the_cpu)
{
	for (unsigned x = 0; x < ARRAY_SIZE(samples); x++)
		for (unsigned y = 0; y < ARRAY_SIZE(samples); y++)
			for (u64 count = 0; count < 70; count++) {
				compare_double_shift(DOUBLE_LEFT, samples[x],
				                     samples[y], count);
				compare_double_shift(DOUBLE_RIGHT, samples[x],
				                     samples[y], count);
			}
}

/* All sixteen conditions of all flags. */
#define NATIVE_SET(number, cc)                                                \
	case number:                                                          \
		asm("push %1; popfq; set" cc " %0"                            \
		    : "=q"(is)                                                \
		    : "r"(flags)                                              \
		    : "cc", "memory");                                        \
		break;
static bool native_condition(u8 number, u64 flags)
{
	bool is = false;

	switch (number) {
		NATIVE_SET(0, "o")
		NATIVE_SET(1, "no")
		NATIVE_SET(2, "b")
		NATIVE_SET(3, "ae")
		NATIVE_SET(4, "e")
		NATIVE_SET(5, "ne")
		NATIVE_SET(6, "be")
		NATIVE_SET(7, "a")
		NATIVE_SET(8, "s")
		NATIVE_SET(9, "ns")
		NATIVE_SET(10, "p")
		NATIVE_SET(11, "np")
		NATIVE_SET(12, "l")
		NATIVE_SET(13, "ge")
		NATIVE_SET(14, "le")
		NATIVE_SET(15, "g")
	}
	return is;
}

Test(compute, conditions_as_the_cpu)
{
	for (u64 f = 0; f <= FLAGS; f++)
		for (u8 number = 0; number < 16; number++) {
			struct insn i = { .kind = INSN_SETCC,
				          .op = number,
				          .size = 1 };
			struct insn_operands o = {
				.memory = 7, .flags = 0x202 | (f & FLAGS)
			};

			insn_compute(&i, &o);
			cr_assert_eq(o.memory,
			             native_condition(number,
			                              0x202 | (f & FLAGS)),
			             "condition %u of %lx", number, f & FLAGS);
		}
}
#endif

static struct insn_operands run(enum insn_kind kind, u8 op, u8 size,
                                u64 memory, u64 source)
{
	struct insn i = { .kind = (u8)kind, .op = op, .size = size };
	struct insn_operands o = {
		.memory = memory, .source = source, .rax = 5, .flags = 2
	};

	insn_compute(&i, &o);
	return o;
}

Test(compute, what_is_written)
{
	struct insn_operands o = run(INSN_ALU, ALU_CMP, 4, 7, 7);

	cr_assert(!o.writes_memory && !o.writes_register);
	cr_assert(o.flags & FLAGS_ZF);
	o = run(INSN_ALU, ALU_TEST, 1, 0xf0, 0x0f);
	cr_assert(!o.writes_memory && o.flags & FLAGS_ZF);
	o = run(INSN_XCHG, 0, 4, 1, 2);
	cr_assert_eq(o.memory, 2);
	cr_assert_eq(o.source, 1);
	o = run(INSN_XADD, 0, 1, 0xff, 2);
	cr_assert_eq(o.memory, 1);
	cr_assert_eq(o.source, 0xff);
	cr_assert(o.flags & FLAGS_CF);
	o = run(INSN_LOAD_SIGN, 0, 1, 0x80, 0);
	cr_assert_eq(o.source, ~0ul << 7);
}

Test(compute, compare_exchange)
{
	struct insn_operands o = run(INSN_CMPXCHG, 0, 4, 5, 9);

	cr_assert_eq(o.memory, 9);
	cr_assert(o.writes_memory);
	cr_assert_eq(o.rax, 5);
	o = run(INSN_CMPXCHG, 0, 4, 6, 9);
	cr_assert_eq(o.memory, 6);
	cr_assert_eq(o.rax, 6);
}

Test(compute, compare_exchange_of_8_bytes)
{
	struct insn i = { .kind = INSN_CMPXCHG8B, .size = 8 };
	struct insn_operands o = { .memory = 0x200000001,
		                   .rax = 1,
		                   .rdx = 0xff00000002,
		                   .rbx = 3,
		                   .rcx = 4 };

	insn_compute(&i, &o);
	cr_assert_eq(o.memory, 0x400000003);
	cr_assert(o.writes_memory && o.flags & FLAGS_ZF);
	insn_compute(&i, &o);
	cr_assert_eq(o.memory, 0x400000003, "the old value, again");
	cr_assert(!(o.flags & FLAGS_ZF));
	cr_assert_eq(o.rax, 3);
	cr_assert_eq(o.rdx, 4);
}

/* AX, or DX:AX, whatever stands above. */
Test(compute, small_quotients)
{
	struct insn i = { .kind = INSN_DIV, .op = MUL_SIGNED, .size = 1 };
	struct insn_operands o = { .memory = 0xfe, .rax = 0x11110007 };

	insn_compute(&i, &o); /* 7 / -2: -3, rest 1 */
	cr_assert_eq(o.rax, 0x111101fd);
	i = (struct insn){ .kind = INSN_DIV, .op = MUL_SIGNED, .size = 4 };
	o = (struct insn_operands){ .memory = 1,
		                    .rax = 0xaa80000000,
		                    .rdx = 0xaaffffffff };
	insn_compute(&i, &o);
	cr_assert_eq(o.rax, 0x80000000);
	cr_assert_eq(o.rdx, 0);
	o = (struct insn_operands){ .memory = 1, .rax = 0x80000000 };
	insn_compute(&i, &o);
	cr_assert(o.divide_error, "2^31 is too large");
}

/* A small product replaces a part of RAX and RDX only. */
Test(compute, small_products)
{
	struct insn i = { .kind = INSN_MUL, .op = MUL_SIGNED, .size = 1 };
	struct insn_operands o = { .memory = 0xfe,
		                   .rax = 0x1111111111111103,
		                   .rdx = ~0ul };

	insn_compute(&i, &o);
	cr_assert_eq(o.rax, 0x111111111111fffa);
	cr_assert_eq(o.rdx, ~0ul);
	cr_assert(!(o.flags & FLAGS_CF));
	i.size = 2;
	i.op = MUL_UNSIGNED;
	o = (struct insn_operands){ .memory = 0xffff,
		                    .rax = 0xabcdffff,
		                    .rdx = 0xabcd0000 };
	insn_compute(&i, &o);
	cr_assert_eq(o.rax, 0xabcd0001);
	cr_assert_eq(o.rdx, 0xabcdfffe);
	cr_assert(o.flags & FLAGS_CF && o.flags & FLAGS_OF);
}

Test(compute, scans_and_moves_by_condition)
{
	struct insn_operands o = run(INSN_SCAN, SCAN_FORWARD, 4, 0x50, 9);

	cr_assert_eq(o.source, 4);
	o = run(INSN_SCAN, SCAN_REVERSE, 4, 0x50, 9);
	cr_assert_eq(o.source, 6);
	o = run(INSN_SCAN, SCAN_REVERSE, 4, 0, 9);
	cr_assert(!o.writes_register && o.flags & FLAGS_ZF);
	o = run(INSN_CMOVCC, 4, 4, 1, 9); /* if ZF, which is clear */
	cr_assert_eq(o.source, 9);
	o = run(INSN_CMOVCC, 5, 4, 1, 9);
	cr_assert_eq(o.source, 1);
	cr_assert(o.writes_register && !o.writes_memory);
}

Test(compute, shifts_computed)
{
	struct insn_operands o = run(INSN_SHIFT, SHIFT_LEFT, 4, 0x80000001, 1);

	cr_assert_eq(o.memory, 2);
	cr_assert(o.flags & FLAGS_CF && o.flags & FLAGS_OF);
	o = run(INSN_SHIFT, SHIFT_RIGHT, 1, 0x81, 1);
	cr_assert_eq(o.memory, 0x40);
	cr_assert(o.flags & FLAGS_CF && o.flags & FLAGS_OF);
	o = run(INSN_SHIFT, SHIFT_SIGNED, 2, 0x8000, 4);
	cr_assert_eq(o.memory, 0xf800);
	cr_assert(!(o.flags & FLAGS_CF) && o.flags & FLAGS_SF);
	o = run(INSN_SHIFT, SHIFT_LEFT, 8, 7, 64);
	cr_assert_eq(o.memory, 7, "by 0: nothing changes");
	cr_assert_eq(o.flags, 2);
	o = run(INSN_SHIFT, SHIFT_RIGHT, 1, 0xff, 20);
	cr_assert_eq(o.memory, 0);
}

Test(compute, bits_and_unary)
{
	struct insn_operands o = run(INSN_BIT, BIT_SET, 4, 0, 33);

	cr_assert_eq(o.memory, 2, "33 is bit 1 of 32");
	cr_assert(!(o.flags & FLAGS_CF));
	o = run(INSN_BIT, BIT_TEST, 4, 2, 1);
	cr_assert(!o.writes_memory && o.flags & FLAGS_CF);
	o = run(INSN_UNARY, UNARY_NOT, 2, 0x00ff, 0);
	cr_assert_eq(o.memory, 0xff00);
	o = run(INSN_UNARY, UNARY_NEG, 1, 1, 0);
	cr_assert_eq(o.memory, 0xff);
	cr_assert(o.flags & FLAGS_CF);
	o = run(INSN_UNARY, UNARY_INC, 1, 0xff, 0);
	cr_assert_eq(o.memory, 0);
	cr_assert(!(o.flags & FLAGS_CF), "INC leaves CF alone");
}
