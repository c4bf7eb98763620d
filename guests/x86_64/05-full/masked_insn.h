/*
 * masked_insn.h - an instruction of masked.c.
 */
#pragma once

#include "lib/types.h"

static inline void write_cr8(u64 v)
{
	__asm__ volatile("mov %0, %%cr8" : : "r"(v) : "memory");
}
