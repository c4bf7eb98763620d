/*
 * lazy_insn.h - x86: SYSCALL, SWAPGS, RDTSCP and debug registers, for lazy.c.
 */
#pragma once

#include "lib/types.h"

static inline void swapgs(void)
{
	__asm__ volatile("swapgs" : : : "memory");
}

static inline u32 rdtscp_aux(void)
{
	u32 aux;

	__asm__ volatile("rdtscp" : "=c"(aux) : : "rax", "rdx");
	return aux;
}

/*
 * SYSCALL from ring 0, with every flag that FMASK may clear: who answered, and
 * with which flags.  The handlers (below) go back by RCX, as SYSRET does.
 */
static inline u32 syscall_answer(u64 *flags)
{
	u32 answer;

	__asm__ volatile("std\n\t"
	                 "syscall\n\t"
	                 "cld"
	                 : "=a"(answer), "=d"(*flags)
	                 : "a"(0)
	                 : "rcx", "r11", "cc", "memory");
	return answer;
}

#define SYSCALL_HANDLER(name, answer)                                         \
	void name(void);                                                      \
	__asm__(".text\n" #name ":\n\t"                                       \
	        "mov $" #answer ", %eax\n\t"                                  \
	        "pushfq\n\tpop %rdx\n\t"                                      \
	        "push %r11\n\tpopfq\n\t"                                      \
	        "jmp *%rcx")

#define DR(n)                                                                 \
	static inline u64 read_dr##n(void)                                    \
	{                                                                     \
		u64 v;                                                        \
                                                                              \
		__asm__ volatile("mov %%dr" #n ", %0" : "=r"(v));             \
		return v;                                                     \
	}                                                                     \
	static inline void write_dr##n(u64 v)                                 \
	{                                                                     \
		__asm__ volatile("mov %0, %%dr" #n : : "r"(v));               \
	}

DR(1)
DR(2)
DR(6)
DR(7)

/* #DB after the NOP. */
static inline void step_once(void)
{
	__asm__ volatile("pushfq\n\t"
	                 "orl $0x100, (%%rsp)\n\t"
	                 "popfq\n\t"
	                 "nop"
	                 :
	                 :
	                 : "cc", "memory");
}
