/*
 * user_regs.h - a user program's registers while the kernel runs: what
 * entry.S leaves at the very top of the thread's kernel stack.
 */
#pragma once

/* Offsets for entry.S, pinned below. */
#define UR_R10 40
#define UR_R9 48
#define UR_R8 56
#define UR_RDI 64
#define UR_RSI 72
#define UR_RBP 80
#define UR_RDX 96
#define UR_RAX 112
#define UR_VECTOR 120
#define UR_ERROR 128
#define UR_RIP 136
#define UR_CS 144
#define UR_RFLAGS 152
#define UR_RSP 160
#define UR_SS 168

/* In place of a vector: it came by SYSCALL, and SYSRET may go back. */
#define VECTOR_SYSCALL 256

#ifndef __ASSEMBLER__
#include "01-vmxon/boot.h"
#include "01-vmxon/trap.h"

struct user_regs {
	struct trap_frame frame;
};

#define PIN(name, field)                                                      \
	_Static_assert(offsetof(struct trap_frame, field) == (name), #name)
PIN(UR_R10, r10);
PIN(UR_R9, r9);
PIN(UR_R8, r8);
PIN(UR_RDI, rdi);
PIN(UR_RSI, rsi);
PIN(UR_RBP, rbp);
PIN(UR_RDX, rdx);
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

/* user_regs_reset - as a program begins: all 0, but for these two. */
void user_regs_reset(struct user_regs *r, u64 entry, u64 sp);

/*
 * user_regs_tame - registers that a program has chosen all by itself
 * (rt_sigreturn): nothing in them may give it more than it had.
 */
void user_regs_tame(struct user_regs *r);
#endif /* __ASSEMBLER__ */
