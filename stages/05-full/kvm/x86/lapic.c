/*
 * lapic.c - the local APIC: registers, priorities, messages.  See lapic.h.
 */
#include "05-full/kvm/x86/lapic.h"

#include "05-full/kvm/x86/lapic_timer.h"
#include "lib/string.h"

/* Version 14H, LVT entries 0 to 5 (SDM 11.4.8). */
#define VERSION 0x00050014
#define DFR_FLAT 0xffffffffu
#define DFR_RESERVED 0x0fffffffu
#define SVR_KNOWN 0x3ffu
#define EVERYBODY 0xffffffffu
#define ICR_KNOWN 0x000ccfffu /* all but the delivery status */

static const u16 lvts[] = { APIC_LVT_TIMER, APIC_LVT_THERMAL, APIC_LVT_PERF,
	                    APIC_LVT_LINT0, APIC_LVT_LINT1,   APIC_LVT_ERROR };

/* --- the 256-bit registers ------------------------------------------------------- */

static u32 *word_of(const struct lapic *a, u32 reg, u8 vector)
{
	return (u32 *)(a->page + reg + 0x10 * (vector / 32));
}

static void set_bit_of(struct lapic *a, u32 reg, u8 vector)
{
	__atomic_or_fetch(word_of(a, reg, vector), 1u << vector % 32,
	                  __ATOMIC_SEQ_CST);
}

static void clear_bit_of(struct lapic *a, u32 reg, u8 vector)
{
	__atomic_and_fetch(word_of(a, reg, vector), ~(1u << vector % 32),
	                   __ATOMIC_SEQ_CST);
}

static bool test_bit_of(const struct lapic *a, u32 reg, u8 vector)
{
	return __atomic_load_n(word_of(a, reg, vector), __ATOMIC_SEQ_CST) &
	       1u << vector % 32;
}

static int highest(const struct lapic *a, u32 reg)
{
	for (int i = 7; i >= 0; i--) {
		u32 word = __atomic_load_n(word_of(a, reg, (u8)(32 * i)),
		                           __ATOMIC_SEQ_CST);

		if (word)
			return 32 * i + 31 - __builtin_clz(word);
	}
	return APIC_NO_VECTOR;
}

int vlapic_highest_irr(const struct lapic *a)
{
	return highest(a, APIC_IRR);
}

int vlapic_highest_isr(const struct lapic *a)
{
	return highest(a, APIC_ISR);
}

/* --- priorities (SDM 11.8.3) -------------------------------------------------------- */

static bool is_on(const struct lapic *a)
{
	return a->enabled && vlapic_get(a, APIC_SVR) & APIC_SVR_ENABLED;
}

u8 vlapic_priority(const struct lapic *a)
{
	u32 tpr = vlapic_get(a, APIC_TPR);
	int isr = vlapic_highest_isr(a);
	u32 in_service = isr < 0 ? 0 : (u32)isr & 0xf0;

	return (u8)((tpr & 0xf0) >= in_service ? tpr : in_service);
}

static u8 processor_priority(struct lapic *a)
{
	u8 ppr = vlapic_priority(a);

	vlapic_put(a, APIC_PPR, ppr);
	return ppr;
}

void vlapic_sync_posted(struct lapic *a)
{
	for (unsigned i = 0; i < 8; i++) {
		u32 bits = a->posted[i] ?
		                   __atomic_exchange_n(&a->posted[i], 0,
		                                       __ATOMIC_SEQ_CST) :
		                   0;

		if (bits)
			*word_of(a, APIC_IRR, (u8)(32 * i)) |= bits;
	}
}

int vlapic_pending(struct lapic *a)
{
	int irr;

	if (a->hardware_vid)
		vlapic_sync_posted(a);
	if (!is_on(a))
		return APIC_NO_VECTOR;
	irr = vlapic_highest_irr(a);
	if (irr < 0 || (irr & 0xf0) <= (processor_priority(a) & 0xf0))
		return APIC_NO_VECTOR;
	return irr;
}

void vlapic_ack(struct lapic *a, u8 vector)
{
	clear_bit_of(a, APIC_IRR, vector);
	set_bit_of(a, APIC_ISR, vector);
	processor_priority(a);
}

void vlapic_set_tpr(struct lapic *a, u8 tpr)
{
	vlapic_put(a, APIC_TPR, tpr);
	processor_priority(a);
	vlapic_notify(a);
}

void vlapic_eoi_vector(struct lapic *a, u8 vector)
{
	if (test_bit_of(a, APIC_TMR, vector))
		vlapic_eoi_broadcast(a, vector);
}

void vlapic_eoi_by_guest(struct lapic *a)
{
	int isr = vlapic_highest_isr(a);

	if (isr < 0)
		return;
	clear_bit_of(a, APIC_ISR, (u8)isr);
	processor_priority(a);
	vlapic_eoi_vector(a, (u8)isr);
	if (vlapic_highest_irr(a) >= 0)
		vlapic_notify(a);
}

/* --- messages (SDM 11.6.2) ------------------------------------------------------------- */

static u32 logical_x2apic_id(u32 id)
{
	return id >> 4 << 16 | 1u << (id & 15);
}

