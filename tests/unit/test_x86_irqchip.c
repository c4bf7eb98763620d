/*
 * test_x86_irqchip.c - the IOAPIC, the pair of PICs, the PIT.
 */
#include <criterion/criterion.h>

#include "05-full/kvm/x86/ioapic.h"
#include "05-full/kvm/x86/pic.h"
#include "05-full/kvm/x86/pit.h"

/* --- IOAPIC ------------------------------------------------------------------ */

static struct ioapic io;
static struct lapic_message last;
static unsigned delivered;
static bool accepting;

bool vioapic_deliver(struct ioapic *i, const struct lapic_message *m)
{
	(void)i;
	last = *m;
	delivered++;
	return accepting;
}

void vioapic_changed(struct ioapic *i)
{
	(void)i;
}

static void fresh_ioapic(void)
{
	vioapic_reset(&io);
	delivered = 0;
	accepting = true;
}

TestSuite(ioapic, .init = fresh_ioapic);

static void program(unsigned pin, u64 entry)
{
	vioapic_write(&io, 0, 0x11 + 2 * pin);
	vioapic_write(&io, 0x10, (u32)(entry >> 32));
	vioapic_write(&io, 0, 0x10 + 2 * pin);
	vioapic_write(&io, 0x10, (u32)entry);
}

Test(ioapic, window)
{
	vioapic_write(&io, 0, 1);
	cr_assert_eq(vioapic_read(&io, 0x10), 0x00170011);
	program(4, 0x0200000000010931);
	vioapic_write(&io, 0, 0x18);
	cr_assert_eq(vioapic_read(&io, 0x10), 0x10931);
	vioapic_write(&io, 0, 0x19);
	cr_assert_eq(vioapic_read(&io, 0x10), 0x02000000);
	vioapic_write(&io, 0, 0x50);
	cr_assert_eq(vioapic_read(&io, 0x10), 0xffffffff);
}

Test(ioapic, masked_after_reset)
{
	cr_assert(!vioapic_set(&io, 4, true));
	cr_assert_eq(delivered, 0);
}

Test(ioapic, edge)
{
	program(4, 0x0100000000000031);
	cr_assert(vioapic_set(&io, 4, true));
	cr_assert_eq(delivered, 1);
	cr_assert_eq(last.vector, 0x31);
	cr_assert_eq(last.destination, 1);
	cr_assert(!last.level);
	vioapic_set(&io, 4, true);
	cr_assert_eq(delivered, 1, "no new edge");
	vioapic_set(&io, 4, false);
	vioapic_set(&io, 4, true);
	cr_assert_eq(delivered, 2);
}

Test(ioapic, edge_while_masked_is_kept)
{
	vioapic_set(&io, 4, true);
	vioapic_set(&io, 4, false);
	program(4, 0x31);
	cr_assert_eq(delivered, 1);
}

Test(ioapic, level_waits_for_eoi)
{
	program(9, 0x8039);
	vioapic_set(&io, 9, true);
	cr_assert_eq(delivered, 1);
	cr_assert(last.level);
	cr_assert(io.entry[9] & IOAPIC_REMOTE_IRR);
	vioapic_set(&io, 9, true);
	cr_assert_eq(delivered, 1);
	vioapic_eoi(&io, 0x38);
	cr_assert_eq(delivered, 1, "another vector");
	vioapic_eoi(&io, 0x39);
	cr_assert_eq(delivered, 2, "still asserted: again");
	vioapic_set(&io, 9, false);
	vioapic_eoi(&io, 0x39);
	cr_assert_eq(delivered, 2);
	cr_assert(!(io.entry[9] & IOAPIC_REMOTE_IRR));
}

Test(ioapic, remote_irr_is_read_only)
{
	program(9, 0x8039 | IOAPIC_REMOTE_IRR);
	cr_assert(!(io.entry[9] & IOAPIC_REMOTE_IRR));
}

Test(ioapic, level_that_nobody_takes_is_not_pending)
{
	accepting = false;
	program(9, 0x8039);
	cr_assert(!vioapic_set(&io, 9, true));
	cr_assert(!(io.entry[9] & IOAPIC_REMOTE_IRR));
}

Test(ioapic, no_such_pin)
{
	cr_assert(!vioapic_set(&io, 24, true));
	cr_assert(!vioapic_set(&io, 1000, true));
}

