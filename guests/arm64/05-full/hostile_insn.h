/*
 * hostile_insn.h - arm64: what only a hostile guest does.
 */
#pragma once

#include "lib/types.h"

#define HOSTILE_NOWHERE 0x20000000ul /* no RAM, no device */

/* Vectors where there is nothing: the next exception never ends. */
static inline void load_empty_idt(void)
{
	__asm__ volatile("msr vbar_el1, %0\n\tisb" : : "r"(HOSTILE_NOWHERE));
}

static inline void undefined_instruction(void)
{
	__asm__ volatile("udf #0");
}

static inline void interrupts_off(void)
{
	__asm__ volatile("msr daifset, #15");
}

static inline void jump_to(u64 at)
{
	__asm__ volatile("br %0" : : "r"(at) : "memory");
}

/* Stack pointer there, and one word pushed: a write-back, no syndrome. */
static inline void push_there(u64 at)
{
	__asm__ volatile("mov x9, sp\n\t"
	                 "mov sp, %0\n\t"
	                 "str x9, [sp, #-16]!\n\t"
	                 "mov sp, x9"
	                 :
	                 : "r"(at)
	                 : "x9", "memory");
}

/* Stack pointer there, and an exception: it goes back to guest_try. */
static inline void trap_there(u64 at)
{
	__asm__ volatile("mov sp, %0\n\tudf #0" : : "r"(at) : "memory");
}

/* mov w0, #number; movk w0, #high, lsl #16; ret */
static inline void patch_number(u8 *code, u32 number)
{
	u32 insn[3] = { 0x52800000 | (number & 0xffff) << 5,
		        0x72a00000 | number >> 16 << 5, 0xd65f03c0 };

	__builtin_memcpy(code, insn, sizeof(insn));
}

/* Arm ARM B2.4.4: clean, invalidate, wait, refetch. */
static inline void patched(void *code)
{
	__asm__ volatile("dc cvau, %0\n\tdsb ish\n\t"
	                 "ic ivau, %0\n\tdsb ish\n\tisb"
	                 :
	                 : "r"(code)
	                 : "memory");
}
