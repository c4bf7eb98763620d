/*
 * masked.c - while RFLAGS.IF is 0 no interrupt is delivered: not one that waits
 * in IRR, whatever put it there, and not when the host is interrupted in this
 * very moment, by the timer that this guest has set.
 *
 * --append says how often each way is tried (default 100).
 */
#include "guest.h"
#include "irq.h"
#include "lib/irq_vectors.h"
#include "masked_insn.h"

#define X2APIC_TPR 0x808
#define X2APIC_ICR 0x830
#define ICR_SELF BIT(18)
#define AHEAD 4000  /* the timer, from when it is set */
#define BEHIND 4000 /* so much longer with IF = 0 */

static volatile bool closed, early;
static volatile u32 ipis, ticks;
static volatile bool send_in_handler;

/* IF is 0, now by an instruction: wait until the host has been interrupted. */
static void wait_closed(void)
{
	u64 until = guest_clock() + AHEAD + BEHIND;

	closed = true;
	while (guest_clock() < until)
		irqs_off();
	closed = false;
}

void guest_irq(u32 id)
{
	if (closed)
		early = true;
	if (irq_is_timer(id)) {
		ticks = ticks + 1;
		irq_eoi(id);
		return;
	}
	ipis = ipis + 1;
	if (!send_in_handler) {
		irq_eoi(id);
		return;
	}
	send_in_handler = false;
	irq_timer(AHEAD);
	irq_send_self();
	irq_eoi(id); /* IF is 0 here: the second one waits */
	wait_closed();
}

/* --- ways to have an interrupt wait --------------------------------------- */

static void way_self_ipi(void)
{
	irq_send_self();
	wait_closed();
}

/* An exit: the next entry is one with IF = 0, and something in RVI. */
static void way_icr(void)
{
	wrmsr(X2APIC_ICR, ICR_SELF | VECTOR_IPI);
	wait_closed();
}

static void way_tpr(void)
{
	wrmsr(X2APIC_TPR, 0xf0);
	irq_send_self();
	irqs_on();
	irqs_off();
	wrmsr(X2APIC_TPR, 0);
	wait_closed();
}

static void way_cr8(void)
{
	write_cr8(15);
	irq_send_self();
	irqs_on();
	irqs_off();
	write_cr8(0);
	wait_closed();
}

static void way_eoi(void)
{
	send_in_handler = true;
	irq_send_self();
	ipis = ipis - 1; /* two come */
}

static const struct {
	const char *name;
	void (*fn)(void);
} way[] = {
	{ "self_ipi", way_self_ipi }, { "icr", way_icr }, { "tpr", way_tpr },
	{ "cr8", way_cr8 },           { "eoi", way_eoi },
};

/* Interrupts are off, the timer is set; then both come, and no sooner. */
static void one_round(void (*fn)(void))
{
	u32 wanted = ipis + 1, then = ticks + 1;
	u64 until;

	irqs_off();
	irq_timer(AHEAD);
	fn();
	irqs_on();
	until = guest_clock() + 1000000;
	while ((ipis < wanted || ticks < then) && guest_clock() < until)
		;
}

static bool try_way(const char *name, void (*fn)(void), u64 times)
{
	u32 rounds = 0;
	bool good;

	ipis = ticks = 0;
	for (u64 i = 0; i < times; i++) {
		early = false;
		one_round(fn);
		rounds += early;
	}
	good = !rounds && ipis == times && ticks >= times;
	printk("%s %s: early in %u of %lu rounds, %u taken, %u ticks\n",
	       good ? "ok    " : "FAILED", name, rounds, times, ipis, ticks);
	return good;
}

int guest_main(void)
{
	u64 times = guest_number(100);
	bool ok = true;

	irq_init();
	for (unsigned i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		ok &= try_way(way[i].name, way[i].fn, times);
	return ok ? 0 : 1;
}