/* --- PIC ----------------------------------------------------------------------- */

static struct pic pic;

static void port(u16 number, u8 value)
{
	cr_assert(pic_port(&pic, number, false, &value));
}

static u8 port_in(u16 number)
{
	u8 value = 0;

	cr_assert(pic_port(&pic, number, true, &value));
	return value;
}

/* As a PC's BIOS does: vectors 8 and 70H. */
static void fresh_pic(void)
{
	pic_reset(&pic);
	port(0x20, 0x11);
	port(0x21, 0x08);
	port(0x21, 0x04);
	port(0x21, 0x01);
	port(0xa0, 0x11);
	port(0xa1, 0x70);
	port(0xa1, 0x02);
	port(0xa1, 0x01);
}

TestSuite(pic, .init = fresh_pic);

static u8 take(struct pic *p)
{
	u8 vector = pic_vector(p);

	pic_ack(p, vector);
	return vector;
}

Test(pic, priority_and_eoi)
{
	pic_set(&pic, 4, true);
	pic_set(&pic, 1, true);
	cr_assert(pic.output);
	cr_assert_eq(take(&pic), 9);
	cr_assert(!pic.output, "4 has to wait for 1");
	port(0x20, 0x20);
	cr_assert(pic.output);
	cr_assert_eq(take(&pic), 12);
	port(0x20, 0x64); /* specific */
	cr_assert(!pic.output);
}

Test(pic, slave)
{
	pic_set(&pic, 12, true);
	cr_assert(pic.output);
	cr_assert_eq(pic_vector(&pic), 0x74);
	cr_assert_eq(take(&pic), 0x74);
	cr_assert(!pic.output);
	port(0xa0, 0x20);
	port(0x20, 0x20);
	cr_assert(!pic.output, "an edge is one interrupt");
	pic_set(&pic, 12, false);
	pic_set(&pic, 12, true);
	cr_assert_eq(take(&pic), 0x74);
}

Test(pic, mask)
{
	port(0x21, 0x10);
	pic_set(&pic, 4, true);
	cr_assert(!pic.output);
	cr_assert_eq(port_in(0x21), 0x10);
	port(0x21, 0);
	cr_assert(pic.output, "the edge was kept");
}

Test(pic, level_triggered)
{
	port(0x4d1, 0x02); /* line 9 */
	cr_assert_eq(port_in(0x4d1), 0x02);
	pic_set(&pic, 9, true);
	cr_assert_eq(take(&pic), 0x71);
	port(0xa0, 0x20);
	port(0x20, 0x20);
	cr_assert(pic.output, "still asserted");
	pic_set(&pic, 9, false);
	cr_assert(!pic.output);
}

Test(pic, auto_eoi)
{
	port(0x20, 0x11);
	port(0x21, 0x20);
	port(0x21, 0x04);
	port(0x21, 0x03);
	pic_set(&pic, 3, true);
	cr_assert_eq(take(&pic), 0x23);
	port(0x20, 0x0b);
	cr_assert_eq(port_in(0x20), 0, "not in service");
}

Test(pic, spurious)
{
	cr_assert_eq(take(&pic), 8 + 7);
	port(0x20, 0x0b);
	cr_assert_eq(port_in(0x20), 0, "not in service");
}

static u8 in_service(u16 number)
{
	port(number, 0x0b);
	return port_in(number);
}

/* Between the offer and the CPU's taking it another CPU moves a line. */
Test(pic, a_more_urgent_one_comes_in_between)
{
	u8 vector;

	pic_set(&pic, 4, true);
	vector = pic_vector(&pic);
	pic_set(&pic, 0, true);
	pic_ack(&pic, vector);
	cr_assert_eq(in_service(0x20), BIT(4));
	cr_assert(pic.output, "0 interrupts 4");
	cr_assert_eq(take(&pic), 8);
	port(0x20, 0x20);
	port(0x20, 0x20);
	cr_assert(!pic.output, "each of them came once");
}

