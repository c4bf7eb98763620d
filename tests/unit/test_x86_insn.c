/*
 * test_x86_insn.c - instructions on a device's memory: decoded, computed.
 */
#include "05-full/kvm/x86/insn_decode.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "05-full/kvm/x86/insn_compute.h"

static struct insn decoded;

/* The bytes as hexadecimal digits, as an assembler's listing has them. */
static bool decode(int bits, const char *hex)
{
	u8 bytes[16];
	unsigned n = 0;

	for (; hex[0] && hex[1]; hex += 2) {
		unsigned b;

		sscanf(hex, "%2x", &b);
		bytes[n++] = (u8)b;
	}
	if (!insn_decode(&decoded, bytes, n, bits))
		return false;
	cr_assert_eq(decoded.length, n, "%s: length %u", hex, decoded.length);
	return true;
}

static void expect(const char *hex, enum insn_kind kind, int size, int reg)
{
	cr_assert(decode(64, hex), "%s is not known", hex);
	cr_assert_eq(decoded.kind, kind, "%s: kind %u", hex, decoded.kind);
	cr_assert_eq(decoded.size, size, "%s: size %u", hex, decoded.size);
	cr_assert_eq(decoded.reg, reg, "%s: register %u", hex, decoded.reg);
}

Test(insn, moves)
{
	expect("8b07", INSN_LOAD, 4, 0);     /* mov (%rdi),%eax */
	expect("488b4708", INSN_LOAD, 8, 0); /* mov 8(%rdi),%rax */
	expect("668b07", INSN_LOAD, 2, 0);
	expect("8a07", INSN_LOAD, 1, 0);
	expect("44893f", INSN_STORE, 4, 15); /* mov %r15d,(%rdi) */
	expect("c70701000000", INSN_STORE, 4, NO_REGISTER);
	cr_assert_eq(decoded.immediate, 1);
	expect("48c707ffffffff", INSN_STORE, 8, NO_REGISTER);
	cr_assert_eq(decoded.immediate, -1);
	expect("c60780", INSN_STORE, 1, NO_REGISTER);
	expect("66c7073412", INSN_STORE, 2, NO_REGISTER);
	expect("0fc307", INSN_STORE, 4, 0); /* movnti */
}

Test(insn, byte_registers)
{
	expect("8827", INSN_STORE, 1, 0); /* mov %ah,(%rdi) */
	cr_assert(decoded.high);
	expect("408827", INSN_STORE, 1, 4); /* mov %spl,(%rdi) */
	cr_assert(!decoded.high);
	expect("448827", INSN_STORE, 1, 12);
	cr_assert(!decoded.high);
}

Test(insn, extensions)
{
	expect("0fb607", INSN_LOAD_ZERO, 1, 0);
	cr_assert_eq(decoded.reg_size, 4);
	expect("480fbf07", INSN_LOAD_SIGN, 2, 0);
	cr_assert_eq(decoded.reg_size, 8);
	expect("486307", INSN_LOAD_SIGN, 4, 0);
}

Test(insn, addresses)
{
	decode(64, "8b849f78563412"); /* mov 0x12345678(%rdi,%rbx,4),%eax */
	cr_assert_eq(decoded.base, 7);
	cr_assert_eq(decoded.index, 3);
	cr_assert_eq(decoded.scale, 2);
	cr_assert_eq(decoded.displacement, 0x12345678);
	decode(64, "438b44a5f0"); /* mov -0x10(%r13,%r12,4),%eax */
	cr_assert_eq(decoded.base, 13);
	cr_assert_eq(decoded.index, 12);
	cr_assert_eq(decoded.displacement, -16);
	decode(64, "8b0510000000"); /* mov 0x10(%rip),%eax */
	cr_assert(decoded.rip_relative);
	decode(64, "8b0424"); /* mov (%rsp),%eax */
	cr_assert_eq(decoded.base, 4);
	cr_assert_eq(decoded.index, NO_REGISTER);
	cr_assert_eq(decoded.segment, SEG_SS);
	decode(64, "8b042500b0feff"); /* mov 0xfffffffffffeb000,%eax */
	cr_assert_eq(decoded.base, NO_REGISTER);
	cr_assert_eq(decoded.displacement, (s64)0xfffffffffffeb000);
	decode(64, "648b07");
	cr_assert_eq(decoded.segment, SEG_FS);
	decode(64, "67488b07");
	cr_assert_eq(decoded.address_size, 4);
	decode(64, "a18877665544332211");
	cr_assert_eq(decoded.displacement, 0x1122334455667788);
}

Test(insn, modes)
{
	cr_assert(decode(16, "8b4702")); /* mov 2(%bx),%ax */
	cr_assert_eq(decoded.size, 2);
	cr_assert_eq(decoded.base, 3);
	cr_assert_eq(decoded.displacement, 2);
	cr_assert(decode(16, "a10080"));
	cr_assert_eq(decoded.displacement & 0xffff, 0x8000);
	cr_assert(decode(16, "66678b07"));
	cr_assert_eq(decoded.size, 4);
	cr_assert_eq(decoded.address_size, 4);
	cr_assert(decode(32, "8b05e000e0fe")); /* mov 0xfee000e0,%eax */
	cr_assert(!decoded.rip_relative);
	cr_assert(decode(16, "268b860001")); /* mov %es:0x100(%bp),%ax */
	cr_assert_eq(decoded.segment, SEG_ES);
	cr_assert_eq(decoded.base, 5);
}

