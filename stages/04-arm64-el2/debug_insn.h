/*
 * debug_insn.h - DBGBVR<n>_EL1 and friends: the number is a part of the
 * encoding, so there is one instruction for each.
 */
#pragma once

#include "lib/types.h"

/* clang-format off */
#define READ_ONE(n, op2) \
	case n: \
		asm volatile("mrs %0, S2_0_C0_C" #n "_" #op2 : "=r"(v)); \
		break;
#define WRITE_ONE(n, op2) \
	case n: \
		asm volatile("msr S2_0_C0_C" #n "_" #op2 ", %0" : : "r"(v)); \
		break;
#define SIXTEEN(do, op2) \
	do(0, op2) do(1, op2) do(2, op2) do(3, op2) do(4, op2) do(5, op2) \
	do(6, op2) do(7, op2) do(8, op2) do(9, op2) do(10, op2) do(11, op2) \
	do(12, op2) do(13, op2) do(14, op2) do(15, op2)

#define DEBUG_ACCESSORS(name, op2) \
	static inline u64 read_##name(unsigned n) \
	{ \
		u64 v = 0; \
		switch (n) { SIXTEEN(READ_ONE, op2) } \
		return v; \
	} \
	static inline void write_##name(unsigned n, u64 v) \
	{ \
		switch (n) { SIXTEEN(WRITE_ONE, op2) } \
	}

DEBUG_ACCESSORS(dbgbvr, 4)
DEBUG_ACCESSORS(dbgbcr, 5)
DEBUG_ACCESSORS(dbgwvr, 6)
DEBUG_ACCESSORS(dbgwcr, 7)
/* clang-format on */

#undef READ_ONE
#undef WRITE_ONE
#undef SIXTEEN
#undef DEBUG_ACCESSORS
