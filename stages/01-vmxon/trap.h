/*
 * trap.h - exceptions and interrupts of the host (SDM chapter 6).
 */
#pragma once

#include "lib/types.h"

/* What trap.S leaves on the stack, lowest address first. */
struct trap_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rdi, rsi, rbp, rbx, rdx, rcx, rax;
	u64 vector, error;
	u64 rip, cs, rflags, rsp, ss; /* pushed by the CPU */
};

/* trap_handle - what an entry in assembly calls: decides what it means. */
void trap_handle(struct trap_frame *f);

/* First vector that is not an exception. */
#define VECTOR_FIRST_IRQ 32

typedef void (*irq_handler)(struct trap_frame *f);

/* trap_init - build the IDT; once, before cpu_init. */
void trap_init(void);

/* trap_load_idt - make it the calling CPU's. */
void trap_load_idt(void);

/*
 * trap_set_gate - another entry for a vector, with a stack of the TSS (enum
 * ist); ring 3 may use the gate by INT n if for_user.
 */
void trap_set_gate(u8 vector, const void *entry, unsigned ist, bool for_user);

/*
 * irq_set_handler - call handler for a vector (VECTOR_FIRST_IRQ..255) on
 * every CPU.  The handler sends the EOI.  NULL removes it.
 */
void irq_set_handler(u8 vector, irq_handler handler);

/* exception_name - "#GP general protection", for vectors 0..31. */
const char *exception_name(u64 vector);
