/*
 * sched.c - which thread runs where: one queue for all CPUs.
 *
 * A CPU that finds the queue empty runs its idle thread.  There is no tick as
 * long as nobody waits: it is started where a thread begins to wait for a CPU,
 * and stops when it finds nobody waiting.
 *
 * The queue's lock is held over arch_switch: taken by the thread that leaves,
 * released by the one that comes (finish_switch).  So a thread that is in the
 * queue has been saved completely.
 */
#include "05-full/host/sched.h"
#include "05-full/host/arch.h"
#include "05-full/host/time.h"
#include "lib/panic.h"

struct thread boot_thread[HOST_CPUS];
bool sched_move_at_random;
u32 sched_ticks_per_second;

#define TICKS_PER_SECOND 250

struct cpu_sched {
	struct thread *runs, *idle;
	bool idling;         /* nobody has been sent there yet */
	u64 next_tick;       /* ~0: none */
	struct thread *dead; /* left here by thread_exit */
};

static struct cpu_sched cpus[HOST_CPUS];
static struct spinlock queue_lock;
static struct thread *queue_first, **queue_end = &queue_first;

/* --- the queue; all with queue_lock ---------------------------------------- */

static bool may_run_on(const struct thread *t, unsigned cpu)
{
	return t->only_cpu < 0 || t->only_cpu == (int)cpu;
}

static bool somebody_waits(unsigned cpu)
{
	for (struct thread *t = queue_first; t; t = t->next)
		if (may_run_on(t, cpu))
			return true;
	return false;
}

static struct thread *queue_take(unsigned cpu)
{
	for (struct thread **at = &queue_first; *at; at = &(*at)->next) {
		struct thread *t = *at;

		if (!may_run_on(t, cpu))
			continue;
		*at = t->next;
		if (!*at)
			queue_end = at;
		t->queued = false;
		return t;
	}
	return NULL;
}

static void queue_add(struct thread *t)
{
	t->next = NULL;
	*queue_end = t;
	queue_end = &t->next;
	t->queued = true;
}

static void set_work(struct thread *t, u32 bit)
{
	__atomic_or_fetch(&t->work, bit, __ATOMIC_SEQ_CST);
}

static void clear_work(struct thread *t, u32 bit)
{
	__atomic_and_fetch(&t->work, ~bit, __ATOMIC_SEQ_CST);
}

static void tick_start(struct cpu_sched *c)
{
	if (c->next_tick != ~0ul)
		return;
	c->next_tick =
		clock_ns() + 1000000000 / (sched_ticks_per_second ?
	                                           sched_ticks_per_second :
	                                           TICKS_PER_SECOND);
	arch_timer_set(ktimer_next());
}

/* A CPU with nothing to do that t may run on: where it ran last, if it can. */
static int find_idle(const struct thread *t)
{
	if (t->cpu >= 0 && cpus[t->cpu].idling &&
	    may_run_on(t, (unsigned)t->cpu))
		return t->cpu;
	for (unsigned i = 0; i < arch_cpu_count(); i++)
		if (cpus[i].idling && may_run_on(t, i))
			return (int)i;
	return -1;
}

/* Tell a CPU that t has come into the queue. */
static void announce(struct thread *t)
{
	unsigned self = arch_cpu_number();
	int cpu = find_idle(t);

	if (cpu >= 0)
		cpus[cpu].idling = false;
	else if (t->only_cpu >= 0)
		cpu = t->only_cpu;
	else if (t->cpu >= 0)
		cpu = t->cpu;
	if (cpu >= 0 && cpu != (int)self)
		arch_kick_cpu((unsigned)cpu);
	else if (!cpus[self].runs)
		return; /* too early: sched_start will look */
	else if (cpus[self].runs == cpus[self].idle)
		set_work(current, WORK_RESCHED);
	else
		tick_start(&cpus[self]);
}

/* --- switching ------------------------------------------------------------ */

/* The rest of a switch, in the thread that has come. */
static void finish_switch(void)
{
	struct cpu_sched *c = &cpus[arch_cpu_number()];
	struct thread *dead = c->dead;

	c->dead = NULL;
	spin_unlock(&queue_lock);
	if (dead)
		thread_bury(dead);
	if (current->notifier)
		current->notifier->sched_in(current->notifier);
}

static struct mm *mm_of(const struct thread *t)
{
	return t->process ? t->process->mm : NULL;
}

static void switch_to(struct cpu_sched *c, struct thread *prev,
                      struct thread *next)
{
	c->runs = next;
	c->idling = next == c->idle;
	prev->running = false;
	next->running = true;
	next->cpu = (int)arch_cpu_number();
	if (prev->state == THREAD_DEAD)
		c->dead = prev;
	if (next != c->idle && (sched_ticks_per_second || queue_first))
		tick_start(c);
	if (mm_of(next) != mm_of(prev))
		arch_mm_switch(mm_of(next));
	arch_switch(prev, next);
	finish_switch();
}

