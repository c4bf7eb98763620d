/*
 * clock_x86.c - the time stamp counter is the clock, the local APIC the alarm.
 */
#include "01-vmxon/lapic.h"
#include "05-full/host/time.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"
#include "lib/panic.h"

#define CPUID_1_ECX_TSC_DEADLINE BIT(24)
#define CALIBRATION_US 20000
#define COUNT_MAX 0xffffffffu
#define NEVER (~0ul)

static u64 tsc_hz, lapic_hz;
static bool by_tsc; /* the timer has a TSC deadline */

u64 arch_ticks(void)
{
	return rdtsc();
}

u64 arch_ticks_hz(void)
{
	return tsc_hz;
}

/* Both counters against the PC's old timer, whose rate never changed. */
void clock_calibrate(void)
{
	u64 start, counted;

	by_tsc = cpuid(1, 0).ecx & CPUID_1_ECX_TSC_DEADLINE;
	lapic_timer_start(VECTOR_TIMER, COUNT_MAX);
	start = rdtsc();
	delay_us(CALIBRATION_US);
	tsc_hz = (rdtsc() - start) * (1000000 / CALIBRATION_US);
	counted = COUNT_MAX - lapic_timer_left();
	lapic_hz = counted * (1000000 / CALIBRATION_US);
	lapic_timer_start(VECTOR_TIMER, 0);
	if (!tsc_hz || (!by_tsc && !lapic_hz))
		stage_failed("the clock does not run: TSC %lu Hz, APIC %lu Hz",
		             tsc_hz, lapic_hz);
}

static void alarm_interrupt(struct trap_frame *f)
{
	(void)f;
	lapic_eoi();
	timer_interrupt();
}

void timer_init(void)
{
	irq_set_handler(VECTOR_TIMER, alarm_interrupt);
	if (by_tsc)
		lapic_timer_by_tsc(VECTOR_TIMER);
}

/* Without deadlines: a count, that may end too early, never 0. */
static u32 count_until(u64 deadline)
{
	u64 now = clock_ns(), count = 1;

	if (deadline > now)
		count += (deadline - now) / 1000 * (lapic_hz / 1000) / 1000;
	return (u32)MIN(count, COUNT_MAX);
}

void arch_timer_set(u64 deadline)
{
	if (by_tsc) /* 0: no alarm; in the past: at once (SDM 11.5.4.1) */
		wrmsr(IA32_TSC_DEADLINE,
		      deadline == NEVER ? 0 : clock_to_ticks(deadline));
	else
		lapic_timer_start(VECTOR_TIMER, deadline == NEVER ?
		                                        0 :
		                                        count_until(deadline));
}
