/*
 * test_x86_lapic.c - the local APIC: priorities, messages, timer.
 */
#include "05-full/kvm/x86/lapic.h"

#include <criterion/criterion.h>
#include <string.h>

static u8 page[4096] __attribute__((aligned(4096)));
static struct lapic a;

/* What lapic.c asked of its surroundings. */
static u64 now, alarm_at;
static unsigned notes, nmis, eoi_count;
static u8 eoi_vector;
static struct lapic_message sent;
static unsigned sent_count;

u64 vlapic_now(void)
{
	return now;
}

void vlapic_set_alarm(struct lapic *l, u64 deadline)
{
	(void)l;
	alarm_at = deadline;
}

void vlapic_notify(struct lapic *l)
{
	(void)l;
	notes++;
}

void vlapic_nmi(struct lapic *l)
{
	(void)l;
	nmis++;
}

void vlapic_send_message(struct lapic *l, const struct lapic_message *m)
{
	(void)l;
	sent = *m;
	sent_count++;
}

void vlapic_eoi_broadcast(struct lapic *l, u8 vector)
{
	(void)l;
	eoi_vector = vector;
	eoi_count++;
}

static void fresh(void)
{
	now = 1000000;
	alarm_at = 0;
	notes = nmis = eoi_count = sent_count = 0;
	memset(&a, 0, sizeof(a));
	a.page = page;
	a.id = 3;
	vlapic_reset(&a, false);
	vlapic_write(&a, APIC_SVR, 0x1ff);
}

TestSuite(lapic, .init = fresh);

static void arrive(u8 vector, bool level)
{
	struct lapic_message m = { .vector = vector,
		                   .delivery = APIC_FIXED,
		                   .level = level,
		                   .assert = true };

	cr_assert(vlapic_accept(&a, &m));
}

Test(lapic, reset_values)
{
	vlapic_reset(&a, false);
	cr_assert_eq(vlapic_read(&a, APIC_ID), 3u << 24);
	cr_assert_eq(vlapic_read(&a, APIC_SVR), 0xff);
	cr_assert_eq(vlapic_read(&a, APIC_LVT_LINT0), APIC_LVT_MASKED);
	cr_assert_eq(vlapic_read(&a, APIC_DFR), 0xffffffff);
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
}

Test(lapic, disabled_accepts_nothing)
{
	struct lapic_message m = { .vector = 0x40, .delivery = APIC_FIXED };

	vlapic_write(&a, APIC_SVR, 0xff);
	cr_assert(!vlapic_accept(&a, &m));
	cr_assert_eq(vlapic_highest_irr(&a), APIC_NO_VECTOR);
}

Test(lapic, highest_first_and_eoi)
{
	arrive(0x41, false);
	arrive(0x91, false);
	cr_assert_eq(vlapic_pending(&a), 0x91);
	vlapic_ack(&a, 0x91);
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
	cr_assert_eq(vlapic_read(&a, APIC_PPR), 0x90);
	arrive(0xa0, false);
	cr_assert_eq(vlapic_pending(&a), 0xa0);
	vlapic_ack(&a, 0xa0);
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(vlapic_highest_isr(&a), 0x91);
	notes = 0;
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(vlapic_pending(&a), 0x41);
	cr_assert_eq(notes, 1, "who waits must be looked at");
	cr_assert_eq(eoi_count, 0, "edges are not broadcast");
}

Test(lapic, same_class_waits)
{
	arrive(0x51, false);
	vlapic_ack(&a, 0x51);
	arrive(0x5f, false);
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
}

Test(lapic, task_priority_blocks)
{
	vlapic_write(&a, APIC_TPR, 0x80);
	arrive(0x8f, false);
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
	arrive(0x90, false);
	cr_assert_eq(vlapic_pending(&a), 0x90);
	vlapic_write(&a, APIC_TPR, 0x7f);
	vlapic_ack(&a, 0x90);
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(vlapic_pending(&a), 0x8f);
}

Test(lapic, level_eoi_is_broadcast)
{
	arrive(0x60, true);
	vlapic_ack(&a, 0x60);
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(eoi_count, 1);
	cr_assert_eq(eoi_vector, 0x60);
	arrive(0x60, false); /* now an edge */
	vlapic_ack(&a, 0x60);
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(eoi_count, 1);
}

Test(lapic, eoi_of_nothing)
{
	vlapic_eoi_by_guest(&a);
	cr_assert_eq(eoi_count, 0);
}

Test(lapic, vectors_below_16_are_refused)
{
	struct lapic_message m = { .vector = 15, .delivery = APIC_FIXED };

	cr_assert(!vlapic_accept(&a, &m));
}

