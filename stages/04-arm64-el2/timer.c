/*
 * timer.c - the generic timer, as the host uses it (Arm ARM D11).
 *
 * EL2 has a physical timer of its own, CNTHP: the guest's two are left to the
 * guest.
 */
#include "04-arm64-el2/timer.h"

#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/sysreg_insn.h"

#define CNT_CTL_ENABLE BIT(0)

u64 timer_now(void)
{
	isb(); /* the counter may be read early otherwise */
	return read_sysreg(CNTPCT_EL0);
}

u64 timer_frequency(void)
{
	return read_sysreg(CNTFRQ_EL0);
}

u64 timer_ns(u64 ticks)
{
	return ticks * 1000000 / (timer_frequency() / 1000);
}

static void tick(void)
{
	timer_off();
}

void timer_init(void)
{
	timer_off();
	gic_on(INTID_HOST_TIMER, tick);
}

void timer_after(u64 ticks)
{
	write_sysreg(CNTHP_CVAL_EL2, timer_now() + ticks);
	write_sysreg(CNTHP_CTL_EL2, CNT_CTL_ENABLE);
	isb();
}

void timer_off(void)
{
	write_sysreg(CNTHP_CTL_EL2, 0);
	isb();
}

/*
 * QEMU with -icount shift=0 lets virtual time pass by one nanosecond for each
 * instruction.  A loop of two instructions tells, if it tells the same twice.
 */
bool timer_counts_instructions(void)
{
	const u64 n = 100000;

	for (int i = 0; i < 2; i++) {
		u64 start = timer_now(), ns;

		count_down(n);
		ns = timer_ns(timer_now() - start);
		if (ns < 2 * n || ns > 2 * n + n / 100)
			return false;
	}
	return true;
}
