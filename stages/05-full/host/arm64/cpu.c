/*
 * cpu.c - interrupts on and off, kicks, the timer: what the neutral half asks
 * of a CPU.
 */
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/machine.h"
#include "04-arm64-el2/timer.h"
#include "05-full/host/arch.h"
#include "05-full/host/arm64/arm64.h"
#include "05-full/host/arm64/start.h"
#include "05-full/host/time.h"
#include "lib/panic.h"

#define INTID_KICK 1
#define CNT_CTL_ENABLE BIT(0)

/* WFI returns for a masked interrupt, too: none is lost between the two. */
void arch_idle(void)
{
	wfi();
	irq_unmask();
}

void arch_kick_cpu(unsigned cpu)
{
	gic_send(machine.mpidr[cpu], INTID_KICK);
}

u64 arch_ticks(void)
{
	return timer_now();
}

u64 arch_ticks_hz(void)
{
	return timer_frequency();
}

void arch_timer_set(u64 deadline)
{
	if (deadline == ~0ul) {
		timer_off();
		return;
	}
	write_sysreg(CNTHP_CVAL_EL2, clock_to_ticks(deadline));
	write_sysreg(CNTHP_CTL_EL2, CNT_CTL_ENABLE);
	isb();
}

/* EL0 may read the virtual counter; it is the physical one while no guest is. */
#define CNTHCTL_EL0 (CNTHCTL_EL2_EL0VCTEN | CNTHCTL_EL2_EL0PCTEN)
#define SCTLR_SPAN BIT(23)

void cpu_begin(void)
{
	traps_init();
	/* Each exception sets PSTATE.PAN (D13.2, SCTLR_EL2.SPAN = 0). */
	write_sysreg(SCTLR_EL2, read_sysreg(SCTLR_EL2) & ~SCTLR_SPAN);
	isb();
	set_pan();
	write_sysreg(CNTHCTL_EL2, read_sysreg(CNTHCTL_EL2) | CNTHCTL_EL0);
	gic_on(INTID_KICK, cpu_kicked);
	timer_off();
	gic_on(INTID_HOST_TIMER, timer_interrupt);
}
