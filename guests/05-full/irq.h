/*
 * irq.h - one CPU's interrupts for a small guest (the VMM's --irqchip): its
 * timer and one that it sends to itself.
 */
#pragma once

#include "lib/types.h"

/* irq_init - the interrupt controller and the vectors; still masked. */
void irq_init(void);

/* guest_irq - the guest's handler: it must call irq_eoi(id). */
void guest_irq(u32 id);

/* irq_eoi - this interrupt is done. */
void irq_eoi(u32 id);

/* irq_send_self - an IPI to this CPU. */
void irq_send_self(void);

/* irq_is_timer - whose interrupt is this. */
bool irq_is_timer(u32 id);

/* irq_timer - one interrupt so many ticks of guest_clock from now; 0: none. */
void irq_timer(u64 ticks);