static bool is_in_group(const struct lapic *a, u32 destination)
{
	u32 ldr = vlapic_get(a, APIC_LDR);

	if (a->x2apic)
		return ldr >> 16 == destination >> 16 &&
		       ldr & destination & 0xffff;
	ldr >>= 24;
	if (vlapic_get(a, APIC_DFR) == DFR_FLAT)
		return ldr & destination & 0xff;
	return (ldr ^ destination) >> 4 == 0 && ldr & destination & 15;
}

bool vlapic_is_addressed(const struct lapic *a, const struct lapic_message *m)
{
	if (m->destination == EVERYBODY)
		return true;
	return m->logical ? is_in_group(a, m->destination) :
	                    m->destination == a->id;
}

static bool accept_fixed(struct lapic *a, u8 vector, bool level)
{
	if (!is_on(a) || vector < 16)
		return false;
	if (level)
		set_bit_of(a, APIC_TMR, vector);
	else
		clear_bit_of(a, APIC_TMR, vector);
	if (a->hardware_vid)
		__atomic_or_fetch(&a->posted[vector / 32], 1u << vector % 32,
		                  __ATOMIC_SEQ_CST);
	else
		set_bit_of(a, APIC_IRR, vector);
	vlapic_notify(a);
	return true;
}

bool vlapic_accept(struct lapic *a, const struct lapic_message *m)
{
	switch (m->delivery) {
	case APIC_FIXED:
	case APIC_LOWEST:
		return accept_fixed(a, m->vector, m->level);
	case APIC_NMI:
		vlapic_nmi(a);
		return true;
	case APIC_INIT:
		/* The de-assertion only synchronizes very old APICs. */
		if (m->level && !m->assert)
			return true;
		a->sipi_pending = false;
		a->init_pending = true;
		vlapic_notify(a);
		return true;
	case APIC_STARTUP:
		a->sipi_vector = m->vector;
		a->sipi_pending = true;
		vlapic_notify(a);
		return true;
	default:
		return false;
	}
}

bool vlapic_accepts_pic(const struct lapic *a)
{
	u32 lvt = vlapic_get(a, APIC_LVT_LINT0);

	if (!a->enabled)
		return true; /* as if it were not there */
	return !(lvt & APIC_LVT_MASKED) && BITS(lvt, 10, 8) == APIC_EXTINT;
}

void vlapic_local(struct lapic *a, u32 lvt)
{
	u32 entry = vlapic_get(a, lvt);
	struct lapic_message m = {
		.vector = entry & APIC_LVT_VECTOR,
		.delivery = BITS(entry, 10, 8),
		.assert = true,
	};

	if (!(entry & APIC_LVT_MASKED))
		vlapic_accept(a, &m);
}

static void send_icr(struct lapic *a, u32 low, u32 destination)
{
	struct lapic_message m = {
		.vector = low & 0xff,
		.delivery = BITS(low, 10, 8),
		.logical = BITS(low, 11, 11),
		.assert = BITS(low, 14, 14),
		.level = BITS(low, 15, 15),
		.shorthand = BITS(low, 19, 18),
		.destination = destination,
	};

	if (!a->x2apic && destination == 0xff)
		m.destination = EVERYBODY;
	/* An IPI is edge-triggered whatever bit 15 says, but for INIT. */
	if (m.delivery != APIC_INIT)
		m.level = false;
	vlapic_send_message(a, &m);
}

/* --- registers ------------------------------------------------------------------------------ */

static bool is_lvt(u32 offset)
{
	for (unsigned i = 0; i < ARRAY_SIZE(lvts); i++)
		if (lvts[i] == offset)
			return true;
	return false;
}

static u32 lvt_mask(u32 offset)
{
	switch (offset) {
	case APIC_LVT_TIMER:
		return 0x700ff;
	case APIC_LVT_LINT0:
	case APIC_LVT_LINT1:
		return 0x1a7ff;
	case APIC_LVT_ERROR:
		return 0x100ff;
	default:
		return 0x107ff;
	}
}

static void write_lvt(struct lapic *a, u32 offset, u32 value)
{
	value &= lvt_mask(offset);
	if (!is_on(a))
		value |= APIC_LVT_MASKED;
	if (offset == APIC_LVT_TIMER)
		vlapic_timer_set_mode(a, value);
	vlapic_put(a, offset, value);
}

static void write_svr(struct lapic *a, u32 value)
{
	vlapic_put(a, APIC_SVR, value & SVR_KNOWN);
	if (value & APIC_SVR_ENABLED) {
		vlapic_notify(a);
		return;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(lvts); i++)
		vlapic_put(a, lvts[i],
		           vlapic_get(a, lvts[i]) | APIC_LVT_MASKED);
}

