/*
 * vmcs_insn.h - VMREAD and VMWRITE for the hot path (SDM chapter 31).
 *
 * vmx_insn.h tells the two kinds of failure apart; here one flag condition is
 * enough ("above": CF and ZF both 0), and the compiler branches on it
 * directly.
 */
#pragma once

#include "lib/types.h"

/* vmcs_try_vmread - read a field; if that failed false, and no value. */
static inline bool vmcs_try_vmread(u64 field, u64 *value)
{
	bool ok;

	asm volatile("vmread %2, %1" : "=@cca"(ok), "=r"(*value) : "r"(field));
	return ok;
}

/* vmcs_try_vmwrite - write a field; false if that failed. */
static inline bool vmcs_try_vmwrite(u64 field, u64 value)
{
	bool ok;

	asm volatile("vmwrite %2, %1"
	             : "=@cca"(ok)
	             : "r"(field), "r"(value)
	             : "memory");
	return ok;
}
