/*
 * timers.c - arm64: comparators at their far end.
 *
 * --append says how many seconds the guest sleeps (default 1); QEMU with
 * -icount does not really wait.
 */
#include "guest.h"
#include "irq.h"
#include "vgic_insn.h"

#define VTIMER 27
#define NEVER (~0ul)
#define ISTATUS 4

/* Interrupts stay masked here: who is pending is asked. */
void guest_irq(u32 id)
{
	(void)id;
}

/* The physical timer, whose comparator KVM moves by the guest's offset. */
static int test_never(void)
{
	u64 ctl;

	ptimer_at(NEVER);
	ctl = read_ptimer_ctl();
	ptimer_off();
	if (!(ctl & ISTATUS))
		return 0;
	printk("FAILED: the physical timer's \"never\" is now: 0x%lx\n", ctl);
	return 1;
}

/* Asleep all the time, and awake when it is over. */
static int test_long_sleep(u64 seconds)
{
	u64 end = guest_clock() + seconds * read_cntfrq(), woke = 0;
	u32 intid;

	timer_at(end);
	while (guest_clock() < end) {
		guest_halt();
		woke++;
	}
	intid = gic_acknowledge();
	timer_off();
	gic_eoi(intid);
	printk("slept %lu s, woke %lu times\n", seconds, woke);
	if (intid == VTIMER)
		return 0;
	printk("FAILED: not the timer's interrupt, but %u\n", intid);
	return 1;
}

int guest_main(void)
{
	u64 seconds = guest_number(1);

	irq_init();
	return test_never() + test_long_sleep(seconds);
}