Test(pic, a_more_urgent_one_comes_before_the_slaves)
{
	u8 vector;

	pic_set(&pic, 12, true);
	vector = pic_vector(&pic);
	pic_set(&pic, 8, true);
	pic_set(&pic, 1, true);
	pic_ack(&pic, vector);
	cr_assert_eq(in_service(0xa0), BIT(4));
	cr_assert_eq(in_service(0x20), BIT(2));
	cr_assert_eq(take(&pic), 9);
}

Test(pic, it_goes_away_in_between)
{
	u8 vector;

	port(0x4d1, 0x02);
	pic_set(&pic, 9, true);
	vector = pic_vector(&pic);
	pic_set(&pic, 9, false);
	pic_ack(&pic, vector);
	cr_assert_eq(in_service(0xa0), BIT(1), "its handler will end it");
	port(0xa0, 0x20);
	port(0x20, 0x20);
	cr_assert_eq(in_service(0x20), 0);
}

Test(pic, other_ports)
{
	u8 v = 0;

	cr_assert(!pic_port(&pic, 0x22, true, &v));
	cr_assert(!pic_set(&pic, 16, true));
}

/* --- PIT -------------------------------------------------------------------------- */

static struct pit pit;
static u64 now, alarm_at;
static unsigned pulses;

u64 pit_now(void)
{
	return now;
}

void pit_set_alarm(struct pit *p, u64 deadline)
{
	(void)p;
	alarm_at = deadline;
}

void pit_pulse(struct pit *p)
{
	(void)p;
	pulses++;
}

static void fresh_pit(void)
{
	now = 5000000000;
	alarm_at = 0;
	pulses = 0;
	pit_reset(&pit);
}

TestSuite(pit, .init = fresh_pit);

static void out(u16 number, u8 value)
{
	cr_assert(pit_port(&pit, number, false, &value));
}

static u8 in(u16 number)
{
	u8 v;

	cr_assert(pit_port(&pit, number, true, &v));
	return v;
}

Test(pit, rate_generator)
{
	u64 start = now;

	out(0x43, 0x34);
	out(0x40, 0x9c); /* 11932: 100 Hz */
	out(0x40, 0x2e);
	cr_assert_eq(alarm_at - start, 10000151, "%lu", alarm_at - start);
	now = alarm_at + 7;
	pit_expired(&pit);
	cr_assert_eq(pulses, 1);
	cr_assert_eq(alarm_at - start, 2 * 10000151ul);
}

Test(pit, one_shot)
{
	out(0x43, 0x30);
	out(0x40, 0xe8);
	out(0x40, 0x03);
	cr_assert_neq(alarm_at, 0);
	now = alarm_at;
	pit_expired(&pit);
	cr_assert_eq(pulses, 1);
	pit_expired(&pit);
	cr_assert_eq(pulses, 1, "only once");
}

Test(pit, count_is_latched)
{
	u32 count;

	out(0x43, 0xb0); /* channel 2, mode 0, both bytes */
	out(0x42, 0xff);
	out(0x42, 0xff);
	now += 1000000; /* 1193 ticks */
	out(0x43, 0x80);
	now += 1000000;
	count = in(0x42);
	count |= (u32)in(0x42) << 8;
	cr_assert_eq(count, 0xffff - 1193);
}

/* How Linux measures the TSC: gate on, wait for the output. */
Test(pit, speaker_gate)
{
	out(0x61, 0);
	out(0x43, 0xb0);
	out(0x42, 100);
	out(0x42, 0);
	out(0x61, 1);
	cr_assert(!(in(0x61) & 0x20));
	now += 83000; /* 99 ticks */
	cr_assert(!(in(0x61) & 0x20));
	now += 2000;
	cr_assert(in(0x61) & 0x20);
	cr_assert_eq(in(0x61) & 1, 1);
}

Test(pit, read_back_status)
{
	out(0x43, 0x34);
	out(0x40, 0);
	out(0x40, 0);
	out(0x43, 0xe2); /* status of channel 0 */
	cr_assert_eq(in(0x40) & 0x3f, 0x34);
}

Test(pit, short_periods_are_stretched)
{
	out(0x43, 0x34);
	out(0x40, 1);
	out(0x40, 0);
	now = alarm_at;
	pit_expired(&pit);
	cr_assert_geq(alarm_at - now, 99000);
}

Test(pit, other_ports)
{
	u8 v = 0;

	cr_assert(!pit_port(&pit, 0x44, true, &v));
}