Test(lapic, init_and_sipi)
{
	struct lapic_message init = { .delivery = APIC_INIT, .assert = true };
	struct lapic_message off = { .delivery = APIC_INIT, .level = true };
	struct lapic_message sipi = { .delivery = APIC_STARTUP,
		                      .vector = 0x9a };

	cr_assert(vlapic_accept(&a, &off));
	cr_assert(!a.init_pending, "a de-assertion is no INIT");
	vlapic_accept(&a, &init);
	cr_assert(a.init_pending);
	vlapic_accept(&a, &sipi);
	cr_assert(a.sipi_pending);
	cr_assert_eq(a.sipi_vector, 0x9a);
	cr_assert_eq(notes, 2 + 1 /* SVR */);
}

Test(lapic, nmi)
{
	struct lapic_message m = { .delivery = APIC_NMI };

	vlapic_accept(&a, &m);
	cr_assert_eq(nmis, 1);
}

static bool addressed(u32 destination, bool logical)
{
	struct lapic_message m = { .destination = destination,
		                   .logical = logical };

	return vlapic_is_addressed(&a, &m);
}

Test(lapic, physical_destination)
{
	cr_assert(addressed(3, false));
	cr_assert(!addressed(2, false));
	cr_assert(addressed(~0u, false));
}

Test(lapic, flat_and_cluster)
{
	vlapic_write(&a, APIC_LDR, 0x24000000);
	cr_assert(addressed(0x04, true));
	cr_assert(addressed(0x20, true));
	cr_assert(!addressed(0x41, true));
	vlapic_write(&a, APIC_DFR, 0x0fffffff);
	cr_assert(addressed(0x24, true));
	cr_assert(addressed(0x2f, true));
	cr_assert(!addressed(0x34, true), "another cluster");
	cr_assert(!addressed(0x28, true));
}

Test(lapic, x2apic_logical)
{
	a.id = 0x25;
	vlapic_set_base(&a, true, true);
	cr_assert_eq(vlapic_read(&a, APIC_ID), 0x25);
	cr_assert_eq(vlapic_read(&a, APIC_LDR), 0x00020020);
	cr_assert(addressed(0x00020021, true));
	cr_assert(!addressed(0x00010020, true));
	cr_assert(!addressed(0x00020001, true));
}

Test(lapic, icr_of_xapic)
{
	vlapic_write(&a, APIC_ICR2, 0x05000000);
	vlapic_write(&a, APIC_ICR, 0x000040f2);
	cr_assert_eq(sent_count, 1);
	cr_assert_eq(sent.vector, 0xf2);
	cr_assert_eq(sent.destination, 5);
	cr_assert(!sent.logical && !sent.level && sent.assert);
	vlapic_write(&a, APIC_ICR2, 0xff000000);
	vlapic_write(&a, APIC_ICR, 0x000c08f2);
	cr_assert_eq(sent.destination, ~0u);
	cr_assert_eq(sent.shorthand, 3);
	cr_assert(sent.logical);
	cr_assert(!(vlapic_read(&a, APIC_ICR) & BIT(12)), "never busy");
}

Test(lapic, x2apic_msrs)
{
	u64 v;

	vlapic_set_base(&a, true, true);
	cr_assert(vlapic_msr_write(&a, 0x830, 0x1234567800004031));
	cr_assert_eq(sent.destination, 0x12345678);
	cr_assert_eq(sent.vector, 0x31);
	cr_assert(vlapic_msr_read(&a, 0x830, &v));
	cr_assert_eq(v, 0x1234567800004031);
	cr_assert(vlapic_msr_write(&a, 0x83f, 0x77), "self IPI");
	cr_assert_eq(sent.shorthand, 1);
	cr_assert_eq(sent.vector, 0x77);
	cr_assert(!vlapic_msr_read(&a, 0x83f, &v), "write-only");
	cr_assert(!vlapic_msr_write(&a, 0x80b, 1), "EOI takes 0 only");
	cr_assert(!vlapic_msr_write(&a, 0x802, 1), "the ID is read-only");
	cr_assert(!vlapic_msr_write(&a, 0x808, 1ul << 32), "32 bits");
	cr_assert(!vlapic_msr_read(&a, 0x80e, &v), "no DFR in this mode");
	cr_assert(!vlapic_msr_read(&a, 0x831, &v), "no ICR2");
}

Test(lapic, posted_when_hardware_delivers)
{
	a.hardware_vid = true;
	arrive(0x71, false);
	cr_assert_eq(vlapic_highest_irr(&a), APIC_NO_VECTOR);
	vlapic_sync_posted(&a);
	cr_assert_eq(vlapic_highest_irr(&a), 0x71);
	cr_assert_eq(a.posted[3], 0);
	arrive(0x72, false);
	vlapic_reset(&a, true);
	cr_assert_eq(vlapic_highest_irr(&a), APIC_NO_VECTOR);
	vlapic_sync_posted(&a);
	cr_assert_eq(vlapic_highest_irr(&a), APIC_NO_VECTOR, "it is gone");
}

