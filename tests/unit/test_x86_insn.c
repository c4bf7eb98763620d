/*
 * test_x86_insn.c - instructions on a device's memory are decoded.
 */
#include "05-full/kvm/x86/insn_decode.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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
	cr_assert(decode(16, "0fc307"));
	cr_assert_eq(decoded.size, 4);
	cr_assert_eq(decoded.reg_size, 4);
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
	expect("d113", INSN_SHIFT, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, ROTATE_CARRY_LEFT);
	cr_assert(!decode(64, "d133"), "there is no sixth");
	expect("0fa40304", INSN_DOUBLE_SHIFT, 4,
	       0); /* shld $4, %eax, (%rbx) */
	cr_assert_eq(decoded.immediate, 4);
	expect("480fad0b", INSN_DOUBLE_SHIFT, 8, 1); /* shrd %cl */
	cr_assert_eq(decoded.op, DOUBLE_RIGHT);
	cr_assert(decoded.by_cl);
	expect("9c", INSN_PUSH, 8, NO_REGISTER);
	cr_assert(decoded.on_stack && decoded.flags);
}

Test(insn, multiplication)
{
	expect("f723", INSN_MUL, 4, NO_REGISTER);
	cr_assert_eq(decoded.op, MUL_UNSIGNED);
	expect("48f72b", INSN_MUL, 8, NO_REGISTER);
	cr_assert_eq(decoded.op, MUL_SIGNED);
	expect("48f73b", INSN_DIV, 8, NO_REGISTER);
	cr_assert_eq(decoded.op, MUL_SIGNED);
	expect("440faf03", INSN_IMUL, 4, 8);
	expect("6b03f0", INSN_IMUL3, 4, 0);
	cr_assert_eq(decoded.immediate, -16);
	expect("4869037fffffff", INSN_IMUL3, 8, 0);
	cr_assert_eq(decoded.immediate, -129);
}

/* Near ones: 8 bytes in 64-bit mode, and no prefix changes that. */
Test(insn, jumps)
{
	expect("ff23", INSN_JUMP, 8, NO_REGISTER);
	expect("66ff23", INSN_JUMP, 8, NO_REGISTER);
	expect("ff13", INSN_CALL, 8, NO_REGISTER);
	cr_assert(!decoded.on_stack);
	expect("e8fcffffff", INSN_CALL, 8, NO_REGISTER);
	cr_assert(decoded.on_stack);
	cr_assert_eq(decoded.immediate, -4);
	expect("c3", INSN_RET, 8, NO_REGISTER);
	expect("c20880", INSN_RET, 8, NO_REGISTER);
	cr_assert_eq(decoded.immediate, 0x8008);
	cr_assert(decode(16, "e80001"));
	cr_assert_eq(decoded.size, 2);
	cr_assert(!decode(64, "ff1b"), "a far call");
	cr_assert(!decode(64, "ff2b"), "a far jump");
}

Test(insn, conditions_and_scans)
{
	expect("0f9403", INSN_SETCC, 1, 0); /* sete (%rbx) */
	cr_assert_eq(decoded.op, 4);
	expect("480f4d03", INSN_CMOVCC, 8, 0); /* cmovge */
	cr_assert_eq(decoded.op, 13);
	expect("0fbc03", INSN_SCAN, 4, 0);
	cr_assert_eq(decoded.op, SCAN_FORWARD);
	cr_assert(!decode(64, "f30fbc03"), "tzcnt");
	expect("f00fc70b", INSN_CMPXCHG8B, 8, NO_REGISTER);
}

/* The prefix says which of four instructions it is. */
Test(insn, xmm_registers)
{
	expect("0f1003", INSN_XMM_LOAD, 16, 0);         /* movups */
	expect("66440f117b10", INSN_XMM_STORE, 16, 15); /* movupd */
	expect("0f2823", INSN_XMM_LOAD, 16, 4);         /* movaps; not AH */
	cr_assert(!decoded.high);
	expect("0f2b03", INSN_XMM_STORE, 16, 0);   /* movntps */
	expect("660f6f03", INSN_XMM_LOAD, 16, 0);  /* movdqa */
	expect("f30f7f03", INSN_XMM_STORE, 16, 0); /* movdqu */
	expect("660fe703", INSN_XMM_STORE, 16, 0); /* movntdq */
	cr_assert(!decode(64, "f30f1003"), "movss");
	cr_assert(!decode(64, "f20f1003"), "movsd");
	cr_assert(!decode(64, "0f6f03"), "movq: MMX");
	cr_assert(!decode(64, "0fe703"), "movntq");
}

Test(insn, strings)
{
	expect("f3a5", INSN_MOVS, 4, NO_REGISTER);
	cr_assert(decoded.rep);
	expect("48ab", INSN_STOS, 8, NO_REGISTER);
	expect("ac", INSN_LODS, 1, NO_REGISTER);
	expect("f2ae", INSN_SCAS, 1, NO_REGISTER);
	expect("f348a7", INSN_CMPS, 8, NO_REGISTER);
	cr_assert(decoded.rep);
}

Test(insn, unknown)
{
	cr_assert(!decode(64, "f0480fc70f"), "cmpxchg16b");
	cr_assert(!decode(64, "0fae07"), "fxsave");
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
