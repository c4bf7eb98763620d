/*
 * pit.c - see pit.h (8254 data sheet).
 */
#include "05-full/kvm/x86/pit.h"

#define NS_PER_S 1000000000ul
/* A guest may not make the host do nothing but serve its timer. */
#define SHORTEST_PERIOD 100000ul

/* Access by low byte, high byte, or both (rw_mode); states of the both. */
enum { RW_LATCH, RW_LOW, RW_HIGH, RW_BOTH };
enum { STATE_WORD0 = 3, STATE_WORD1 = 4 };

static u64 ticks_of(u64 ns)
{
	return ns / NS_PER_S * PIT_HZ + ns % NS_PER_S * PIT_HZ / NS_PER_S;
}

static u64 ns_of(u64 ticks)
{
	return ticks / PIT_HZ * NS_PER_S +
	       (ticks % PIT_HZ * NS_PER_S + PIT_HZ - 1) / PIT_HZ;
}

static u64 elapsed(const struct kvm_pit_channel_state *c)
{
	return ticks_of(pit_now() - (u64)c->count_load_time);
}

static bool is_periodic(const struct kvm_pit_channel_state *c)
{
	return c->mode == 2 || c->mode == 3;
}

static u32 count_now(const struct kvm_pit_channel_state *c)
{
	u64 d = elapsed(c);

	switch (c->mode) {
	case 2:
		return c->count - (u32)(d % c->count);
	case 3: /* counts by two, and the second half again */
		return c->count - (u32)(2 * d % c->count);
	default:
		return (c->count - (u32)d) & 0xffff;
	}
}

static bool output(const struct kvm_pit_channel_state *c)
{
	u64 d = elapsed(c);

	switch (c->mode) {
	case 0:
		return d >= c->count;
	case 1:
		return d < c->count;
	case 2:
		return d % c->count != c->count - 1;
	case 3:
		return d % c->count < (c->count + 1) / 2;
	default:
		return d != c->count;
	}
}

static void set_deadline(struct pit *p, u64 deadline)
{
	p->deadline = deadline;
	pit_set_alarm(p, deadline);
}

static void start_channel_0(struct pit *p)
{
	struct kvm_pit_channel_state *c = &p->channel[0];

	if (p->flags & KVM_PIT_FLAGS_HPET_LEGACY || c->mode == 1 ||
	    c->mode == 5)
		set_deadline(p, 0);
	else
		set_deadline(p, (u64)c->count_load_time + ns_of(c->count));
}

static void load(struct pit *p, unsigned n, u32 value)
{
	struct kvm_pit_channel_state *c = &p->channel[n];

	c->count = value ? value : 0x10000;
	c->count_load_time = (s64)pit_now();
	if (n == 0)
		start_channel_0(p);
}

void pit_expired(struct pit *p)
{
	struct kvm_pit_channel_state *c = &p->channel[0];
	u64 now = pit_now(), step, next;

	if (!p->deadline)
		return;
	next = p->deadline;
	if (is_periodic(c)) {
		step = MAX(ns_of(c->count), SHORTEST_PERIOD);
		next += step;
		if (next <= now)
			next += (now - next) / step * step + step;
		set_deadline(p, next);
	} else {
		p->deadline = 0;
	}
	pit_pulse(p);
}

void pit_restart(struct pit *p)
{
	u32 count = p->channel[0].count;

	load(p, 0, count & 0xffff);
}

/* Mode 3, nothing counting, as the BIOS would leave it. */
void pit_reset(struct pit *p)
{
	*p = (struct pit){ 0 };
	for (unsigned i = 0; i < 3; i++) {
		p->channel[i].mode = 0xff;
		p->channel[i].gate = i != 2;
		p->channel[i].count = 0x10000;
		p->channel[i].count_load_time = (s64)pit_now();
	}
}

/* --- ports ----------------------------------------------------------------------- */

