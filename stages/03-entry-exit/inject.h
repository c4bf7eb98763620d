/*
 * inject.h - events for the guest: interrupts, NMIs, exceptions (SDM 27.6).
 */
#pragma once

#include "lib/types.h"

struct vcpu;

/* VM_ENTRY_INTERRUPTION_INFO and its relatives (SDM 25.8.3, 25.9.2). */
#define EVENT_VECTOR MASK(7, 0)
#define EVENT_TYPE MASK(10, 8)
#define EVENT_EXTERNAL (0u << 8)
#define EVENT_NMI (2u << 8)
#define EVENT_HARDWARE_EXCEPTION (3u << 8)
#define EVENT_SOFTWARE_INTERRUPT (4u << 8)
#define EVENT_SOFTWARE_EXCEPTION (6u << 8)
#define EVENT_HAS_ERROR_CODE BIT(11)
#define EVENT_NMI_UNBLOCKING BIT(12) /* exit information only */
#define EVENT_FRESH_FAULT BIT(13)    /* ours: not one that was begun before */
#define EVENT_VALID BIT(31)

/* GUEST_INTERRUPTIBILITY_STATE (SDM table 25-3) */
#define BLOCKING_BY_STI BIT(0)
#define BLOCKING_BY_MOV_SS BIT(1)
#define BLOCKING_BY_NMI BIT(3)

#define NO_VECTOR (-1)

struct pending {
	/* An exception, or an event whose delivery was cut off: goes first. */
	u32 event; /* as in VM_ENTRY_INTERRUPTION_INFO; 0: none */
	u32 error_code;
	u32 length; /* of the instruction, for software events */
	bool nmi;
	int irq;  /* an external interrupt's vector, or NO_VECTOR */
	bool any; /* one of the above: look before the next entry */
};

/* inject_exception - queue an exception; one with an error code as such. */
void inject_exception(struct vcpu *v, u8 vector);
void inject_exception_code(struct vcpu *v, u8 vector, u32 error_code);

/* inject_irq - queue an external interrupt; delivered when the guest can. */
void inject_irq(struct vcpu *v, u8 vector);

/* inject_nmi - queue a non-maskable interrupt. */
void inject_nmi(struct vcpu *v);

/*
 * inject_before_entry - put into the VMCS what can be delivered now, and ask
 * for a window exit for what cannot.  Only called when v->events.any.
 */
void inject_before_entry(struct vcpu *v);

/*
 * inject_requeue - the exit cut off the delivery of an event: queue it again
 * (IDT_VECTORING_INFO, SDM 25.9.3).  For handlers of exits that can happen
 * during delivery; an instruction that exits never does.
 */
void inject_requeue(struct vcpu *v);
