/*
 * host_cpu.h - what the files of host/x86 share.
 */
#pragma once

#include "01-vmxon/cpu.h"
#include "05-full/host/arch.h"
#include "05-full/host/x86/user_regs.h"

/* What entry.S and current_insn.h know of struct cpu. */
_Static_assert(offsetof(struct cpu, thread) == CPU_THREAD, "");
_Static_assert(offsetof(struct cpu, number) == CPU_NUMBER, "");
_Static_assert(offsetof(struct thread, work) == THREAD_WORK, "");
_Static_assert(offsetof(struct cpu, tss.rsp[0]) == CPU_RSP0, "");
_Static_assert(offsetof(struct cpu, tss.rsp[2]) == CPU_USER_RSP, "");

/* Interrupt vectors; 0xf0 is stage 01's wake-up. */
enum host_vector {
	VECTOR_COM1 = 0x24,
	VECTOR_TIMER = 0xe0,
	VECTOR_KICK = 0xe1,
};

extern bool cpu_has_smap;

/* cpus_init - once; cpu_host_init - then on every CPU. */
void cpus_init(void);
void cpu_host_init(void);

/* traps_init - entry.S takes over the vectors; once. */
void traps_init(void);

/*
 * stacks_init - map memory a second time, with guard pages; once.  Takes what
 * the earlier stages have not used; memory_rest tells what is left of it.
 */
void stacks_init(void);

/* clock_calibrate - the TSC's rate; once.  timer_init - on every CPU. */
void clock_calibrate(void);
void timer_init(void);

/* console_listen - what is typed comes by interrupt, to CPU 0; once. */
void console_listen(void);

/* The registers of t's user program. */
static inline struct user_regs *user_regs_of(const struct thread *t)
{
	return (struct user_regs *)t->stack_top - 1;
}

/* fx_reset - FP registers as a program begins with them. */
void fx_reset(struct fx_area *fx);

/* arch_prctl - the system call: FS and GS base. */
s64 sys_arch_prctl(const u64 args[6]);
