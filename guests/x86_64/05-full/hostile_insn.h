/*
 * hostile_insn.h - x86: what only a hostile guest does.
 */
#pragma once

#include "lib/types.h"

#define HOSTILE_NOWHERE 0xc0000000ul /* mapped by the guest, no RAM */
#define HOSTILE_PATCH_SIZE 1

static inline void load_empty_idt(void)
{
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) none = { 0, 0 };

	__asm__ volatile("lidt %0" : : "m"(none));
}

static inline void undefined_instruction(void)
{
	__asm__ volatile("ud2");
}

static inline void interrupts_off(void)
{
	__asm__ volatile("cli");
}

static inline void jump_to(u64 at)
{
	__asm__ volatile("jmp *%0" : : "r"(at) : "memory");
}

/* Stack pointer there, and one word pushed. */
static inline void push_there(u64 at)
{
	__asm__ volatile("mov %%rsp, %%rbx\n\t"
	                 "mov %0, %%rsp\n\t"
	                 "pushq $0x1234\n\t"
	                 "mov %%rbx, %%rsp"
	                 :
	                 : "r"(at)
	                 : "rbx", "memory");
}

/* The same with what lies in memory. */
static inline void push_from(u64 at, u64 memory)
{
	__asm__ volatile("mov %%rsp, %%rbx\n\t"
	                 "mov %0, %%rsp\n\t"
	                 "pushq (%1)\n\t"
	                 "mov %%rbx, %%rsp"
	                 :
	                 : "r"(at), "r"(memory)
	                 : "rbx", "memory");
}

static inline void move_byte(u64 to, u64 from)
{
	__asm__ volatile("movsb" : "+D"(to), "+S"(from) : : "memory");
}

/* Stack pointer there, and an exception: the CPU itself must push. */
static inline void trap_there(u64 at)
{
	__asm__ volatile("mov %0, %%rsp\n\tint $0x30" : : "r"(at) : "memory");
}

/* mov $imm32, %eax; ret - the number is patched. */
static inline void patch_number(u8 *code, u32 number)
{
	code[0] = 0xb8;
	__builtin_memcpy(code + 1, &number, 4);
	code[5] = 0xc3;
}

/* The CPU notices by itself (SDM 12.6: a jump is enough). */
static inline void patched(void *code)
{
	(void)code;
}
