/*
 * lapic_timer.c - one-shot, periodic, and by the TSC's value (SDM 11.5.4).
 *
 * The bus clock is 1 GHz: a tick is a nanosecond.  (CPUID 15H says so.)
 */
#include "05-full/kvm/x86/lapic_timer.h"

/* A guest may not make the host do nothing but serve its timer. */
#define SHORTEST_PERIOD 100000u /* ns */

static u8 mode_of(u32 lvt)
{
	return BITS(lvt, 18, 17);
}

/* Divide by 2, 4 ... 128, 1 (SDM figure 11-10). */
static u8 shift_of(u32 divide)
{
	return (((divide & 3) | (divide & 8) >> 1) + 1) & 7;
}

void vlapic_timer_registers(struct lapic *a)
{
	a->timer_mode = mode_of(vlapic_get(a, APIC_LVT_TIMER));
	a->timer_shift = shift_of(vlapic_get(a, APIC_TIMER_DIVIDE));
}

static u64 period(const struct lapic *a)
{
	return (u64)vlapic_get(a, APIC_TIMER_INITIAL) << a->timer_shift;
}

/*
 * The alarm is stopped first: vlapic_timer_expired may be running on another
 * CPU, and would take the new deadline for the old one.
 */
static void set_timer(struct lapic *a, u64 deadline, u64 tsc)
{
	vlapic_set_alarm(a, 0);
	a->timer_deadline = deadline;
	a->tsc_deadline = tsc;
	if (deadline)
		vlapic_set_alarm(a, deadline);
}

void vlapic_timer_stop(struct lapic *a)
{
	set_timer(a, 0, 0);
}

/* Count from now on, `left` ns before the first interrupt. */
static void start(struct lapic *a, u64 left)
{
	if (a->timer_mode == TIMER_PERIODIC && period(a) < SHORTEST_PERIOD)
		left = MAX(left, SHORTEST_PERIOD);
	a->timer_start = vlapic_now();
	set_timer(a, left ? a->timer_start + left : 0, 0);
}

void vlapic_timer_set_count(struct lapic *a, u32 count)
{
	if (a->timer_mode >= TIMER_DEADLINE)
		count = 0; /* the register is not used then */
	vlapic_put(a, APIC_TIMER_INITIAL, count);
	if (a->timer_mode >= TIMER_DEADLINE)
		return;
	start(a, period(a));
}

u32 vlapic_timer_current(const struct lapic *a)
{
	u64 now = vlapic_now();

	if (!a->timer_deadline || a->timer_mode >= TIMER_DEADLINE ||
	    now >= a->timer_deadline)
		return 0;
	return (u32)((a->timer_deadline - now) >> a->timer_shift);
}

/* The count goes on at another speed. */
void vlapic_timer_set_divide(struct lapic *a, u32 value)
{
	u64 left = vlapic_timer_current(a);

	vlapic_put(a, APIC_TIMER_DIVIDE, value & 0xb);
	a->timer_shift = shift_of(value);
	if (left)
		start(a, left << a->timer_shift);
}

void vlapic_timer_set_mode(struct lapic *a, u32 lvt)
{
	u8 old = a->timer_mode, new = mode_of(lvt);

	/* Between TSC-deadline and the others the timer is disarmed. */
	if ((old == TIMER_DEADLINE) != (new == TIMER_DEADLINE)) {
		vlapic_timer_stop(a);
		vlapic_put(a, APIC_TIMER_INITIAL, 0);
	}
	a->timer_mode = new;
}

void vlapic_set_deadline(struct lapic *a, u64 tsc, u64 ns)
{
	if (a->timer_mode != TIMER_DEADLINE)
		return;
	set_timer(a, tsc ? ns : 0, tsc);
}

u64 vlapic_get_deadline(const struct lapic *a)
{
	return a->timer_mode == TIMER_DEADLINE ? a->tsc_deadline : 0;
}

/* The next multiple of the period that is still to come. */
static u64 next_period(const struct lapic *a)
{
	u64 step = MAX(period(a), SHORTEST_PERIOD), now = vlapic_now();
	u64 next = a->timer_deadline + step;

	if (next <= now)
		next += (now - next) / step * step + step;
	return next;
}

void vlapic_timer_expired(struct lapic *a)
{
	if (!a->timer_deadline)
		return;
	if (a->timer_mode == TIMER_PERIODIC) {
		a->timer_deadline = next_period(a);
		vlapic_set_alarm(a, a->timer_deadline);
	} else {
		a->timer_deadline = 0;
		a->tsc_deadline = 0;
	}
	vlapic_local(a, APIC_LVT_TIMER);
}

void vlapic_timer_restart(struct lapic *a)
{
	u64 left;

	vlapic_timer_registers(a);
	left = (u64)vlapic_get(a, APIC_TIMER_CURRENT) << a->timer_shift;
	vlapic_timer_stop(a);
	if (a->timer_mode < TIMER_DEADLINE && left)
		start(a, left);
}
