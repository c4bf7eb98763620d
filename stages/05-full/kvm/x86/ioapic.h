/*
 * ioapic.h - the I/O APIC (82093AA data sheet): 24 pins, each with an entry
 * that says which message it sends to which LAPIC.  Pure but for the seam.
 */
#pragma once

#include "05-full/kvm/x86/lapic.h"

#define IOAPIC_PINS 24
#define IOAPIC_ADDRESS 0xfec00000ul

/* Bits of an entry. */
#define IOAPIC_VECTOR MASK(7, 0)
#define IOAPIC_REMOTE_IRR BIT(14)
#define IOAPIC_LEVEL BIT(15)
#define IOAPIC_MASKED BIT(16)

struct ioapic {
	u32 id;    /* bits 27:24 */
	u8 select; /* of the register in the window */
	u32 lines; /* a bit per pin: asserted */
	u32 irr;   /* edges that came while the pin was masked */
	u64 entry[IOAPIC_PINS];
};

void vioapic_reset(struct ioapic *io);
/* vioapic_set - a pin changes.  Returns true unless it was masked or pending. */
bool vioapic_set(struct ioapic *io, unsigned pin, bool level);
/* vioapic_eoi - a LAPIC has ended that vector. */
void vioapic_eoi(struct ioapic *io, u8 vector);
/* vioapic_read, vioapic_write - the page at fec00000; offset in it. */
u32 vioapic_read(struct ioapic *io, u32 offset);
void vioapic_write(struct ioapic *io, u32 offset, u32 value);
/* vioapic_service - deliver what may be due on that pin. */
bool vioapic_service(struct ioapic *io, unsigned pin);

/* Seams: to the LAPICs; the vectors of level-triggered pins have changed. */
bool vioapic_deliver(struct ioapic *io, const struct lapic_message *m);
void vioapic_changed(struct ioapic *io);