/* The CPU may be writing PPR in this moment. */
Test(lapic, others_ask_for_the_priority_and_write_nothing)
{
	vlapic_put(&a, APIC_TPR, 0x42);
	vlapic_put(&a, APIC_PPR, 0x99);
	cr_assert_eq(vlapic_priority(&a), 0x42);
	cr_assert_eq(vlapic_get(&a, APIC_PPR), 0x99);
}

/* --- the timer ------------------------------------------------------------- */

static void timer(u32 lvt, u32 divide, u32 count)
{
	vlapic_write(&a, APIC_LVT_TIMER, lvt);
	vlapic_write(&a, APIC_TIMER_DIVIDE, divide);
	vlapic_write(&a, APIC_TIMER_INITIAL, count);
}

Test(lapic, one_shot)
{
	timer(0x30, 0xb /* by 1 */, 500000);
	cr_assert_eq(alarm_at, now + 500000);
	now += 200000;
	cr_assert_eq(vlapic_read(&a, APIC_TIMER_CURRENT), 300000);
	now += 300000;
	vlapic_timer_expired(&a);
	cr_assert_eq(vlapic_pending(&a), 0x30);
	cr_assert_eq(vlapic_read(&a, APIC_TIMER_CURRENT), 0);
	cr_assert_eq(a.timer_deadline, 0);
}

Test(lapic, divider)
{
	timer(0x30, 3 /* by 16 */, 1000);
	cr_assert_eq(alarm_at, now + 16000);
	now += 1600;
	cr_assert_eq(vlapic_read(&a, APIC_TIMER_CURRENT), 900);
}

Test(lapic, count_0_stops)
{
	timer(0x30, 0xb, 500000);
	vlapic_write(&a, APIC_TIMER_INITIAL, 0);
	cr_assert_eq(alarm_at, 0);
	vlapic_timer_expired(&a); /* one that was on its way */
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
}

Test(lapic, periodic_keeps_its_rhythm)
{
	u64 start = now;

	timer(0x20030, 0xb, 1000000);
	now = start + 1000100; /* a bit late */
	vlapic_timer_expired(&a);
	cr_assert_eq(alarm_at, start + 2000000);
	now = start + 5000500; /* very late: those between are lost */
	vlapic_timer_expired(&a);
	cr_assert_eq(alarm_at, start + 6000000);
}

Test(lapic, short_periods_are_stretched)
{
	timer(0x20030, 0xb, 10);
	now += 100000;
	vlapic_timer_expired(&a);
	cr_assert_geq(alarm_at, now + 1);
	cr_assert_geq(alarm_at - now, 90000);
}

Test(lapic, masked_timer_is_silent)
{
	timer(0x10030, 0xb, 1000);
	now += 1000;
	vlapic_timer_expired(&a);
	cr_assert_eq(vlapic_pending(&a), APIC_NO_VECTOR);
}

Test(lapic, deadline_mode)
{
	vlapic_set_deadline(&a, 77, now + 50);
	cr_assert_eq(alarm_at, 0, "not in this mode");
	vlapic_write(&a, APIC_LVT_TIMER, 0x40031);
	vlapic_set_deadline(&a, 77, now + 50);
	cr_assert_eq(alarm_at, now + 50);
	cr_assert_eq(vlapic_get_deadline(&a), 77);
	vlapic_write(&a, APIC_TIMER_INITIAL, 1000);
	cr_assert_eq(alarm_at, now + 50, "counts are ignored");
	now += 50;
	vlapic_timer_expired(&a);
	cr_assert_eq(vlapic_pending(&a), 0x31);
	cr_assert_eq(vlapic_get_deadline(&a), 0);
	vlapic_set_deadline(&a, 99, now + 9);
	vlapic_set_deadline(&a, 0, now);
	cr_assert_eq(alarm_at, 0);
}

Test(lapic, another_mode_disarms)
{
	timer(0x30, 0xb, 500000);
	vlapic_write(&a, APIC_LVT_TIMER, 0x40030);
	cr_assert_eq(alarm_at, 0);
}

Test(lapic, restart_goes_on_where_it_was)
{
	timer(0x30, 0xb, 500000);
	vlapic_put(&a, APIC_TIMER_CURRENT, 1234);
	vlapic_timer_restart(&a);
	cr_assert_eq(alarm_at, now + 1234);
}