/* An interrupted thread goes on later, even if it was about to sleep. */
static void leave_cpu(bool interrupted)
{
	u64 flags = arch_irq_save();
	unsigned cpu = arch_cpu_number();
	struct cpu_sched *c = &cpus[cpu];
	struct thread *prev = current, *next;
	bool goes_on;

	spin_lock(&queue_lock);
	goes_on = prev->state == THREAD_RUNNABLE || interrupted;
	clear_work(prev, WORK_RESCHED);
	if (goes_on && !somebody_waits(cpu) && may_run_on(prev, cpu)) {
		c->idling = prev == c->idle;
		spin_unlock(&queue_lock);
		arch_irq_restore(flags);
		return;
	}
	if (prev->notifier) {
		spin_unlock(&queue_lock);
		prev->notifier->sched_out(prev->notifier);
		spin_lock(&queue_lock);
		goes_on = prev->state == THREAD_RUNNABLE || interrupted;
	}
	if (goes_on && prev != c->idle) {
		queue_add(prev);
		if (!may_run_on(prev, cpu))
			announce(prev);
	}
	next = queue_take(cpu);
	if (!next)
		next = c->idle;
	if (next != prev)
		switch_to(c, prev, next);
	else
		finish_switch();
	arch_irq_restore(flags);
}

void schedule(void)
{
	if (current->preempt_count)
		panic("schedule() with preemption off, count %u",
		      current->preempt_count);
	leave_cpu(false);
}

void preempt_point(void)
{
	if (!current->preempt_count && need_resched())
		leave_cpu(true);
}

void preempt_now(void)
{
	if (arch_irq_enabled())
		leave_cpu(true);
}

void cond_resched(void)
{
	if (need_resched())
		leave_cpu(true);
}

/* --- waking --------------------------------------------------------------- */

void thread_start(struct thread *t)
{
	u64 flags = spin_lock_irq(&queue_lock);

	t->state = THREAD_RUNNABLE;
	queue_add(t);
	announce(t);
	spin_unlock_irq(&queue_lock, flags);
}

static void wake_locked(struct thread *t)
{
	if (t->state != THREAD_SLEEPING)
		return;
	t->state = THREAD_RUNNABLE;
	if (!t->running && !t->queued) {
		queue_add(t);
		announce(t);
	}
}

void thread_wake(struct thread *t)
{
	u64 flags = spin_lock_irq(&queue_lock);

	wake_locked(t);
	spin_unlock_irq(&queue_lock, flags);
}

void thread_set_state(enum thread_state state)
{
	u64 flags = spin_lock_irq(&queue_lock);

	current->state = state;
	spin_unlock_irq(&queue_lock, flags);
}

void thread_kick(struct thread *t)
{
	u64 flags = spin_lock_irq(&queue_lock);

	if (t->running && t->cpu != (int)arch_cpu_number())
		arch_kick_cpu((unsigned)t->cpu);
	wake_locked(t);
	spin_unlock_irq(&queue_lock, flags);
}

_Noreturn void thread_exit(void)
{
	arch_irq_disable(); /* an interrupt would put us into the queue again */
	thread_set_state(THREAD_DEAD);
	schedule();
	panic("a dead thread was scheduled");
}

/* --- ticks ---------------------------------------------------------------- */

/* For .migrate: the thread goes on on a CPU that it has not chosen. */
static void move_somewhere(struct thread *t)
{
	static u64 seed = 88172645463325252;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	t->only_cpu = (int)((seed >> 32) % arch_cpu_count());
}

/* sched_tick - interrupts off; the tick is due, or another timer. */
void sched_tick(u64 now)
{
	struct cpu_sched *c = &cpus[arch_cpu_number()];

	if (now < c->next_tick)
		return;
	c->next_tick = ~0ul;
	spin_lock(&queue_lock);
	if (c->runs != c->idle && (sched_ticks_per_second || queue_first)) {
		if (sched_move_at_random && c->runs->process)
			move_somewhere(c->runs);
		set_work(c->runs, WORK_RESCHED);
		tick_start(c);
	}
	spin_unlock(&queue_lock);
}

u64 sched_next_tick(void)
{
	return cpus[arch_cpu_number()].next_tick;
}

/* A kick means, among other things, that somebody may wait for this CPU. */
void sched_kicked(void)
{
	struct cpu_sched *c = &cpus[arch_cpu_number()];

	if (!c->runs)
		return;
	spin_lock(&queue_lock);
	if (c->runs == c->idle && somebody_waits(arch_cpu_number()))
		set_work(c->idle, WORK_RESCHED);
	else if (queue_first)
		tick_start(c);
	spin_unlock(&queue_lock);
}

/* --- beginnings ------------------------------------------------------------ */

_Noreturn void thread_begin(void (*fn)(void *), void *arg)
{
	finish_switch();
	arch_irq_enable();
	fn(arg);
	thread_exit();
}

static void idle_loop(void *unused)
{
	(void)unused;
	for (;;) {
		arch_irq_disable();
		leave_cpu(false);
		if (need_resched())
			arch_irq_enable();
		else
			arch_idle();
	}
}

void sched_init(void)
{
	for (unsigned i = 0; i < HOST_CPUS; i++)
		cpus[i].next_tick = ~0ul;
}

_Noreturn void sched_start(void)
{
	struct thread *idle;
	struct cpu_sched *c;

	arch_irq_disable();
	c = &cpus[arch_cpu_number()];
	idle = thread_new("idle", idle_loop, NULL);
	if (!idle)
		panic("no memory for an idle thread");
	idle->state = THREAD_RUNNABLE;
	c->idle = idle;
	spin_lock(&queue_lock);
	switch_to(c, current, idle);
	panic("a CPU's boot thread was scheduled");
}
