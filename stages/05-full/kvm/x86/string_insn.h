/*
 * string_insn.h - REP STOSB and REP STOSQ, to see which of them is quicker.
 */
#pragma once

#include "lib/types.h"

static inline void rep_stosb(void *at, u64 bytes)
{
	asm volatile("cld; rep stosb"
	             : "+D"(at), "+c"(bytes)
	             : "a"(0)
	             : "memory", "cc");
}

static inline void rep_stosq(void *at, u64 words)
{
	asm volatile("cld; rep stosq"
	             : "+D"(at), "+c"(words)
	             : "a"(0)
	             : "memory", "cc");
}
