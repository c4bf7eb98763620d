/*
 * arch.h - what host/x86 and host/arm64 provide.  (struct arch_thread,
 * struct arch_mm, arch_current(), arch_user_limit stand in host_arch.h.)
 */
#pragma once

#include "05-full/host/process.h"

struct user_regs; /* all of a user program's registers, on the kernel stack */

/* --- CPUs --- */
/*
 * In host_arch.h, because a call would cost more than what it does:
 *   unsigned arch_cpu_number(void);
 *   u64 arch_irq_save(void);	interrupts of this CPU: off, ...
 *   void arch_irq_restore(u64);	... and as they were
 *   void arch_irq_enable(void), arch_irq_disable(void);
 *   bool arch_irq_enabled(void);
 */
unsigned arch_cpu_count(void);
/* arch_idle - wait for an interrupt; called with interrupts off, returns on. */
void arch_idle(void);
/* arch_kick_cpu - interrupt that CPU; there arch code calls cpu_kicked. */
void arch_kick_cpu(unsigned cpu);
void cpu_kicked(void);
/* cpu_call - run fn(arg) on that CPU, interrupts off there; returns when done. */
void cpu_call(unsigned cpu, void (*fn)(void *), void *arg);

/* --- threads --- */
/*
 * A new thread begins in thread_begin(fn, arg) on its own stack, with
 * interrupts off, below the place of a struct user_regs.
 */
void arch_thread_init(struct thread *t, void (*fn)(void *), void *arg);
/* arch_switch - from `from` to `to`; returns in the thread that is resumed. */
void arch_switch(struct thread *from, struct thread *to);
/* Kernel stacks of 16 KiB, with a page below that faults. */
void *arch_stack_alloc(void);
void arch_stack_free(void *stack);

/* --- user mode --- */
/* Enter user mode for the first time: entry and stack are user addresses. */
_Noreturn void arch_enter_user(u64 entry, u64 sp);
/* Go (back) to user mode, with the user_regs at the top of this stack. */
_Noreturn void arch_resume_user(void);
/*
 * For clone: the child's registers are the parent's, but for sp (if not 0),
 * tls (if set_tls), result 0.  Also the FP registers.
 */
void arch_copy_thread(struct thread *child, u64 sp, bool set_tls, u64 tls);
/*
 * For a signal's handler: push all registers and the mask to the user's stack
 * and go on in the handler; rt_sigreturn: the reverse.  0 or -EFAULT; pop
 * returns what the system call shall return: the old result register.
 */
int arch_signal_push(const struct sigaction *act, int signo, u64 mask);
s64 arch_signal_pop(u64 *mask);
/* syscall - called by arch code; the number is the architecture's own. */
s64 syscall(u64 nr, const u64 args[6]);
/* exit_to_user - called by arch code, interrupts off, before user mode. */
void exit_to_user(void);
/* A user program's fault that mm_fault could not cure. */
void user_fault(int signo, u64 pc, u64 address, const char *what);

/* --- address spaces --- */
int arch_mm_init(struct mm *mm);
void arch_mm_free(struct mm *mm);
/*
 * Map a page or block (size 4 KiB or 2 MiB) at va; 0, -ENOMEM, or, for a
 * block, -EEXIST: there is a table, so pages.  Replaces rights of what is
 * mapped there already.
 */
int arch_mm_map(struct mm *mm, u64 va, hpa_t hpa, u64 size, u32 prot);
/* What is mapped at va: size 0 if nothing.  Then remove it. */
struct mm_page arch_mm_lookup(struct mm *mm, u64 va);
void arch_mm_unmap(struct mm *mm, u64 va, u64 size);
/* Forget translations of the range on all CPUs. */
void arch_mm_flush(struct mm *mm, u64 start, u64 end);
void arch_mm_switch(struct mm *mm); /* NULL: none */
/* The copy loops, with a fixup for faults: 0, or something was left over. */
u64 arch_copy_from_user(void *to, u64 user, u64 size);
u64 arch_copy_to_user(u64 user, const void *from, u64 size);

/* --- time, console, boot --- */
/* arch_timer_set - an interrupt of this CPU at that time (clock_ns; ~0: none). */
void arch_timer_set(u64 deadline);
/* timer_interrupt - called by arch code. */
void timer_interrupt(void);
/* console_input - called by arch code for each byte that was typed. */
void console_input(u8 byte);
/* The cpio archive that the boot loader left, or size 0. */
const void *arch_initrd(u64 *size);
/* Send bytes to the console as they are. */
void arch_console_write(const char *bytes, u64 size);
/* host_main - called by arch code on CPU 0; others call sched_start. */
_Noreturn void host_main(const char *cmdline);
