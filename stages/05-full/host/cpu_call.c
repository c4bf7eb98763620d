/*
 * cpu_call.c - a function call on another CPU.
 *
 * A CPU that waits for its call to be done answers others' meanwhile: two that
 * call each other, interrupts off, would wait forever otherwise.
 */
#include "05-full/host/arch.h"
#include "05-full/host/sched.h"

struct call {
	void (*fn)(void *);
	void *arg;
	volatile bool done;
};

/* What each CPU has been asked for; one at a time. */
static struct call *volatile calls[HOST_CPUS];

static void answer_call(void)
{
	unsigned self = arch_cpu_number();
	struct call *c =
		__atomic_exchange_n(&calls[self], NULL, __ATOMIC_ACQ_REL);

	if (!c)
		return;
	c->fn(c->arg);
	__atomic_store_n(&c->done, true, __ATOMIC_RELEASE);
}

void cpu_kicked(void)
{
	answer_call();
	sched_kicked();
}

static bool post(unsigned cpu, struct call *c)
{
	struct call *none = NULL;

	return __atomic_compare_exchange_n(&calls[cpu], &none, c, false,
	                                   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void cpu_call(unsigned cpu, void (*fn)(void *), void *arg)
{
	struct call c = { .fn = fn, .arg = arg };
	u64 flags = arch_irq_save();

	if (cpu == arch_cpu_number()) {
		fn(arg);
		arch_irq_restore(flags);
		return;
	}
	while (!post(cpu, &c)) {
		answer_call();
		arch_relax();
	}
	arch_kick_cpu(cpu);
	while (!__atomic_load_n(&c.done, __ATOMIC_ACQUIRE)) {
		answer_call();
		arch_relax();
	}
	arch_irq_restore(flags);
}
