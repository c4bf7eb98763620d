/*
 * time.c - the clock, and functions called at a time.
 *
 * Each CPU has a list of timers, in order; one lock for all is enough.
 */
#include "05-full/host/time.h"
#include "05-full/host/arch.h"
#include "05-full/host/sched.h"

#define NS_PER_S 1000000000ul

static struct ktimer *lists[HOST_CPUS];
static u64 first_deadline[HOST_CPUS]; /* of each list; 0: it is empty */
static struct spinlock timer_lock;
static u64 boot_ticks, ns_per_tick, ticks_per_ns; /* the rates times 2^32 */

void clock_init(void)
{
	u64 hz = arch_ticks_hz();

	ns_per_tick = ((u64)NS_PER_S << 32) / hz;
	/* In two parts: a rate of 4.3 GHz would not fit after the shift. */
	ticks_per_ns =
		(hz / NS_PER_S << 32) + ((hz % NS_PER_S) << 32) / NS_PER_S;
	boot_ticks = arch_ticks();
}

u64 clock_ns(void)
{
	u64 ticks = arch_ticks() - boot_ticks;

	return (u64)(((unsigned __int128)ticks * ns_per_tick) >> 32);
}

u64 clock_to_ticks(u64 ns)
{
	return boot_ticks + 1 +
	       (u64)(((unsigned __int128)ns * ticks_per_ns) >> 32);
}

/* --- timers; with timer_lock, interrupts off ------------------------------- */

static void note_first(int cpu)
{
	first_deadline[cpu] = lists[cpu] ? lists[cpu]->deadline : 0;
}

static void list_remove(struct ktimer *t)
{
	if (t->cpu <= 0)
		return;
	for (struct ktimer **at = &lists[t->cpu - 1]; *at; at = &(*at)->next) {
		if (*at == t) {
			*at = t->next;
			break;
		}
	}
	note_first(t->cpu - 1);
	t->cpu = 0;
}

static void list_insert(struct ktimer *t, unsigned cpu)
{
	struct ktimer **at = &lists[cpu];

	while (*at && (*at)->deadline <= t->deadline)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	t->cpu = (int)cpu + 1;
	note_first((int)cpu);
}

u64 ktimer_next(void)
{
	u64 first = first_deadline[arch_cpu_number()];
	u64 tick = sched_next_tick();

	return first && first < tick ? first : tick;
}

void ktimer_start(struct ktimer *t, u64 deadline)
{
	u64 flags = spin_lock_irq(&timer_lock);

	list_remove(t);
	t->deadline = MAX(deadline, 1ul); /* first_deadline 0: no timer */
	list_insert(t, arch_cpu_number());
	if (lists[arch_cpu_number()] == t)
		arch_timer_set(ktimer_next());
	spin_unlock_irq(&timer_lock, flags);
}

void ktimer_cancel(struct ktimer *t)
{
	u64 flags = spin_lock_irq(&timer_lock);

	list_remove(t);
	while (t->running) {
		spin_unlock_irq(&timer_lock, flags);
		arch_relax();
		flags = spin_lock_irq(&timer_lock);
		list_remove(t);
	}
	spin_unlock_irq(&timer_lock, flags);
}

/*
 * The first timer that is due, out of its list.  One whose function still runs
 * on another CPU, where it was started anew, has to wait: ktimer_cancel waits
 * for one of them.
 */
static struct ktimer *take_due(u64 now)
{
	struct ktimer *t;

	spin_lock(&timer_lock);
	t = lists[arch_cpu_number()];
	if (t && t->deadline <= now && !t->running) {
		list_remove(t);
		t->running = true;
	} else {
		t = NULL;
	}
	spin_unlock(&timer_lock);
	return t;
}

void timer_interrupt(void)
{
	struct ktimer *t;
	u64 now = clock_ns();

	while ((t = take_due(now))) {
		t->fn(t);
		__atomic_store_n(&t->running, false, __ATOMIC_RELEASE);
	}
	sched_tick(now);
	arch_timer_set(ktimer_next());
}
