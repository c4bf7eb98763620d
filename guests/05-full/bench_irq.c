/*
 * bench_irq.c - what interrupts cost, in instructions as in bench.c: one of
 * the timer, one sent to oneself, and the end of one alone.
 */
#include "guest.h"
#include "irq.h"

#define AHEAD (50000 / GUEST_INSTRUCTIONS_PER_TICK)

static volatile u64 ticks, ipis;
static u64 wanted, eoi_time;
static bool watch_eoi;

/*
 * The clock may be coarser than an instruction: begin in each of its phases,
 * and the sum is right.
 */
static void watched_eoi(u32 id)
{
	u64 before;

	for (volatile u64 i = ipis % GUEST_INSTRUCTIONS_PER_TICK; i; i--)
		;
	before = guest_clock();
	irq_eoi(id);
	eoi_time += guest_clock() - before;
}

void guest_irq(u32 id)
{
	if (irq_is_timer(id)) {
		ticks = ticks + 1;
		irq_timer(ticks < wanted ? AHEAD : 0);
	} else {
		ipis = ipis + 1;
	}
	if (watch_eoi)
		watched_eoi(id);
	else
		irq_eoi(id);
}

/* Turns until so many ticks, or turns, have been. */
static u64 spin(u64 until, u64 most)
{
	u64 turns = 0;

	while (ticks < until && turns < most)
		turns++;
	return turns;
}

/* The same code for all its callers: its turns cost the same. */
static u64 (*volatile const spin_alike)(u64, u64) = spin;

static void report(const char *name, u64 time, u64 times)
{
	printk("round-trip %s %lu\n", name,
	       (time * GUEST_INSTRUCTIONS_PER_TICK + times / 2) / times);
}

/* What turns would have taken alone is not the interrupts' cost. */
static void bench_timer(u64 times)
{
	u64 before = guest_clock(), alone, all, turns;

	turns = spin_alike(1, 1000000);
	alone = (guest_clock() - before) * 1000 / (turns / 1000);
	wanted = times;
	before = guest_clock();
	irq_timer(AHEAD);
	turns = spin_alike(times, ~0ul);
	all = guest_clock() - before;
	report("timer", all - turns * alone / 1000000, times);
}

static void bench_ipi(u64 times)
{
	u64 before = guest_clock();

	for (u64 i = 0; i < times; i++) {
		irq_send_self();
		while (ipis <= i)
			;
	}
	report("ipi", guest_clock() - before, times);
}

/* Behind bench_ipi, whose count goes on. */
static void bench_eoi(u64 times)
{
	u64 empty = 0, before;

	for (u64 i = 0; i < times; i++) {
		for (volatile u64 j = i % GUEST_INSTRUCTIONS_PER_TICK; j; j--)
			;
		before = guest_clock();
		empty += guest_clock() - before;
	}
	watch_eoi = true;
	for (u64 i = 0, from = ipis; i < times; i++) {
		irq_send_self();
		while (ipis <= from + i)
			;
	}
	report("eoi", eoi_time > empty ? eoi_time - empty : 0, times);
}

int guest_main(void)
{
	u64 times = guest_number(1000);

	if (!times)
		times = 1;
	irq_init();
	irqs_on();
	bench_timer(times);
	bench_ipi(times);
	bench_eoi(times);
	irqs_off();
	return ticks == times && ipis == 2 * times ? 0 : 1;
}