Test(insn, arithmetic)
{
	expect("0907", INSN_ALU, 4, 0);
	cr_assert_eq(decoded.op, ALU_OR);
	expect("8127ff000000", INSN_ALU, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, ALU_AND);
	expect("83082a", INSN_ALU, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, ALU_OR);
	expect("480307", INSN_ALU_REG, 8, 0);
	expect("f6070f", INSN_ALU, 1, NO_REGISTER);
	cr_assert_eq(decoded.op, ALU_TEST);
	expect("f0ff07", INSN_UNARY, 4, NO_REGISTER);
	cr_assert(decoded.lock);
	cr_assert_eq(decoded.op, UNARY_INC);
	expect("f717", INSN_UNARY, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, UNARY_NOT);
	expect("8707", INSN_XCHG, 4, 0);
	expect("f00fb10f", INSN_CMPXCHG, 4, 1);
	expect("f00fc107", INSN_XADD, 4, 0);
	expect("f00fab07", INSN_BIT, 4, 0);
	cr_assert(decoded.bit_offset);
	expect("0fba2f05", INSN_BIT, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, BIT_SET);
	cr_assert_eq(decoded.immediate, 5);
}

Test(insn, stack_and_shifts)
{
	expect("ff33", INSN_PUSH, 8, NO_REGISTER);
	cr_assert(!decoded.on_stack);
	expect("4154", INSN_PUSH, 8, 12);
	cr_assert(decoded.on_stack);
	expect("665b", INSN_POP, 2, 3);
	expect("6834120000", INSN_PUSH, 8, NO_REGISTER);
	cr_assert_eq(decoded.immediate, 0x1234);
	expect("6aff", INSN_PUSH, 8, NO_REGISTER);
	cr_assert_eq(decoded.immediate, -1);
	expect("8f03", INSN_POP, 8, NO_REGISTER);
	cr_assert(decode(32, "50"));
	cr_assert_eq(decoded.size, 4);
	expect("d123", INSN_SHIFT, 4, NO_REGISTER);
	cr_assert_eq(decoded.immediate, 1);
	expect("48c12b05", INSN_SHIFT, 8, NO_REGISTER);
	cr_assert_eq(decoded.op, SHIFT_RIGHT);
	cr_assert_eq(decoded.immediate, 5);
	expect("d23b", INSN_SHIFT, 1, NO_REGISTER);
	cr_assert(decoded.by_cl);
	cr_assert(!decode(64, "d113"), "rcl");
}

Test(insn, strings)
{
	expect("f3a5", INSN_MOVS, 4, NO_REGISTER);
	cr_assert(decoded.rep);
	expect("48ab", INSN_STOS, 8, NO_REGISTER);
	expect("ac", INSN_LODS, 1, NO_REGISTER);
	expect("f2ae", INSN_SCAS, 1, NO_REGISTER);
}

Test(insn, unknown)
{
	cr_assert(!decode(64, "0f2807"), "movaps");
	cr_assert(!decode(64, "f0480fc70f"), "cmpxchg16b");
	cr_assert(!decode(64, "f727"), "mul");
	cr_assert(!decode(64, "ff17"), "call");
	cr_assert(!decode(64, "d907"), "fld");
	cr_assert(!decode(64, "89f8"), "no memory");
	cr_assert(!decode(64, "c4e27818"), "VEX");
	cr_assert(!decode(64, ""), "nothing");
}

Test(insn, cut_off)
{
	static const u8 mov[] = { 0x48, 0xc7, 0x87, 1, 2, 3, 4, 5, 6, 7, 8 };

	for (unsigned n = 0; n < sizeof(mov); n++)
		cr_assert(!insn_decode(&decoded, mov, n, 64), "%u bytes", n);
	cr_assert(insn_decode(&decoded, mov, sizeof(mov), 64));
}

Test(insn, prefixes_without_end)
{
	u8 bytes[20];

	memset(bytes, 0x66, sizeof(bytes));
	cr_assert(!insn_decode(&decoded, bytes, sizeof(bytes), 64));
}

/* Any bytes: no crash, never more than there are. */
Test(insn, random_bytes)
{
	u32 seed = 1;

	for (int round = 0; round < 200000; round++) {
		u8 bytes[INSN_MAX];
		unsigned n = 1 + seed % INSN_MAX;

		for (unsigned i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (u8)(seed >> 24);
		}
		insn_decode(&decoded, bytes, n, 16 << round % 3);
		cr_assert_leq(decoded.length, n);
	}
}

/* --- computing: against this machine's own CPU -------------------------------- */

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

Test(insn, arithmetic_as_the_cpu)
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

Test(insn, what_is_written)
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

Test(insn, compare_exchange)
{
	struct insn_operands o = run(INSN_CMPXCHG, 0, 4, 5, 9);

	cr_assert_eq(o.memory, 9);
	cr_assert(o.writes_memory && !o.writes_rax);
	o = run(INSN_CMPXCHG, 0, 4, 6, 9);
	cr_assert_eq(o.memory, 6);
	cr_assert_eq(o.rax, 6);
	cr_assert(o.writes_rax);
}

Test(insn, shifts_computed)
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

Test(insn, bits_and_unary)
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
