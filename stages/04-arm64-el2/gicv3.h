/*
 * gicv3.h - the machine's interrupt controller, as the host uses it
 * (Arm IHI 0069).
 */
#pragma once

#include "lib/types.h"

/* Interrupt numbers (INTIDs): 0-15 software, 16-31 private to a CPU. */
#define INTID_WAKE 0        /* there is work: smp.c */
#define INTID_HOST_TIMER 26 /* EL2's physical timer */
#define INTID_GUEST_VTIMER 27
#define INTID_GUEST_PTIMER 30
#define INTID_PRIVATE 32

/* gic_init - the distributor, once; gic_cpu_init - on each CPU. */
void gic_init(void);
void gic_cpu_init(void);

/* gic_on - call fn for this private interrupt, and let it through here. */
void gic_on(unsigned intid, void (*fn)(void));

/*
 * gic_on_forwarded - the same, but the interrupt stays active afterwards, and
 * so does not come again, until gic_set_active(intid, false), or until a
 * guest ends a virtual one whose list register names it (HW).
 */
void gic_on_forwarded(unsigned intid, void (*fn)(void));
void gic_set_active(unsigned intid, bool active);

/* gic_mask - let a private interrupt through on this CPU, or not. */
void gic_mask(unsigned intid, bool masked);

/* gic_send - a software interrupt (0 to 15) to the CPU with this MPIDR. */
void gic_send(u64 mpidr, unsigned intid);

/* gic_as_fiq - signal a private interrupt as FIQ (group 0), for tests. */
void gic_as_fiq(unsigned intid, bool fiq);

/* Who takes interrupts that are not private; NULL: nobody. */
extern void (*gic_shared)(unsigned intid);

/* gic_handle - called by the IRQ vector: acknowledge, call, end. */
void gic_handle(void);
