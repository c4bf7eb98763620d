/*
 * user_regs.h - a user program's registers while the kernel runs: what
 * entry.S leaves at the very top of the thread's kernel stack.
 */
#pragma once

/* Offsets for entry.S, pinned below. */
#define UR_RAX 112
#define UR_VECTOR 120
#define UR_ERROR 128
#define UR_RIP 136
#define UR_CS 144
#define UR_RFLAGS 152
#define UR_RSP 160
#define UR_SS 168
#define CPU_RSP0 52
#define CPU_USER_RSP 68 /* the TSS's stack for ring 2, which nobody enters */

/* In place of a vector: it came by SYSCALL, and SYSRET may go back. */
#define VECTOR_SYSCALL 256

#ifndef __ASSEMBLER__
#include "01-vmxon/cpu.h"
#include "01-vmxon/trap.h"
#include "05-full/host/x86/current_insn.h"

struct user_regs {
	struct trap_frame frame;
};

#define PIN(name, field)                                                      \
	_Static_assert(offsetof(struct trap_frame, field) == (name), #name)
PIN(UR_RAX, rax);
PIN(UR_VECTOR, vector);
PIN(UR_ERROR, error);
PIN(UR_RIP, rip);
PIN(UR_CS, cs);
PIN(UR_RFLAGS, rflags);
PIN(UR_RSP, rsp);
PIN(UR_SS, ss);
#undef PIN
_Static_assert(sizeof(struct user_regs) % 16 == 0, "calls need RSP so");
_Static_assert(offsetof(struct cpu, thread) == CPU_THREAD, "");
_Static_assert(offsetof(struct cpu, tss.rsp[0]) == CPU_RSP0, "");
_Static_assert(offsetof(struct cpu, tss.rsp[2]) == CPU_USER_RSP, "");
#endif /* __ASSEMBLER__ */