static void latch_count(struct kvm_pit_channel_state *c)
{
	if (c->count_latched)
		return;
	c->latched_count = (u16)count_now(c);
	c->count_latched = c->rw_mode;
}

static void latch_status(struct kvm_pit_channel_state *c)
{
	if (c->status_latched)
		return;
	c->status =
		(u8)(output(c) << 7 | c->rw_mode << 4 | c->mode << 1 | c->bcd);
	c->status_latched = 1;
}

static void pit_read_back(struct pit *p, u8 value)
{
	for (unsigned i = 0; i < 3; i++) {
		if (!(value & 2u << i))
			continue;
		if (!(value & 0x20))
			latch_count(&p->channel[i]);
		if (!(value & 0x10))
			latch_status(&p->channel[i]);
	}
}

static void control(struct pit *p, u8 value)
{
	struct kvm_pit_channel_state *c;
	u8 access = value >> 4 & 3;

	if (value >> 6 == 3) {
		pit_read_back(p, value);
		return;
	}
	c = &p->channel[value >> 6];
	if (access == RW_LATCH) {
		latch_count(c);
		return;
	}
	c->rw_mode = access;
	c->read_state = c->write_state = access;
	c->mode = value >> 1 & 7;
	if (c->mode > 5)
		c->mode &= 3;
	c->bcd = value & 1;
}

static void write_count(struct pit *p, unsigned n, u8 value)
{
	struct kvm_pit_channel_state *c = &p->channel[n];

	switch (c->write_state) {
	case RW_HIGH:
		load(p, n, (u32)value << 8);
		break;
	case STATE_WORD0:
		c->write_latch = value;
		c->write_state = STATE_WORD1;
		break;
	case STATE_WORD1:
		load(p, n, c->write_latch | (u32)value << 8);
		c->write_state = STATE_WORD0;
		break;
	default:
		load(p, n, value);
		break;
	}
}

static u8 read_latched(struct kvm_pit_channel_state *c)
{
	switch (c->count_latched) {
	case RW_HIGH:
		c->count_latched = 0;
		return (u8)(c->latched_count >> 8);
	case RW_BOTH:
		c->count_latched = RW_HIGH;
		return (u8)c->latched_count;
	default:
		c->count_latched = 0;
		return (u8)c->latched_count;
	}
}

static u8 read_count(struct kvm_pit_channel_state *c)
{
	u32 count = count_now(c);

	if (c->status_latched) {
		c->status_latched = 0;
		return c->status;
	}
	if (c->count_latched)
		return read_latched(c);
	switch (c->read_state) {
	case RW_HIGH:
		return (u8)(count >> 8);
	case STATE_WORD0:
		c->read_state = STATE_WORD1;
		return (u8)count;
	case STATE_WORD1:
		c->read_state = STATE_WORD0;
		return (u8)(count >> 8);
	default:
		return (u8)count;
	}
}

/* Port 61: gate and speaker in bits 1:0, channel 2's output in bit 5. */
static void speaker_port(struct pit *p, bool in, u8 *value)
{
	struct kvm_pit_channel_state *c = &p->channel[2];
	u8 refresh = (u8)(pit_now() / 15000 & 1);

	if (in) {
		*value = (u8)(p->speaker_data << 1 | c->gate | output(c) << 5 |
		              refresh << 4);
		return;
	}
	p->speaker_data = *value >> 1 & 1;
	/* A rising gate starts the count again. */
	if (*value & 1 && !c->gate)
		c->count_load_time = (s64)pit_now();
	c->gate = *value & 1;
}

bool pit_port(struct pit *p, u16 port, bool in, u8 *value)
{
	if (port == 0x61) {
		speaker_port(p, in, value);
		return true;
	}
	if (port < 0x40 || port > 0x43)
		return false;
	if (port == 0x43) {
		if (in)
			*value = 0;
		else
			control(p, *value);
	} else if (in) {
		*value = read_count(&p->channel[port - 0x40]);
	} else {
		write_count(p, port - 0x40u, *value);
	}
	return true;
}
