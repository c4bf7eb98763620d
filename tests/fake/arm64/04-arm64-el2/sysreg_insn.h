/*
 * sysreg_insn.h - in place of stage 04's, for tests on any machine: system
 * registers are variables.
 */
#pragma once

#include "04-arm64-el2/sysregs.h"

#define VARIABLE(name)                                                        \
	extern u64 fake_##name;                                               \
	static inline u64 read_##name(void)                                   \
	{                                                                     \
		return fake_##name;                                           \
	}                                                                     \
	static inline void write_##name(u64 v)                                \
	{                                                                     \
		fake_##name = v;                                              \
	}
#define EL12(name, ...) VARIABLE(name##_EL1) VARIABLE(name##_EL12)
#define EL02(name, ...) VARIABLE(name##_EL0) VARIABLE(name##_EL02)
#define SAME(name, ...) VARIABLE(name)
#define HOST(name, ...) VARIABLE(name)
#include "04-arm64-el2/sysregs.def"
#undef VARIABLE

#define read_sysreg(name) read_##name()
#define write_sysreg(name, value) write_##name(value)

static inline void isb(void)
{
}
