/*
 * ioapic.c - see ioapic.h.
 */
#include "05-full/kvm/x86/ioapic.h"

#define REG_SELECT 0x00
#define REG_WINDOW 0x10
#define WINDOW_ID 0
#define WINDOW_VERSION 1
#define WINDOW_ARBITRATION 2
#define WINDOW_ENTRIES 0x10

#define VERSION (0x11 | (IOAPIC_PINS - 1) << 16)
/* What a write does not change: delivery status, remote IRR. */
#define READ_ONLY (BIT(12) | IOAPIC_REMOTE_IRR)
#define ENTRY_KNOWN (MASK(16, 0) | MASK(63, 56))

void vioapic_reset(struct ioapic *io)
{
	*io = (struct ioapic){ 0 };
	for (unsigned i = 0; i < IOAPIC_PINS; i++)
		io->entry[i] = IOAPIC_MASKED;
}

static bool ioapic_send(struct ioapic *io, u64 e)
{
	struct lapic_message m = {
		.vector = e & IOAPIC_VECTOR,
		.delivery = BITS(e, 10, 8),
		.logical = BITS(e, 11, 11),
		.level = BITS(e, 15, 15),
		.assert = true,
		.destination = (u32)(e >> 56),
	};

	if (m.destination == 0xff)
		m.destination = ~0u;
	return vioapic_deliver(io, &m);
}

/* anchor: service */
/*
 * A level is sent once and then waits for its EOI (remote IRR); an edge is
 * remembered while the pin is masked.
 */
bool vioapic_service(struct ioapic *io, unsigned pin)
{
	u64 *e = &io->entry[pin];
	bool level = *e & IOAPIC_LEVEL, accepted;

	if (*e & IOAPIC_MASKED)
		return false;
	if (level ? !(io->lines & BIT(pin)) || *e & IOAPIC_REMOTE_IRR :
	            !(io->irr & BIT(pin)))
		return false;
	io->irr &= ~(u32)BIT(pin);
	accepted = ioapic_send(io, *e);
	if (level && accepted)
		*e |= IOAPIC_REMOTE_IRR;
	return accepted;
}
/* end: service */

bool vioapic_set(struct ioapic *io, unsigned pin, bool level)
{
	u32 bit;
	bool was;

	if (pin >= IOAPIC_PINS)
		return false;
	bit = (u32)BIT(pin);
	was = io->lines & bit;
	if (!level) {
		io->lines &= ~bit;
		return true;
	}
	io->lines |= bit;
	if (!was)
		io->irr |= bit;
	return vioapic_service(io, pin);
}

void vioapic_eoi(struct ioapic *io, u8 vector)
{
	for (unsigned i = 0; i < IOAPIC_PINS; i++) {
		u64 *e = &io->entry[i];

		if ((*e & IOAPIC_VECTOR) != vector || !(*e & IOAPIC_LEVEL))
			continue;
		*e &= ~IOAPIC_REMOTE_IRR;
		vioapic_service(io, i);
	}
}

static u32 read_window(const struct ioapic *io)
{
	unsigned n = io->select - WINDOW_ENTRIES;

	switch (io->select) {
	case WINDOW_ID:
	case WINDOW_ARBITRATION:
		return io->id;
	case WINDOW_VERSION:
		return VERSION;
	}
	if (n / 2 >= IOAPIC_PINS)
		return 0xffffffff;
	return (u32)(n & 1 ? io->entry[n / 2] >> 32 : io->entry[n / 2]);
}

static void write_entry(struct ioapic *io, unsigned pin, bool high, u32 value)
{
	u64 *e = &io->entry[pin], new;

	if (high)
		new = (*e & MASK(31, 0)) | (u64)value << 32;
	else
		new = (*e & (MASK(63, 32) | READ_ONLY)) |
		      (value & ~READ_ONLY & MASK(31, 0));
	new &= ENTRY_KNOWN;
	/* An edge needs no EOI. */
	if (!(new &IOAPIC_LEVEL))
		new &= ~IOAPIC_REMOTE_IRR;
	*e = new;
	vioapic_changed(io);
	vioapic_service(io, pin);
}

static void write_window(struct ioapic *io, u32 value)
{
	unsigned n = io->select - WINDOW_ENTRIES;

	if (io->select == WINDOW_ID)
		io->id = value & MASK(27, 24);
	else if (io->select >= WINDOW_ENTRIES && n / 2 < IOAPIC_PINS)
		write_entry(io, n / 2, n & 1, value);
}

u32 vioapic_read(struct ioapic *io, u32 offset)
{
	switch (offset) {
	case REG_SELECT:
		return io->select;
	case REG_WINDOW:
		return read_window(io);
	default:
		return 0;
	}
}

void vioapic_write(struct ioapic *io, u32 offset, u32 value)
{
	switch (offset) {
	case REG_SELECT:
		io->select = (u8)value;
		break;
	case REG_WINDOW:
		write_window(io, value);
		break;
	}
}
