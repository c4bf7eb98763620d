/*
 * host_insn.h - instructions that only a host with user programs needs.
 */
#pragma once

#include "01-vmxon/insn.h"

/* Forget this CPU's translation of one address (SDM 4.10.4.1). */
static inline void invlpg(u64 va)
{
	asm volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* Zeros, size a multiple of 8. */
static inline void clear_quads(void *p, u64 size)
{
	u64 n = size / 8;

	asm volatile("rep stosq" : "+D"(p), "+c"(n) : "a"(0ul) : "memory");
}

/* The next instruction is the first that an interrupt can follow: HLT. */
static inline void irq_enable_and_wait(void)
{
	asm volatile("sti; hlt" : : : "memory");
}
