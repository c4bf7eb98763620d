/*
 * corner_insn.h - x86: instructions for corners.c.
 */
#pragma once

#include "lib/types.h"

static inline void halt_with_interrupts_off(void)
{
	__asm__ volatile("cli; hlt" : : : "memory");
}

static inline void halt_with_interrupts_on(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

static inline void paging_off(void)
{
	u64 v;

	__asm__ volatile("mov %%cr0, %0\n\t"
	                 "btr $31, %0\n\t"
	                 "mov %0, %%cr0"
	                 : "=r"(v)
	                 :
	                 : "cc", "memory");
}

/* A single step, over the instruction behind the POPF; it ends at the label. */
#define STEP_OVER(name, text)                                                 \
	extern const u8 behind_##name[];                                      \
	static void name(void)                                                \
	{                                                                     \
		__asm__ volatile("pushfq\n\t"                                 \
		                 "orl $0x100, (%%rsp)\n\t"                    \
		                 "popfq\n\t" text "\n"                        \
		                 "behind_" #name ":\n\t"                      \
		                 "nop\n\tnop"                                 \
		                 :                                            \
		                 : "S"(DEVICE), "c"(TSC)                      \
		                 : "rax", "rdx", "memory");                   \
	}

/* An interrupt's handler that counts; eoi: the LAPIC's register, or 0. */
#define COUNTING_HANDLER(name, counter, eoi)                                  \
	void name(void);                                                      \
	__asm__(".text\n" #name ":\n\t"                                       \
	        "incl " #counter "(%rip)\n\t"                                 \
	        "push %rax\n\t"                                               \
	        "mov $" #eoi ", %eax\n\t"                                     \
	        "test %eax, %eax\n\t"                                         \
	        "jz 1f\n\t"                                                   \
	        "movl $0, (%rax)\n"                                           \
	        "1:\tpop %rax\n\t"                                            \
	        "iretq")