void vlapic_write(struct lapic *a, u32 offset, u32 value)
{
	if (is_lvt(offset)) {
		write_lvt(a, offset, value);
		return;
	}
	switch (offset) {
	case APIC_TPR:
		vlapic_set_tpr(a, (u8)value);
		break;
	case APIC_EOI:
		vlapic_eoi_by_guest(a);
		break;
	case APIC_LDR:
		if (!a->x2apic)
			vlapic_put(a, APIC_LDR, value & 0xff000000);
		break;
	case APIC_DFR:
		if (!a->x2apic)
			vlapic_put(a, APIC_DFR, value | DFR_RESERVED);
		break;
	case APIC_SVR:
		write_svr(a, value);
		break;
	case APIC_ESR:
		vlapic_put(a, APIC_ESR, 0);
		break;
	case APIC_ICR:
		vlapic_put(a, APIC_ICR, value & ICR_KNOWN);
		send_icr(a, value & ICR_KNOWN,
		         a->x2apic ? vlapic_get(a, APIC_ICR2) :
		                     vlapic_get(a, APIC_ICR2) >> 24);
		break;
	case APIC_ICR2:
		vlapic_put(a, APIC_ICR2,
		           a->x2apic ? value : value & ~MASK(23, 0));
		break;
	case APIC_TIMER_INITIAL:
		vlapic_timer_set_count(a, value);
		break;
	case APIC_TIMER_DIVIDE:
		vlapic_timer_set_divide(a, value);
		break;
	}
}

u32 vlapic_read(struct lapic *a, u32 offset)
{
	switch (offset) {
	case APIC_TIMER_CURRENT:
		return vlapic_timer_current(a);
	case APIC_PPR:
		return processor_priority(a);
	case APIC_EOI:
	case APIC_SELF_IPI:
		return 0;
	default:
		return vlapic_get(a, offset & 0xff0);
	}
}

/* --- x2APIC (SDM 11.12.1) ----------------------------------------------------------------------- */

static bool x2apic_readable(u32 offset)
{
	switch (offset) {
	case APIC_ID:
	case APIC_VERSION:
	case APIC_TPR:
	case APIC_PPR:
	case APIC_LDR:
	case APIC_SVR:
	case APIC_ESR:
	case APIC_ICR:
	case APIC_TIMER_INITIAL:
	case APIC_TIMER_CURRENT:
	case APIC_TIMER_DIVIDE:
		return true;
	default:
		return is_lvt(offset) ||
		       (offset >= APIC_ISR && offset < APIC_ESR);
	}
}

bool vlapic_msr_exists(u32 msr)
{
	return x2apic_readable((msr - 0x800) << 4);
}

bool vlapic_msr_read(struct lapic *a, u32 msr, u64 *value)
{
	u32 offset = (msr - 0x800) << 4;

	if (!vlapic_msr_exists(msr))
		return false;
	*value = vlapic_read(a, offset);
	if (offset == APIC_ICR)
		*value |= (u64)vlapic_get(a, APIC_ICR2) << 32;
	return true;
}

static bool x2apic_writable(u32 offset)
{
	switch (offset) {
	case APIC_TPR:
	case APIC_SVR:
	case APIC_TIMER_INITIAL:
	case APIC_TIMER_DIVIDE:
		return true;
	default:
		return is_lvt(offset);
	}
}

bool vlapic_msr_write(struct lapic *a, u32 msr, u64 value)
{
	u32 offset = (msr - 0x800) << 4;

	if (offset == APIC_ICR) {
		vlapic_put(a, APIC_ICR2, (u32)(value >> 32));
		vlapic_write(a, APIC_ICR, (u32)value);
		return true;
	}
	if (value >> 32)
		return false;
	switch (offset) {
	case APIC_EOI:
	case APIC_ESR:
		if (value)
			return false; /* only 0 may be written */
		vlapic_write(a, offset, 0);
		return true;
	case APIC_SELF_IPI:
		send_icr(a, (u32)(value & 0xff) | 1u << 18, 0);
		return true;
	}
	if (!x2apic_writable(offset))
		return false;
	vlapic_write(a, offset, (u32)value);
	return true;
}

/* --- life ------------------------------------------------------------------------------------------ */

static void write_id(struct lapic *a)
{
	vlapic_put(a, APIC_ID, a->x2apic ? a->id : a->id << 24);
	if (a->x2apic)
		vlapic_put(a, APIC_LDR, logical_x2apic_id(a->id));
}

void vlapic_set_base(struct lapic *a, bool enabled, bool x2apic)
{
	bool mode = x2apic != a->x2apic;

	a->enabled = enabled;
	a->x2apic = x2apic;
	if (mode)
		write_id(a);
	vlapic_notify(a);
}

/* SDM 11.4.7.1; an INIT keeps the ID and the mode. */
void vlapic_reset(struct lapic *a, bool init)
{
	vlapic_timer_stop(a);
	vlapic_sync_posted(a); /* they are gone, too */
	memset(a->page, 0, 0x400);
	vlapic_timer_registers(a);
	if (!init) {
		a->enabled = true;
		a->x2apic = false;
	}
	vlapic_put(a, APIC_VERSION, VERSION);
	vlapic_put(a, APIC_DFR, DFR_FLAT);
	vlapic_put(a, APIC_SVR, 0xff);
	for (unsigned i = 0; i < ARRAY_SIZE(lvts); i++)
		vlapic_put(a, lvts[i], APIC_LVT_MASKED);
	write_id(a);
}
